"""Replays know nothing before its time; what was known by a time is what a replay to it gives."""

from functools import lru_cache
from random import Random

import msgspec
import pytest

from schemas.clock import DAY_MS, HOUR_MS, INTERVAL_MS, end_of, iso, tick_of
from schemas.errors import FatalError
from schemas.records import Candidate, Mention, Record
from streams.replay.reel import FutureError, Interval, cut, intervals_of, log_of
from tests.builders import NOON, raw, tick
from tests.streams.replay.small_world import BEGINS, alerts, events, reel, whole

N = tick_of(NOON)


def test_the_small_world_has_an_alert_to_look_at() -> None:
    assert [a.kind for a in alerts()][:1] == ["opened"]
    assert {a.entity_id for a in alerts()} == {"nova-reyes"}


def test_a_log_is_cut_at_its_ticks_and_joined_again() -> None:
    log = [tick(N - 1), raw("a"), raw("b"), tick(N), tick(N + 1)]
    assert [len(said) for said, _ in intervals_of(log)] == [0, 2, 0]
    assert list(log_of(intervals_of(log))) == log


def test_a_log_that_ends_without_a_tick_is_refused() -> None:
    with pytest.raises(FatalError, match="has to end with a tick"):
        list(intervals_of([tick(N - 1), raw()]))


@pytest.mark.parametrize("ahead", [INTERVAL_MS, 3 * HOUR_MS, 30 * DAY_MS])
def test_a_mention_of_the_future_is_refused_by_name(ahead: int) -> None:
    from_future = raw("prophet", NOON + ahead)
    log = log_of([Interval([], tick(N - 1)), Interval([raw(), from_future], tick(N))])
    heard = []
    with pytest.raises(FutureError, match=f"{from_future.id} of reddit is known at .* tick {N}"):
        heard.extend(log)
    assert from_future not in heard


def test_a_mention_that_comes_late_is_no_prophet() -> None:
    late = raw("late", NOON - 5 * HOUR_MS)
    shown = [Interval([], tick(N - 1)), Interval([late], tick(N))]
    assert list(log_of(shown)) == [tick(N - 1), late, tick(N)]


def test_a_tick_that_was_left_out_is_named() -> None:
    with pytest.raises(FutureError, match=f"tick {N + 2} follows tick {N}"):
        list(log_of([Interval([], tick(N)), Interval([], tick(N + 2))]))


def known_by(record: Record, until: int) -> bool:
    """What is read of a mention has its time; what is computed has the end of its interval."""
    known: int = record.known_time  # type: ignore[attr-defined]
    return known < until if isinstance(record, Mention | Candidate) else known <= until


@lru_cache
def moments() -> list[int]:
    """Ends of intervals: drawn from everywhere, and from where alerts are told."""
    dice, told = Random(20261122), [a.known_time for a in alerts()]
    first, last = tick_of(NOON), tick_of(whole()[-1][1].known_time)  # type: ignore[attr-defined]
    drawn = [end_of(dice.randrange(first, last)) for _ in range(8)]
    near = [at + dice.choice((-1, 0, 1)) * INTERVAL_MS for at in told for _ in range(2)]
    return [*drawn, *near]


def up_to(until: int) -> list[tuple[str, Record]]:
    return [(topic, record) for topic, record in whole() if known_by(record, until)]


def test_what_was_known_by_any_time_is_the_replay_up_to_it() -> None:
    for until in moments():
        assert events(cut(reel(), until)) == up_to(until), iso(until)


def test_an_interval_more_is_told_apart() -> None:
    """The proof above can fail: who hears the next interval already is found out."""
    for alert in alerts():
        before = alert.known_time - INTERVAL_MS
        assert events(cut(reel(), alert.known_time)) != up_to(before), alert.kind


def test_what_is_said_later_changes_nothing_of_what_was_known() -> None:
    """Another future, the same past."""
    until = end_of(tick_of(BEGINS + HOUR_MS))

    def other_future() -> list[Interval]:
        return [
            Interval(said, t) if end_of(t.n) <= until else
            Interval([msgspec.structs.replace(m, title="Ferry Tolliver quits") for m in said], t)
            for said, t in reel()
        ]

    changed = [(t, r) for t, r in events(iter(other_future())) if known_by(r, until)]
    assert changed == [(t, r) for t, r in whole() if known_by(r, until)]
    assert len(changed) < len(whole())
