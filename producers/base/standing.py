"""How a source stands by its last polls; kept in the log, so that a restart goes on there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from confluent_kafka import Message

from producers.base.reading import LogReader, require_topics
from producers.base.reports import PollReport, State, Who
from schemas.clock import DAY_MS, HOUR_MS, Millis
from schemas.codec import decode
from schemas.errors import UndecodableError
from schemas.ids import derived_id
from schemas.records import Health
from schemas.settings import KafkaSection

HEALTH: Final = "ops.health"
LOOKS_BACK_MS: Final = (6 * HOUR_MS, 7 * DAY_MS)
POLLED: Final = "polled"
LISTENED: Final = "listened"
BY_GRAVITY: Final = ("ok", "degraded", "down", "disabled")
THIN_POLLS: Final = 3
THIN_SHARE: Final = 0.5


@dataclass(slots=True)
class Standing:
    """Of one source, or of one half of a source that is both polled and listened to: then each
    knows the other. `cursor` is where a source that is listened to goes on."""

    part: str = ""
    polls: int = 0
    last_success: Millis | None = None
    failures_in_a_row: int = 0
    thin_polls: int = 0
    cursor: str | None = None
    state: State = "ok"
    reason: str = ""
    other: "Standing | None" = None

    def judge(
        self, report: PollReport, usual: tuple[int, int] | None, share: float, now: Millis
    ) -> None:
        """Take in a poll that asked `share` of all its questions, and say in it what is odd.

        Much less than usual is nothing in one poll and something in three in a row.
        """
        self.polls += 1
        if report.asked or report.answered:
            self.failures_in_a_row = 0 if report.answered else self.failures_in_a_row + 1
        if report.answered:
            self.last_success = now
        told = report.answered - report.unchanged
        if usual is not None and told > 0 and not report.failures:
            fewest = usual[0] * share * told / report.answered
            self.thin_polls = self.thin_polls + 1 if report.read < fewest * THIN_SHARE else 0
        if usual is not None and self.thin_polls >= THIN_POLLS:
            times = f"{self.thin_polls} polls in a row"
            report.thin = f"{report.read} entries where {usual[0]} are usual, {times}"
        self.state, self.reason = report.state, report.reason

    def health(self, report: PollReport, who: Who, now: Millis, next_poll: Millis | None) -> Health:
        """Of the whole source: the worse state of its halves."""
        halves = [self, *([self.other] if self.other is not None else [])]
        worst = max(halves, key=lambda half: BY_GRAVITY.index(half.state))
        successes = [half.last_success for half in halves if half.last_success is not None]
        return Health(
            id=derived_id("health", who.source, str(now), self.part),
            event_time=now,
            known_time=now,
            source=who.source,
            source_type=who.source_type,
            state=worst.state,
            reason="; ".join(half.reason for half in halves if half.reason),
            last_success=max(successes, default=None),
            next_poll=next_poll,
            mentions=report.published,
            consecutive_failures=max(half.failures_in_a_row for half in halves),
            cursor=next((half.cursor for half in halves if half.cursor is not None), None),
        )


def standing_of(health: Health | None, part: str = "") -> Standing:
    """What the last process left of it."""
    if health is None:
        return Standing(part)
    return Standing(
        part,
        last_success=health.last_success,
        failures_in_a_row=health.consecutive_failures,
        cursor=health.cursor if part != POLLED else None,
    )


def healths_in_log(kafka: KafkaSection, now: Millis) -> dict[str, Health]:
    """The newest health of every source in the last days. Raises BrokerAwayError, LogError."""
    return {health.source: health for health in _healths(kafka, now - LOOKS_BACK_MS[-1])}


def last_health(kafka: KafkaSection, source: str, now: Millis) -> Health | None:
    """The newest health of one source. Raises BrokerAwayError, LogError."""
    for back in LOOKS_BACK_MS:
        newest: Health | None = None
        for health in _healths(kafka, now - back):
            if health.source == source:
                newest = health
        if newest is not None:
            return newest
    return None


def _healths(kafka: KafkaSection, since: Millis) -> Iterator[Health]:
    with LogReader(kafka) as reader:
        require_topics(reader, HEALTH)
        _, end = reader.bounds(HEALTH)
        start = reader.offset_at(HEALTH, 0, since)
        if 0 <= start < end:
            reader.start(HEALTH, 0, start)
            for message in reader.until(end):
                health = _health(message)
                if health is not None:
                    yield health


def _health(message: Message) -> Health | None:
    try:
        record = decode(message.value() or b"")
    except UndecodableError:
        return None  # not ours to judge here
    return record if isinstance(record, Health) else None
