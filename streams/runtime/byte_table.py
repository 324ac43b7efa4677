"""A table of bytes whose changelog goes through the outbox.

Faust's own producer costs a task, futures and sensor calls for every changed key, which is more
than all the rest of a chunk. The promise is the same: a commit waits for every change.
"""

from types import SimpleNamespace
from typing import Any

import faust

from streams.runtime.corrections.full_flush import FlushingProducer


class ByteTable(faust.Table[bytes, bytes]):
    """Keys and values are bytes; a value is replaced, never changed in place."""

    def __init__(self, app: Any, **options: Any) -> None:
        if options.get("key_type") is not bytes or options.get("value_type") is not bytes:
            raise TypeError(
                f"table {options.get('name')}: declare key_type and value_type as bytes"
            )
        super().__init__(app, **options)
        self._changelog_name: str = self.changelog_topic.get_topic_name()

    def send_changelog(
        self, partition: int | None, key: bytes, value: bytes | None, *_: Any, **__: Any
    ) -> Any:
        if partition is None:
            raise RuntimeError("a table is written in the course of a chunk, to its partition")
        app: Any = self.app
        app.outbox.post(self._changelog_name, partition, key, value)
        return SimpleNamespace(message=SimpleNamespace(partition=partition))


class SettlingProducer(FlushingProducer):
    """Faust's producer, whose flush before a commit also waits for the changes of byte tables."""

    async def flush(self) -> None:
        await super().flush()
        app: Any = self.app
        await app.outbox.settle()
