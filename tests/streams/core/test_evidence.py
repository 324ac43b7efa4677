"""What a mention leaves in an entity's row, for how long, and at which time it counts."""

from typing import Any, Literal

import pytest

from schemas.clock import DAY_MS, HOUR_MS, MINUTE_MS, Millis
from schemas.records import Mention
from streams.core.config import CoreConfig, VelocityConfig
from streams.core.evidence import (
    KEPT_RECENT,
    KEPT_SAYINGS,
    KEPT_TRADES,
    TITLE_LENGTH,
    absorb,
    authors_within,
    hour_of,
    moment_of,
    prune,
    remember,
)
from streams.core.measure import fresh
from streams.core.state import EntityState, Evidence, Feeling, Saying, TypeState
from tests.builders import NOON, mention

CONFIG = CoreConfig()
NOW = NOON + MINUTE_MS  # the edge of an hour, as windows count hours
HOUR = hour_of(NOW)


def said(number: int, known: Millis = NOW, **changes: Any) -> Mention:
    """A counted post of its own author and text, written when it was known."""
    fields: dict[str, Any] = {"event_time": known, "author_key": number, "text_key": number}
    return mention(known_time=known, raw_id=f"raw-{number}", **fields | changes)


def take(state: EntityState, *mentions: Mention) -> list[str]:
    return [absorb(state, one, CONFIG.velocity, CONFIG.evidence) for one in mentions]


def forget(state: EntityState, now: Millis) -> None:
    prune(state, now, CONFIG.velocity, CONFIG.evidence)


Clock = Literal["event", "known", "mixed"]


@pytest.mark.parametrize(("clock", "source_type", "hours", "own"), [
    ("mixed", "social", 1, True), ("mixed", "reference", 1, True), ("mixed", "news", 1, False),
    ("mixed", "news", 48, True), ("mixed", "news", 60, True),
    ("mixed", "news", 47, False), ("event", "news", 1, True),
    ("known", "social", 1, False), ("known", "news", 60, False),
])
def test_a_mention_counts_when_it_was_known_or_when_it_was_written(
    clock: Clock, source_type: str, hours: int, own: bool
) -> None:
    written = NOW - hours * HOUR_MS
    one = said(1, event_time=written, source_type=source_type)
    assert moment_of(one, VelocityConfig(clock=clock)) == (written if own else NOW)


def test_nothing_happens_after_it_was_known() -> None:
    early = said(1, event_time=NOW + HOUR_MS)
    assert moment_of(early, VelocityConfig(clock="event")) == NOW
    assert remember(early).event_time == NOW


def test_a_receipt_has_what_a_reader_needs() -> None:
    long = said(1, event_time=NOW - 5, title="x" * 200, outlet="Lantern Post")
    found = remember(long)
    assert found == Evidence(
        NOW, long.id, NOW - 5, "reddit", "social", "Lantern Post", "x" * TITLE_LENGTH, long.url
    )
    assert TITLE_LENGTH == 140


def test_a_counted_mention_fills_bucket_voice_feeling_and_receipt() -> None:
    state = fresh(0)
    one = said(7, intensity=0.2504, sentiment=-0.5, words=(3, 4), catalogue_version=5)
    assert take(state, one, said(8, source="x", intensity=1.0, sentiment=-1.0)) == ["counted"] * 2
    kind = state.types["social"]
    assert (kind.sources, kind.authors) == (["reddit", "x"], {HOUR: [7, 8]})
    assert kind.window.hours == {HOUR: 2}
    assert state.feelings == {HOUR: Feeling(2, 1250, -1500)}
    assert (state.name, state.entity_type) == ("Nova Reyes", "person")
    assert (state.folded, state.catalogue_version) == (2, 5)
    assert state.said[0] == Saying(NOW, 7, 7, (3, 4))
    assert state.recent[0].mention_id == one.id


def test_a_source_is_named_once_however_often_it_counts() -> None:
    state = fresh(0)
    take(state, said(1, source="x"), said(2, source="reddit"), said(3, source="x"))
    assert state.types["social"].sources == ["reddit", "x"]


@pytest.mark.parametrize(("late", "new"), [(12 * HOUR_MS, False), (12 * HOUR_MS - 1, True)])
def test_old_news_fills_its_bucket_and_nothing_more(late: Millis, new: bool) -> None:
    state = fresh(0)
    assert take(state, said(1, event_time=NOW - late)) == ["counted"]
    assert sum(state.types["social"].window.hours.values()) == 1
    assert (state.folded, len(state.recent), len(state.said)) == (new, new, new)


def test_what_is_no_voice_is_left_out_by_its_verdict() -> None:
    state = fresh(0)
    verdicts = take(state, said(1), said(1), said(2, test=True))
    assert verdicts == ["counted", "same-text", "test"]
    assert state.left_out == {HOUR: {"same-text": 1, "test": 1}}
    assert state.folded == 1


def test_who_spoke_often_enough_in_a_day_is_left_out() -> None:
    state = fresh(0)
    hourly = [said(n, NOW + n * HOUR_MS, author_key=9) for n in range(5)]
    assert take(state, *hourly) == ["counted"] * 4 + ["author-cap"]
    assert (state.folded, state.left_out) == (4, {HOUR + 4: {"author-cap": 1}})


def test_the_newest_few_of_each_type_are_receipts() -> None:
    state = fresh(0)
    take(state, said(0, source_type="news"), *(said(n, NOW + n) for n in range(1, 7)))
    assert [e.known_time - NOW for e in state.recent] == [0, 3, 4, 5, 6]
    assert KEPT_RECENT == 4


def test_the_newest_forty_sayings_are_kept() -> None:
    state = fresh(0)
    take(state, *(said(n, NOW + n, outlet=f"o-{n}") for n in range(KEPT_SAYINGS + 3)))
    assert [saying.text_key for saying in state.said] == list(range(3, 43))


def trade(number: int, event: Millis) -> Mention:
    return said(number, NOW, source_type="trade", event_time=event)


def test_trade_items_stand_by_publish_time_and_count_nowhere() -> None:
    state = fresh(0)
    assert take(state, trade(1, NOW - 5), trade(2, NOW - 9)) == ["trade", "trade"]
    assert [item.event_time - NOW for item in state.trades] == [-9, -5]
    assert (state.types, state.folded, state.left_out) == ({}, 0, {})


def test_of_many_trade_items_the_earliest_and_the_newest_stay() -> None:
    state = fresh(0)
    take(state, *(trade(n, NOW - 100 + n) for n in range(16)))
    assert len(state.trades) == 2 * KEPT_TRADES == 16
    take(state, trade(16, NOW - 100 + 16), trade(17, NOW - 100 + 17))
    kept = [item.event_time - NOW + 100 for item in state.trades]
    assert kept == [*range(8), *range(10, 18)]


def level(number: int, known: Millis, **changes: Any) -> Mention:
    fields: dict[str, Any] = {
        "level": 1000.0, "source": "pageviews", "source_type": "reference", "title": "Nova",
        "author_key": 7, "text_key": 7,
    }
    return said(number, known, **fields | changes)


def test_a_level_is_one_voice_an_hour_and_one_receipt() -> None:
    state = fresh(0)
    take(state, level(1, NOW), level(2, NOW + 1), level(3, NOW + 2, author_key=5))
    kind = state.types["reference"]
    assert (kind.authors, kind.window.empty) == ({HOUR: [5, 7]}, True)
    assert [item.known_time for item in state.recent] == [NOW + 2]
    take(state, level(4, NOW + 3, source="interest"), level(5, NOW + 4, title="Another"))
    assert [item.known_time - NOW for item in state.recent] == [2, 3, 4]


@pytest.mark.parametrize(("late", "receipts"), [
    (13 * HOUR_MS, 0), (12 * HOUR_MS, 0), (12 * HOUR_MS - 1, 1),
])
def test_an_old_level_is_no_receipt(late: Millis, receipts: int) -> None:
    state = fresh(0)
    assert take(state, level(1, NOW, event_time=NOW - late)) == ["counted"]
    assert len(state.recent) == receipts
    assert state.types["reference"].levels["pageviews"] == {hour_of(NOW - late): 6909}


def test_authors_are_distinct_over_the_hours_asked_for() -> None:
    kind = TypeState(authors={HOUR: [1, 2], HOUR - 3: [2, 3], HOUR - 4: [9], HOUR + 1: [8]})
    assert authors_within(kind, NOW, 0) == 2
    assert authors_within(kind, NOW, 3) == 3
    assert authors_within(kind, NOW, 4) == 4
    assert authors_within(TypeState(), NOW, 24) == 0


def test_an_hour_begins_a_minute_behind_the_clocks() -> None:
    assert hour_of(NOW) == hour_of(NOW + HOUR_MS - 1) == hour_of(NOW - 1) + 1


@pytest.mark.parametrize(("hours", "kept"), [(24, True), (25, False)])
def test_feelings_are_kept_for_two_windows(hours: int, kept: bool) -> None:
    state = fresh(0)
    state.feelings = {h: Feeling(1, 2, 3) for h in (HOUR, HOUR - 30, HOUR - hours)}
    forget(state, NOW)
    assert (HOUR - hours in state.feelings) is kept
    assert HOUR in state.feelings


def test_sayings_are_kept_for_a_day() -> None:
    state = fresh(0)
    state.said = [Saying(NOW - DAY_MS + n, n, n, ()) for n in (-HOUR_MS, 0, 1)]
    forget(state, NOW)
    assert [saying.text_key for saying in state.said] == [1]
    state.said.insert(0, Saying(NOW - DAY_MS, 0, 0, ()))
    forget(state, NOW)
    assert [saying.text_key for saying in state.said] == [1]


def test_trade_items_are_kept_for_three_days() -> None:
    state = fresh(0)
    take(state, *(trade(n, NOW - 3 * DAY_MS + n) for n in (-HOUR_MS, 0, 1)))
    forget(state, NOW)
    assert [item.event_time - NOW for item in state.trades] == [1 - 3 * DAY_MS]


@pytest.mark.parametrize(("ago", "kept"), [(14 * 24 + 24, True), (14 * 24 + 25, False)])
def test_past_episodes_are_kept_as_long_as_a_baseline_meets_them(ago: int, kept: bool) -> None:
    state = fresh(0)
    state.past = [(HOUR - ago - 5, HOUR - ago)]
    forget(state, NOW)
    assert bool(state.past) is kept


def test_a_type_is_forgotten_with_the_last_that_is_known_of_it() -> None:
    state = fresh(0)
    take(state, said(1), level(2, NOW))
    state.types["video"] = TypeState(authors={HOUR: [1]})
    state.types["news"] = TypeState()
    forget(state, NOW)
    assert sorted(state.types) == ["reference", "social", "video"]
    forget(state, NOW + 6 * DAY_MS)
    assert sorted(state.types) == ["reference", "social"]
    forget(state, NOW + 8 * DAY_MS)
    assert sorted(state.types) == ["social"]
    forget(state, NOW + 16 * DAY_MS)
    assert state.types == {}


def test_windows_are_pruned_to_what_the_baseline_reaches() -> None:
    state = fresh(0)
    take(state, said(1))
    forget(state, NOW + 15 * DAY_MS)
    assert state.types["social"].window.hours == {HOUR: 1}
    assert state.types["social"].window.fine == {}
    forget(state, NOW + 15 * DAY_MS + HOUR_MS)
    assert state.types == {}
