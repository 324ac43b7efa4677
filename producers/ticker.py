"""The ticker: one log of ticks is the authority of time, and every raw partition gets a copy.

Two steps, which anyone may repeat at any time: append tick n to `ticks` once interval n is over;
copy what `ticks` says, in order, no number left out, to every partition of the raw topics of our
sources and of those that the tick names. Of several records for one n the first that follows from
the tick before counts, so that two tickers of different opinions still write equal copies.
"""

from collections.abc import Callable, Mapping
from typing import Final

import structlog

from producers.base.errors import BrokerAwayError, LogError
from producers.base.health_file import Tell
from producers.base.publisher import KafkaPublisher
from producers.base.reading import DEADLINE_S, LogReader, require_topics
from schemas.clock import SECOND_MS, TICK_GRACE_MS, Millis, end_of, tick_of
from schemas.codec import decode_as
from schemas.records import Tick
from schemas.settings import KafkaSection
from schemas.sources import SOURCE_TYPES
from schemas.topics import raw_topic

TICKS: Final = "ticks"
ENTITIES: Final = "entities"
GROUP: Final = "ticker"
MOST_AT_ONCE: Final = 500
log = structlog.get_logger()


def due_at(n: int) -> Millis:
    """The moment from which tick n may be written."""
    return end_of(n) + TICK_GRACE_MS


def newest_due(now: Millis) -> int:
    """The number of the newest tick that may be written at `now`."""
    return tick_of(now - TICK_GRACE_MS) - 1


def next_tick(
    said: Tick | None, now: Millis, present: Mapping[str, int], catalogue_end: int
) -> Tick | None:
    """The tick to append after `said`, or None while none is due.

    A deployment begins with the newest tick that is due. What the tick before named for n + 1
    stands; the newest state of the catalogue counts from n + 2.
    """
    if said is None:
        n = newest_due(now)
        both = (catalogue_end, catalogue_end)
        return Tick(n=n, first=n, present=dict(present), catalogue=both)
    if now < due_at(said.n + 1):
        return None
    named = (said.catalogue[1], max(said.catalogue[1], catalogue_end))
    return Tick(n=said.n + 1, first=said.first, present=dict(present), catalogue=named)


def follows(said: Tick | None, candidate: Tick) -> bool:
    """Whether a record of `ticks` counts: the next number, and a continuation of what stands."""
    if said is None:
        return True
    return (
        candidate.n == said.n + 1
        and candidate.first == said.first
        and candidate.catalogue[0] == said.catalogue[1]
    )


class Ticker:
    """Reads `ticks`, copies it, continues it. Killed anywhere, it starts again and repeats."""

    def __init__(
        self, kafka: KafkaSection, sources: tuple[str, ...] = (), deadline_s: float = DEADLINE_S
    ) -> None:
        self._sources = sources or tuple(SOURCE_TYPES)
        self._reader = LogReader(kafka, GROUP, deadline_s)
        # A question on a connection that fetches waits until the fetch is answered: half a second.
        self._asker = LogReader(kafka, deadline_s=deadline_s)
        self._publisher = KafkaPublisher(kafka)
        self._partitions: dict[str, int] = {}
        self._read_to = 0
        self._copied_to = 0
        self.said: Tick | None = None

    def open(self) -> None:
        """Find the topics and what was said and copied before. Raises LogError, BrokerAwayError."""
        self._survey()
        low, _ = self._asker.bounds(TICKS)
        self._read_to = low
        self._copied_to = max(self._reader.committed(TICKS), low)
        self._reader.start(TICKS, offset=low)
        self.catch_up()

    def close(self) -> None:
        self._reader.close()
        self._asker.close()

    def advance(self, now: Millis) -> int:
        """Write and copy every tick that is due at `now`; the number of copied ticks."""
        copied = self.catch_up()
        while self._append(now):
            copied += self.catch_up()
        return copied

    def catch_up(self) -> int:
        """Copy what `ticks` says and has not been copied; the number of copied ticks."""
        _, end = self._asker.bounds(TICKS)
        if end <= self._read_to:
            return 0
        fresh = 0
        for message in self._reader.until(end):
            tick = decode_as(Tick, message.value())
            if not follows(self.said, tick):
                continue
            self.said = tick
            if (message.offset() or 0) >= self._copied_to:
                self._copy(tick, message.value() or b"")
                fresh += 1
        self._read_to = end
        if end > self._copied_to:
            self._publisher.settle()
            self._reader.commit(TICKS, end)
            self._copied_to = end
        return fresh

    def present(self) -> dict[str, int]:
        """The raw partitions that an interval waits for, by source, as the broker has them."""
        return {source: self._partitions[raw_topic(source)] for source in self._sources}

    def _append(self, now: Millis) -> int:
        """Append what is due, at most a batch; the number of appended ticks."""
        if self.said is not None and now < due_at(self.said.n + 1):
            return 0
        self._survey()
        _, catalogue_end = self._asker.bounds(ENTITIES)
        said, present, appended = self.said, self.present(), 0
        while appended < MOST_AT_ONCE:
            tick = next_tick(said, now, present, catalogue_end)
            if tick is None:
                break
            self._publisher.send(TICKS, str(tick.n), tick)
            said, appended = tick, appended + 1
        self._publisher.settle()
        return appended

    def _copy(self, tick: Tick, value: bytes) -> None:
        if any(self._partitions.get(raw_topic(s), 0) < n for s, n in tick.present.items()):
            self._survey()  # another ticker has seen partitions that we have not
        for source in dict.fromkeys((*self._sources, *tick.present)):
            topic = raw_topic(source)
            for partition in range(self._partitions.get(topic, 0)):
                self._publisher.send_bytes(topic, str(tick.n), value, partition)

    def _survey(self) -> None:
        """How many partitions the topics have now."""
        wanted = [raw_topic(source) for source in self._sources]
        partitions = require_topics(self._asker, TICKS, ENTITIES, *wanted)
        self._partitions = partitions


def run_ticker(
    ticker: Ticker,
    now: Callable[[], Millis],
    wait_until: Callable[[Millis], bool],
    tell_health: Tell = lambda status, detail: None,
) -> None:
    """Tick until `wait_until` says to stop. It is given the moment at which the next is due."""
    ticker.open()
    stopping = False
    while not stopping:
        try:
            copied = ticker.advance(now())
        except BrokerAwayError as away:
            log.warning("ticks are held up", reason=str(away))
            tell_health("degraded", str(away))
            stopping = wait_until(now() + SECOND_MS)
            continue
        said = ticker.said
        if said is None:
            raise LogError("ticks holds nothing after a tick was appended")
        if copied > 1:
            log.info("ticks caught up", ticks=copied, newest=said.n, first=said.first)
        tell_health("ok", f"tick {said.n}")
        stopping = wait_until(due_at(said.n + 1))
    ticker.close()
