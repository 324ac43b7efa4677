"""Which mentions of a source are already in the log, so that a poll publishes only what is new.

The log itself says it: at the start, the keys of the raw topic's last days are read back.
"""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from producers.base.reading import LogReader, require_topics
from schemas.clock import DAY_MS, Millis
from schemas.codec import decode, is_tick
from schemas.errors import UndecodableError
from schemas.records import RawMention
from schemas.settings import KafkaSection
from schemas.topics import raw_topic

REMEMBERED_MS: Final = 7 * DAY_MS
MOST: Final = 200_000


class Seen:
    """Ids of mentions that are safe in the log; beyond the limit the oldest are forgotten.

    A tombstone is remembered beside the mention whose id it has.
    """

    def __init__(self, ids: Iterable[str] = (), most: int = MOST) -> None:
        self._ids: OrderedDict[str, None] = OrderedDict.fromkeys(ids)
        self._most = most

    def __contains__(self, id_: str) -> bool:
        return id_ in self._ids

    def __len__(self) -> int:
        return len(self._ids)

    def covers(self, mention: RawMention) -> bool:
        """Whether the log holds it already, or what takes it back."""
        return gone(mention.id) in self._ids or (not mention.deleted and mention.id in self._ids)

    def add_mentions(self, mentions: Iterable[RawMention]) -> None:
        self.add(gone(m.id) if m.deleted else m.id for m in mentions)

    def add(self, ids: Iterable[str]) -> None:
        for id_ in ids:
            self._ids[id_] = None
            self._ids.move_to_end(id_)
        while len(self._ids) > self._most:
            self._ids.popitem(last=False)


def gone(id_: str) -> str:
    """Under which name a tombstone is remembered."""
    return f"-{id_}"


def seen_in_log(kafka: KafkaSection, source: str, now: Millis) -> Seen:
    """The ids of the source's mentions that were written in the last days."""
    seen, topic = Seen(), raw_topic(source)
    with LogReader(kafka) as reader:
        for partition in range(require_topics(reader, topic)[topic]):
            _, end = reader.bounds(topic, partition)
            start = reader.offset_at(topic, partition, now - REMEMBERED_MS)
            if 0 <= start < end:
                reader.start(topic, partition, start)
                for message in reader.until(end):
                    seen.add(_named(message.key() or b"", message.value() or b""))
    return seen


def _named(key: bytes, value: bytes) -> list[str]:
    """The name under which a message of the raw topic is remembered; none for a tick."""
    if is_tick(value):
        return []
    try:
        record = decode(value)
    except UndecodableError:
        return [key.decode(errors="replace")]  # whoever wrote it, that id is taken
    is_tombstone = isinstance(record, RawMention) and record.deleted
    return [gone(key.decode()) if is_tombstone else key.decode()]
