"""Readings of a source type against what is usual for it, and all types together."""

from collections.abc import Mapping
from typing import Any

import pytest

from schemas.clock import HOUR_MS, MINUTE_MS, end_of
from schemas.records import TypeVelocity
from streams.core import velocity
from streams.core.baseline import Span, slow_ends
from streams.core.config import VelocityConfig
from streams.core.coverage import Pause, Watched
from streams.core.expected import Expected, Usual
from streams.core.levels import RISEN, keep
from streams.core.measure import fresh
from streams.core.state import EntityState, TypeState
from streams.core.velocity import combine, inexperience, measure, read_type, tempered
from streams.core.windows import Window
from tests.builders import type_velocity

N = 28_000_020
NOW = end_of(N)
HOUR = 60  # ticks
LONG_AGO = NOW - 30 * 24 * HOUR_MS
CONFIG = VelocityConfig()
#             mean 8, variance 3, leans 2 towards the peak, measured in threes
SLOW = Usual(8.0, 3.0, 2.0, 3.0)
FAST = Usual(1.0, 1.0, 1.0, 2.0)
USUAL = Expected(SLOW, FAST, Usual(6.0, 3.0, 0.0, 1.0), 0, True)


def voices(slow: int, fast: int = 0) -> TypeState:
    """So many mentions in 12 h, some of them in the last half hour."""
    window = Window()
    window.add(NOW - MINUTE_MS, fast)
    window.add(NOW - HOUR_MS, slow - fast)
    return TypeState(window=window)


def read(slow: int, fast: int = 0, usual: Expected = USUAL, **changes: Any) -> TypeVelocity:
    config = VelocityConfig(clock=changes.pop("clock", "mixed"))
    name, gaps = changes.pop("name", "news"), changes.pop("gaps", ())
    return read_type(name, voices(slow, fast), NOW, usual, config, gaps)


def test_a_count_is_held_against_the_mean_and_its_lean_to_the_peak() -> None:
    found = read(16, 6)
    assert (found.mentions, found.usual) == (16, 8.0)
    assert (found.slow_z, found.fast_z) == ((16 - 10) / 3.0, (6 - 2) / 2.0)
    assert read(17).slow_z == (17 - 10) / 3.0
    assert read(10, 2).slow_z == read(10, 2).fast_z == 0.0


def test_the_literal_z_knows_the_week_and_no_lean() -> None:
    assert read(16).z == pytest.approx((16 - 6) / (3.0 + 6.0 + 1.0) ** 0.5)


def test_the_score_is_a_sharp_rise_and_a_lasting_one_together() -> None:
    found = read(16, 6)
    assert found.score == pytest.approx(0.6 * 2.0**0.75 + 0.6 * 2.0)


@pytest.mark.parametrize("z", [0.0, 0.5, 1.0, 16.0])
def test_the_half_hour_is_tempered_on_both_sides(z: float) -> None:
    assert tempered(z) == pytest.approx(z**0.75)
    assert tempered(-z) == -tempered(z)


def test_before_a_half_hour_was_seen_there_is_no_score() -> None:
    blind = USUAL._replace(sampled=False, warming=24)
    assert (read(16, 6, blind).score, read(16, 6, blind).baseline) == (0.0, "prior")
    assert (read(16, 6).baseline, read(16, 6).coverage) == ("observed", 1.0)


def test_authors_are_those_of_half_a_day() -> None:
    kind = voices(3)
    newest = velocity.hour_of(NOW)
    kind.authors = {newest: [1], newest - 12: [2], newest - 13: [3]}
    assert read_type("news", kind, NOW, USUAL, CONFIG).authors == 2


ENDED = [Pause(N - 16 * HOUR + 1, N - 4 * HOUR)]  # 12 h long, 8 h of it within the window
LASTING = [Pause(N - 3 * HOUR + 1, N)]


def test_less_is_expected_while_nobody_listens() -> None:
    found = read(8, gaps=LASTING)
    assert (found.baseline, found.coverage) == ("scaled", 0.75)
    assert found.slow_z == pytest.approx((8 - (6.0 + 1.5)) / (6.0 + 1.0) ** 0.5)
    assert found.z == pytest.approx((8 - 4.5) / (4.5 + 2.25 + 1.0) ** 0.5)
    assert found.fast_z == 0.0  # nothing is expected, nothing came
    wild = USUAL._replace(slow=Usual(8.0, 20.0, 2.0, 5.0))
    assert read(8, usual=wild, gaps=LASTING).slow_z == pytest.approx(0.5 / (15.0 + 1.0) ** 0.5)


def test_a_pause_is_one_up_to_the_poll() -> None:
    eyes = {"newsapi": [(N - 20 * 24 * HOUR, N - 3 * HOUR)]}
    kind = TypeState(sources=["newsapi"])
    assert measured("news", kind, eyes).coverage == 0.75


@pytest.mark.parametrize(("name", "clock", "floods"), [
    ("news", "mixed", True), ("social", "mixed", False), ("reference", "mixed", False),
    ("social", "known", True), ("news", "event", False),
])
def test_what_a_pause_kept_back_is_expected_where_items_count_when_known(
    name: str, clock: str, floods: bool
) -> None:
    found = read(16, gaps=ENDED, name=name, clock=clock)
    share = (12 + 4) / 12 if floods else 1.0
    mean = 8.0 * share
    assert found.slow_z == pytest.approx((16 - (mean + 2.0)) / (mean + 1.0) ** 0.5)
    assert found.coverage == pytest.approx(4 / 12)


def measured(name: str, kind: TypeState, eyes: Mapping[str, Watched]) -> TypeVelocity:
    state = fresh(N - 1)
    state.types[name] = kind
    return measure(state, NOW, LONG_AGO, CONFIG, eyes)[0]


def with_level(newest: float, ago: int, mentions: int, hours: int = 100) -> TypeVelocity:
    """A steady level of 1000, the newest so many hours ago, beside mentions."""
    kind = voices(mentions)
    for back in range(13, 13 + hours):
        keep(kind, "pageviews", NOW - back * HOUR_MS, 1000.0)
    keep(kind, "pageviews", NOW - ago * HOUR_MS, newest)
    return measured("reference", kind, {})


def test_a_level_that_rose_is_one_mention_and_speaks_when_it_is_louder() -> None:
    risen = with_level(4000.0, 1, 0)
    assert (risen.mentions, risen.baseline) == (1, "level")
    assert risen.z == risen.slow_z == risen.fast_z
    assert risen.score == pytest.approx(0.6 * tempered(risen.z) + 0.6 * risen.z)
    counted = with_level(4000.0, 1, 500)
    assert (counted.mentions, counted.baseline) == (501, "observed")


def test_a_level_speaks_from_a_rise_of_one_on_unless_the_counts_are_as_loud() -> None:
    assert with_level(1100.0, 1, 1).baseline == "observed"
    assert with_level(4000.0, 1, 3).baseline == "level"
    assert with_level(1000.0, 1, 1, hours=0).baseline == "prior"
    kind = TypeState(levels={"pageviews": {velocity.hour_of(NOW): 1}})
    for score, baseline in ((1.2, "observed"), (1.1, "prior")):
        counted = type_velocity("reference", score=score)
        assert velocity._with_level(counted, kind, NOW, CONFIG).baseline == baseline


def test_an_older_level_is_no_sharp_rise() -> None:
    assert with_level(4000.0, 0, 0).fast_z == with_level(4000.0, 1, 0).fast_z > 8.0
    older = with_level(4000.0, 2, 0)
    assert (older.fast_z, older.score) == (0.0, 0.6 * older.slow_z)


def test_a_level_at_its_usual_leaves_the_counts_to_speak() -> None:
    usual = with_level(1000.0, 1, 3)
    assert (usual.mentions, usual.baseline) == (3, "observed")
    alone = with_level(1000.0, 1, 0)
    assert (alone.mentions, alone.baseline, alone.score) == (0, "level", 0.0)


def test_a_level_without_a_past_passes_for_the_least_rise() -> None:
    first = with_level(1000.0, 1, 0, hours=0)
    assert (first.mentions, first.baseline, first.z) == (1, "prior", RISEN)
    assert first.score == pytest.approx(1.2)


def test_a_level_that_is_no_longer_fresh_says_nothing() -> None:
    assert with_level(4000.0, 12, 3).baseline == "observed"
    assert with_level(4000.0, 12, 3).mentions == 3


def test_types_are_read_in_the_order_of_their_names_without_past_episodes() -> None:
    busy = Window()
    newest, _ = slow_ends(NOW, 14, LONG_AGO)
    busy.hours[newest - 100] = 90
    state = EntityState(1, N, "Nova", "person", types={
        "social": TypeState(window=busy), "news": TypeState(),
    })
    news, social = measure(state, NOW, LONG_AGO, CONFIG)
    assert (news.source_type, social.source_type) == ("news", "social")
    assert social.usual > news.usual == 0.0
    state.past = [Span(newest - 101, newest - 99)]
    assert measure(state, NOW, LONG_AGO, CONFIG)[1].usual == 0.0


@pytest.mark.parametrize(("hours", "inexperienced"), [
    (0, 1.0), (24, 1.0), (25, 23 / 24), (36, 0.5), (47, 1 / 24), (48, 0.0), (400, 0.0),
])
def test_experience_is_complete_after_a_day_of_samples(hours: int, inexperienced: float) -> None:
    assert inexperience(NOW, NOW - hours * HOUR_MS, CONFIG) == pytest.approx(inexperienced)
    assert inexperience(NOW, NOW - hours * HOUR_MS, VelocityConfig(warmup_hours=0)) == 0.0


def test_types_are_combined_by_weight() -> None:
    assert both() == (0.0, 0.0)
    assert both((3.0, 1.0)) == (3.0, 6.0)
    assert both((3.0, 2.0), (1.0, 1.0))[0] == pytest.approx(7.0 / 5.0**0.5)
    assert both((1.0, 1.0), (-1.0, 1.0)) == (0.0, 0.0)


def both(*readings: tuple[float, float]) -> tuple[float, float]:
    """The combination of z with their weights; the scores are twice as high."""
    names = ["news", "social", "video"][: len(readings)]
    weights = {name: weight for name, (_, weight) in zip(names, readings, strict=True)}
    return combine(
        [type_velocity(name, mentions=9, z=z, score=2 * z)
         for name, (z, _) in zip(names, readings, strict=True)],
        VelocityConfig(type_weights=weights),
    )


def typed(name: str, mentions: int, baseline: str = "observed") -> TypeVelocity:
    return type_velocity(name, mentions=mentions, z=2.0, score=4.0, baseline=baseline)


def test_only_types_that_speak_are_combined() -> None:
    two = [typed("news", 3), typed("social", 2)]
    assert combine(two, CONFIG) == pytest.approx((2.0 * 2**0.5, 4.0 * 2**0.5))
    assert combine([*two, typed("video", 0)], CONFIG) == combine(two, CONFIG)
    assert combine([], CONFIG) == (0.0, 0.0)


def test_a_type_counts_as_much_as_it_was_set_to() -> None:
    types = [type_velocity("news", score=4.0, z=1.0), type_velocity("social", score=1.0, z=0.0)]
    config = VelocityConfig(type_weights={"news": 3.0})
    literal, score = combine(types, config)
    assert (literal, score) == pytest.approx((3.0 / 10.0**0.5, 13.0 / 10.0**0.5))


@pytest.mark.parametrize(("mentions", "rises"), [(4, True), (3, False)])
def test_a_few_mentions_are_no_rise(mentions: int, rises: bool) -> None:
    literal, score = combine([typed("news", mentions)], CONFIG)
    assert (literal, score) == (2.0, 4.0 if rises else 0.0)
    quiet = type_velocity("news", mentions=1, score=-2.0)
    assert combine([quiet], CONFIG)[1] == -2.0


@pytest.mark.parametrize(("baselines", "rises"), [
    (("level", "observed"), True), (("level", "level"), False), (("prior", "observed"), False),
])
def test_a_few_mentions_are_one_beside_a_level(baselines: tuple[str, str], rises: bool) -> None:
    types = [typed(f"type-{n}", 1, baseline) for n, baseline in enumerate(baselines)]
    assert (combine(types, CONFIG)[1] > 0.0) is rises
