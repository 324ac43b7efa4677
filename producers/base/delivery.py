"""The way of mentions to the log: only what is new, and seen only once it is safe there."""

import asyncio
from collections.abc import Iterable

from producers.base.publisher import Publisher
from producers.base.seen import Seen
from schemas.clock import Millis
from schemas.errors import SkippableError
from schemas.records import RawMention, Record
from schemas.topics import raw_topic


class Delivery:
    """What one poll publishes. `limit` mentions a poll at most; none that happened before `since`.

    A tombstone passes under the id of what it takes back; nothing passes under its id after it.
    """

    def __init__(
        self,
        publisher: Publisher,
        seen: Seen,
        limit: int | None = None,
        since: Millis | None = None,
    ) -> None:
        self.publisher = publisher
        self.seen = seen
        self.failures: list[str] = []
        self.published = 0
        self.held_back = False  # the limit left something out
        self._limit = limit
        self._since = since
        self._sent: dict[str, RawMention] = {}

    def take(self, mentions: Iterable[RawMention]) -> int:
        """Hand over what is new; how many were."""
        fresh = 0
        for mention in mentions:
            if not self._is_new(mention):
                continue
            if self._limit is not None and len(self._sent) >= self._limit:
                self.held_back = True
                continue
            fresh += 1
            self._send(mention)
        return fresh

    def tell(self, topic: str, source: str, record: Record) -> None:
        """A record about the source."""
        self.publisher.send(topic, source, record)

    async def settle(self) -> None:
        """Return when all that was handed over is safe. Raises UndeliveredError."""
        await asyncio.to_thread(self.publisher.settle)
        self.seen.add_mentions(self._sent.values())
        self._sent = {}

    def begin(self) -> None:
        """A new poll. What the last one could not settle is new again."""
        self.failures, self.published, self.held_back = [], 0, False
        self._sent = {}

    def _is_new(self, mention: RawMention) -> bool:
        if self._since is not None and mention.event_time < self._since:
            return False
        sent = self._sent.get(mention.id)
        if sent is not None and (sent.deleted or not mention.deleted):
            return False
        return not self.seen.covers(mention)

    def _send(self, mention: RawMention) -> None:
        self._sent[mention.id] = mention  # seen even if it cannot be encoded: it never will be
        try:
            self.publisher.send(raw_topic(mention.source), mention.id, mention)
            self.published += 1
        except SkippableError as error:
            self.failures.append(str(error))
