"""The messages of a topic out of its archive, each partition in its own order."""

from collections.abc import Iterator
from contextlib import ExitStack
from heapq import merge
from itertools import groupby
from typing import IO, NamedTuple

from schemas.clock import Millis
from schemas.records import Record
from sinks.archive.chain import Chain, opened
from sinks.archive.container import UNREADABLE, Row, record_of, rows
from sinks.archive.manifest import File
from sinks.archive.store import Store


class Stored(NamedTuple):
    """A message as it was sealed; no record when it was none of ours."""

    partition: int
    offset: int
    timestamp: Millis
    record: Record | None


def stored(store: Store, topic: str, since: Millis = 0) -> Iterator[Stored]:
    """Everything that the topic as it is now got from `since` on.

    Flat in memory: kinds lie in files of their own, so a file is read once for each partition.
    Raises DamagedError for a file that is missing or cannot be read.
    """
    held = Chain(store, topic).holding()
    newest = [f for f in held.files.values() if held.incarnations[f.path] == held.incarnation]
    wanted = sorted(
        (file for file in newest if file.last_time >= since), key=lambda f: held.sealed_in[f.path]
    )
    for _, files in groupby(wanted, key=lambda file: held.sealed_in[file.path]):
        yield from _segment(store, list(files), since)


def _segment(store: Store, files: list[File], since: Millis) -> Iterator[Stored]:
    with ExitStack() as stack:
        bodies = [(file, stack.enter_context(opened(store, file))) for file in files]
        for partition in sorted({span.partition for file in files for span in file.spans}):
            ways = [_of(partition, file, body) for file, body in bodies]
            for _, kind, row in merge(*ways, key=lambda found: found[0]):
                if row["_timestamp"] >= since:
                    record = None if kind == UNREADABLE else record_of(kind, row)
                    yield Stored(partition, row["_offset"], row["_timestamp"], record)


def _of(partition: int, file: File, body: IO[bytes]) -> Iterator[tuple[int, str, Row]]:
    for row in rows(body, file.path):
        if row["_partition"] == partition:
            yield row["_offset"], file.kind, row
