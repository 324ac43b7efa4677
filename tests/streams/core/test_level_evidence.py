"""What a mention that tells a level adds to a row, to a type's velocity and to an alert."""

import random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.clock import HOUR_MS, INTERVAL_MS
from schemas.records import Alert, Heat, Mention, TypeVelocity
from streams.core.config import CoreConfig
from streams.core.evidence import absorb, prune
from streams.core.measure import fresh
from streams.core.state import EntityState, pack, unpack
from streams.core.velocity import combine, measure
from tests.builders import NOON, mention
from tests.streams.core.stories import DAY, Story, both
from tests.streams.core.test_intervals import CONFIG as LAID_OUT
from tests.streams.core.test_intervals import differing, layout, run_with_crashes
from tests.streams.core.worlds import FIRST, SOURCES, World, reference, world
from tests.streams.core.worlds import mention as of_world

CONFIG = CoreConfig()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0.0, 1e12), min_size=30, max_size=40))
def test_equal_levels_pack_to_equal_rows(levels: list[float]) -> None:
    rows = set()
    for stored in (False, True):
        state = fresh(0)
        for n, level in enumerate(levels):
            absorb(state, reading(40 - n, level), CONFIG.velocity, CONFIG.evidence)
            if stored:
                state = unpack(pack(state))
        rows.add(pack(state))
    assert len(rows) == 1


def reading(hours_ago: int, level: float | None, **changes: object) -> Mention:
    """What a source of levels tells every hour: the same label by the same author."""
    known = NOON - hours_ago * HOUR_MS
    fields: dict[str, Any] = {
        "source": "pageviews", "source_type": "reference", "outlet": "pageviews",
        "title": "Nova Reyes", "author_key": 7, "text_key": 7, "near_key": 7, "level": level,
    }
    return mention(
        raw_id=f"raw-{hours_ago}", known_time=known, event_time=known, **fields | changes
    )


def week(newest: float) -> EntityState:
    state = fresh(0)
    for ago in range(6 * 24, -1, -1):
        level = newest if ago < 2 else 1000.0
        assert absorb(state, reading(ago, level), CONFIG.velocity, CONFIG.evidence) == "counted"
    return state


def test_a_level_is_evidence_and_no_count() -> None:
    state = week(1000.0)
    kind = state.types["reference"]
    assert kind.window.empty
    assert len(kind.levels["pageviews"]) == 6 * 24 + 1
    assert [item.known_time for item in state.recent] == [NOON]
    assert (state.folded, state.said, state.texts) == (0, [], {})
    assert (state.feelings, state.left_out) == ({}, {})


@pytest.mark.parametrize("changes", [{"test": True}, {"spam": 0.95}, {"about": "passing"}])
def test_a_level_that_is_no_evidence_is_not_kept(changes: dict[str, object]) -> None:
    state = fresh(0)
    absorb(state, reading(0, 1000.0, **changes), CONFIG.velocity, CONFIG.evidence)
    assert not state.types


def look(state: EntityState) -> TypeVelocity:
    (found,) = measure(state, NOON + HOUR_MS // 12, NOON - 20 * 24 * HOUR_MS, CONFIG.velocity)
    return found


def test_a_level_speaks_when_it_rose() -> None:
    usual, risen = look(week(1000.0)), look(week(4000.0))
    assert (usual.baseline, usual.mentions, usual.z, usual.score) == ("level", 0, 0.0, 0.0)
    assert (risen.baseline, risen.mentions) == ("level", 1)
    assert risen.z == risen.slow_z == risen.fast_z > 8.0
    assert risen.score > 8.0


def test_a_first_level_passes_for_a_mention() -> None:
    state = fresh(0)
    absorb(state, reading(0, 200_000.0), CONFIG.velocity, CONFIG.evidence)
    assert (look(state).mentions, look(state).z, look(state).baseline) == (1, 1.0, "prior")


def test_the_louder_of_counts_and_level_speaks_for_a_type() -> None:
    state = week(1000.0)
    for n in range(30):
        said = reading(0, None, id=f"edit-{n}", source="edits", title=f"edit {n}",
                       author_key=100 + n, text_key=100 + n, near_key=0)
        absorb(state, said, CONFIG.velocity, CONFIG.evidence)
    assert (look(state).baseline, look(state).mentions) == ("observed", 30)
    absorb(state, reading(0, 1e9), CONFIG.velocity, CONFIG.evidence)
    assert (look(state).baseline, look(state).mentions) == ("level", 31)


def test_a_few_mentions_count_beside_a_level_that_rose() -> None:
    risen = look(week(8000.0))
    news = msgspec.structs.replace(
        risen, source_type="news", baseline="observed", mentions=3, z=3.0, score=3.0
    )
    usual = msgspec.structs.replace(risen, baseline="level", mentions=0, z=0.0, score=0.0)
    assert combine((news, risen), CONFIG.velocity)[1] > 8.0
    assert combine((news, usual), CONFIG.velocity)[1] == 0.0
    assert combine((risen,), CONFIG.velocity)[1] == 0.0


def test_levels_are_forgotten_and_the_row_with_them() -> None:
    state = week(1000.0)
    prune(state, NOON + 4 * 24 * HOUR_MS, CONFIG.velocity, CONFIG.evidence)
    assert len(state.types["reference"].levels["pageviews"]) == 4 * 24
    prune(state, NOON + 9 * 24 * HOUR_MS, CONFIG.velocity, CONFIG.evidence)
    assert not state.types


def hourly(story: Story, hours: int, level: float) -> list[Mention]:
    return [
        of_world(500_000 + story.n + n, "nova", (story.n + 60 * n) * INTERVAL_MS, title="Nova",
                 source="reddit", source_type="reference", author_key=7, text_key=7, level=level)
        for n in range(hours)
    ]


@pytest.mark.parametrize(("level", "kinds"), [(1000.0, []), (6000.0, ["opened"])])
def test_a_few_outlets_and_a_level_that_rose_are_an_alert(level: float, kinds: list[str]) -> None:
    story = Story()
    story.play(4 * DAY, hourly(story, 4 * 24, 1000.0))
    assert story.kinds == []
    story.play(60, [*hourly(story, 1, level), *story.burst(2, "google-news", "news")])
    for _ in range(2):
        story.play(60, story.burst(1, "google-news", "news"))
    assert story.kinds == kinds
    told = next((e for e in story.out if isinstance(e, Alert)), None)
    if told is not None:
        clause = next(reason for reason in told.reasons if reason.clause == "level")
        assert clause.observed == pytest.approx(6000.0, rel=0.001)
        assert clause.usual == pytest.approx(1000.0, rel=0.001)
        assert {receipt.source_type for receipt in told.receipts} == {"news", "reference"}


def test_a_level_without_a_past_is_told_as_an_amount_and_no_rise_is_claimed() -> None:
    story = Story()
    story.play(60, hourly(story, 1, 50_000.0))
    told = next(e for e in story.out if isinstance(e, Heat))
    clause = told.reasons[0]
    assert (clause.clause, clause.source_type) == ("level", "reference")
    assert clause.observed == pytest.approx(50_000.0, rel=0.001)
    assert (clause.usual, clause.sigma) == (None, None)
    assert "baseline" not in {reason.clause for reason in told.reasons}


def test_a_level_alone_alerts_nobody_and_at_its_usual_hides_nothing() -> None:
    alone, beside, without = Story(), Story(), Story()
    for story in (alone, beside):
        story.play(3 * DAY, hourly(story, 3 * 24, 1000.0))
    without.play(3 * DAY)
    alone.play(3 * 60, hourly(alone, 3, 1e6))
    beside.play(60, sorted([*hourly(beside, 1, 1000.0), *both(beside, 12)],
                           key=lambda m: m.known_time))
    without.play(60, both(without, 12))
    assert alone.kinds == []
    assert beside.kinds == without.kinds == ["opened"]
    scores = [max(e.detection_score for e in story.out if isinstance(e, Heat))
              for story in (beside, without)]
    assert scores[0] == scores[1]


def leveled(seed: int) -> World:
    """A small world whose second name has hourly levels that rise sixfold on the second day."""
    told = world(seed, hours=44, entities=2)
    start = FIRST * INTERVAL_MS + INTERVAL_MS
    levels = [
        of_world(900_000 + hour, "name-1", start + hour * HOUR_MS + 7, SOURCES[0],
                 source_type="reference", title="Name-1", author_key=9_999, text_key=9_999,
                 level=1000.0 + hour + (5000.0 if hour > 40 else 0.0))
        for hour in range(44)
    ]
    mentions = sorted([*told.mentions, *levels], key=lambda m: (m.known_time, m.id))
    return World(tuple(mentions), told.last)


def test_levels_are_the_same_in_every_layout() -> None:
    told, rnd = leveled(3), random.Random(3)
    expected = reference(told, LAID_OUT)
    read = {kind.baseline for e in expected if isinstance(e, Heat) for kind in e.types}
    assert "level" in read
    for raw, keyed in ((1, 1), (2, 3)):
        out = [e for log in layout(told, raw, keyed, rnd) for e in run_with_crashes(log, rnd, 3)]
        assert differing(out, expected) == []
