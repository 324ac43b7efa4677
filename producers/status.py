"""How every source stands, for people: by the log when it is there, by keys and settings else."""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from producers.base.limits.rules import rules_of
from producers.base.limits.windows import span_of
from producers.base.reading import LogReader, require_topics
from producers.base.source import CalledSource, ListenedSource, PolledSource, Source
from producers.base.standing import healths_in_log
from producers.config import why_disabled
from schemas.clock import DAY_MS, MINUTE_MS, SECOND_MS, Millis, iso
from schemas.codec import decode
from schemas.errors import UndecodableError
from schemas.records import Budget, Health
from schemas.settings import KafkaSection

KINDS: Final = ((PolledSource, "polled"), (CalledSource, "called"), (ListenedSource, "listened"))
BUDGET: Final = "ops.budget"
BUDGETS_BACK_MS: Final = 32 * DAY_MS
OVERDUE_MS: Final = 15 * MINUTE_MS


class BudgetLeft(msgspec.Struct, frozen=True):
    """What is left of one limit in the window that is now."""

    unit: str
    window: str
    ceiling: float
    left: float
    ends: str


class MissingKey(msgspec.Struct, frozen=True):
    """A key that is not set; without an optional one the source sees less."""

    variable: str
    get_it_at: str
    optional: bool


class SourceStatus(msgspec.Struct, frozen=True):
    """One source. Times are ISO 8601; null when they are not known."""

    source: str
    about: str
    kind: str
    type: str
    state: str  # ok | degraded | down | disabled | silent | idle
    reason: str
    poll_every_s: float
    last_run: str | None
    last_success: str | None
    next_run: str | None
    published: int | None
    budgets: tuple[BudgetLeft, ...]
    missing_keys: tuple[MissingKey, ...]
    terms: str


Spent = Mapping[tuple[str, str, str], float]


def status_of(source: Source, health: Health | None, spent: Spent, now: Millis) -> SourceStatus:
    """How it stands at `now`. `spent` is by source, unit and window."""
    state, reason = _state(source, health, now)
    return SourceStatus(
        source=source.name,
        about=source.facts.about,
        kind=" and ".join(name for kind, name in KINDS if isinstance(source, kind)),
        type=source.source_type,
        state=state,
        reason=reason,
        poll_every_s=source.poll_every_s,
        last_run=iso(health.known_time) if health else None,
        last_success=_iso(health.last_success if health else None),
        next_run=_iso(health.next_poll if health and state != "disabled" else None),
        published=health.mentions if health else None,
        budgets=tuple(_budgets(source, spent, now)),
        missing_keys=tuple(
            MissingKey(f"HEAT_KEYS__{c.key.upper()}", c.get_it_at, c.optional)
            for c in source.facts.credentials
            if getattr(source.keys, c.key) is None
        ),
        terms=source.facts.terms,
    )


def _state(source: Source, health: Health | None, now: Millis) -> tuple[str, str]:
    why = why_disabled(source)
    if why is not None:
        return "disabled", why
    if health is None:
        return "idle", "it has not run yet, as far as the log tells"
    if health.state == "disabled":
        return "idle", f"it was disabled when it last ran: {health.reason}"
    late = now - (health.next_poll or health.known_time)
    if late > OVERDUE_MS:
        return "silent", f"due {round(late / MINUTE_MS)} minutes ago and not heard of since"
    return health.state, health.reason


def _budgets(source: Source, spent: Spent, now: Millis) -> Iterable[BudgetLeft]:
    for ceiling in rules_of(source.facts, source.options).ceilings:
        span = span_of(ceiling.window, ceiling.zone, now)
        used = spent.get((source.name, ceiling.unit, span.name), 0.0)
        left = round(max(0.0, ceiling.amount - used), 6)
        yield BudgetLeft(ceiling.unit, span.name, ceiling.amount, left, iso(span.ends))


def _iso(moment: Millis | None) -> str | None:
    return None if moment is None else iso(moment // SECOND_MS * SECOND_MS)


def told_by_log(
    kafka: KafkaSection, now: Millis, deadline_s: float
) -> tuple[dict[str, Health], Spent]:
    """The newest health of each source, and what is spent. Raises BrokerAwayError, LogError."""
    spent: dict[tuple[str, str, str], float] = {}
    with LogReader(kafka, deadline_s=deadline_s) as reader:
        require_topics(reader, BUDGET)
        _, end = reader.bounds(BUDGET)
        start = reader.offset_at(BUDGET, 0, now - BUDGETS_BACK_MS)
        if 0 <= start < end:
            reader.start(BUDGET, 0, start)
            for message in reader.until(end):
                budget = _budget(message.value() or b"")
                if budget is not None:
                    key = (budget.source, budget.unit, budget.window)
                    spent[key] = max(spent.get(key, 0.0), budget.settled)
    return healths_in_log(kafka, now), spent


def _budget(value: bytes) -> Budget | None:
    try:
        record = decode(value)
    except UndecodableError:
        return None
    return record if isinstance(record, Budget) else None
