"""Tables of bytes: what their changes turn into, and what is refused."""

from pathlib import Path
from typing import Any

import pytest

from streams.runtime.byte_table import ByteTable
from tests.streams.runtime.taped import corrected


class Outbox:
    """Remembers what was sent and how often everything was waited for."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, int, bytes, bytes | None]] = []
        self.settled = 0

    def post(self, topic: str, partition: int, key: bytes, value: bytes | None) -> None:
        self.sent.append((topic, partition, key, value))

    async def settle(self) -> None:
        self.settled += 1


def with_table(folder: Path, **types: Any) -> tuple[Any, Any, Outbox]:
    app: Any = corrected(folder)
    app._outbox = outbox = Outbox()
    types = types or {"key_type": bytes, "value_type": bytes}
    return app, app.Table("state", partitions=4, **types), outbox


async def test_a_change_goes_to_the_changelog_of_its_partition(tmp_path: Path) -> None:
    _, table, outbox = with_table(tmp_path)
    table.send_changelog(3, b"k", b"v")
    table.send_changelog(3, b"k", None, value_serializer="raw")
    topic = "test-state-changelog"
    assert isinstance(table, ByteTable)
    assert outbox.sent == [(topic, 3, b"k", b"v"), (topic, 3, b"k", None)]


async def test_a_flush_before_a_commit_waits_for_the_changes(tmp_path: Path) -> None:
    app, _, outbox = with_table(tmp_path)
    await app.producer.flush()
    assert outbox.settled == 1


async def test_a_table_of_anything_but_bytes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="table state: declare key_type"):
        with_table(tmp_path, key_type=str, value_type=bytes)


async def test_a_write_outside_a_chunk_is_refused(tmp_path: Path) -> None:
    _, table, outbox = with_table(tmp_path)
    with pytest.raises(TypeError, match="outside of stream iteration"):
        table[b"k"] = b"v"
    assert outbox.sent == []
