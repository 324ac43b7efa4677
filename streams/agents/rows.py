"""The rows of one partition in a worker's table, which holds those of several."""

from collections.abc import Iterable
from typing import Any

from faust.types import TableT

from streams.core.intervals import Row


def prefix_of(partition: int) -> bytes:
    """What the keys of a partition's rows begin with."""
    return b"%03d|" % partition


def stored(table: TableT[Any, Any], partition: int) -> dict[bytes, bytes]:
    prefix = prefix_of(partition)
    return {
        key[len(prefix):]: table[key] for key in list(table.keys()) if key.startswith(prefix)
    }


def store(table: TableT[Any, Any], partition: int, rows: Iterable[Row]) -> None:
    """Write rows; one whose value is None is deleted."""
    prefix = prefix_of(partition)
    for row in rows:
        if row.value is None:
            table.pop(prefix + row.key, None)
        else:
            table[prefix + row.key] = row.value
