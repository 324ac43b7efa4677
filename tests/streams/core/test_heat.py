"""Heat of what was measured: each term by its weight, none beyond its cap."""

import pytest

from schemas.clock import HOUR_MS, end_of
from schemas.records import TypeVelocity
from streams.core.config import HeatConfig
from streams.core.evidence import hour_of
from streams.core.heat import Components, display, feelings, freshness, weigh
from streams.core.state import EntityState, Feeling
from tests.builders import type_velocity

NOW = end_of(28_000_020)
HOUR = hour_of(NOW)
CONFIG = HeatConfig()


def felt(feelings: dict[int, Feeling] | None = None) -> EntityState:
    return EntityState(1, 0, "Nova", "person", feelings=feelings or {})


def speaking(*mentions: int) -> list[TypeVelocity]:
    return [type_velocity(f"type-{n}", mentions=count) for n, count in enumerate(mentions)]


def weighed(velocity_z: float, *mentions: int, affect: int = 0) -> Components:
    state = felt({HOUR: Feeling(1, affect, 0)})
    return weigh(state, speaking(*mentions), velocity_z, NOW, CONFIG)


def test_feelings_are_the_means_of_the_counted_mentions() -> None:
    state = felt({HOUR: Feeling(3, 1500, -600), HOUR - 5: Feeling(1, 500, 200)})
    assert feelings(state, NOW) == (2000 / 4000, -400 / 4000)


def test_nobody_feels_nothing() -> None:
    assert feelings(felt(), NOW) == (0.0, 0.0)
    assert feelings(felt({HOUR: Feeling(0, 0, 0)}), NOW) == (0.0, 0.0)


@pytest.mark.parametrize(("ago", "counts"), [(-1, False), (0, True), (12, True), (13, False)])
def test_feelings_are_of_the_hours_that_the_window_touches(ago: int, counts: bool) -> None:
    state = felt({HOUR - ago: Feeling(1, 500, 250)})
    assert feelings(state, NOW) == ((0.5, 0.25) if counts else (0.0, 0.0))


def test_feelings_are_summed_once_an_hour() -> None:
    state = felt({HOUR: Feeling(3, 1500, -600)})
    feelings(state, NOW)
    kept = state.felt
    feelings(state, end_of(28_000_021))
    assert state.felt is kept
    assert feelings(state, NOW + 13 * HOUR_MS) == (0.0, 0.0)


def test_raw_heat_is_the_weighted_sum_of_its_terms() -> None:
    found = weighed(2.0, 7, 0, 5, affect=400)
    assert found == Components(2.0, 2, 2 / 3, 0.4, 0.0, 12, found.raw)
    assert found.raw == pytest.approx(0.5 * 2.0 + 0.3 * 2 / 3 + 0.2 * 0.4)


def test_velocity_counts_between_nothing_and_its_cap() -> None:
    assert weighed(-3.0, 1).velocity_z == 0.0
    assert weighed(0.5, 1).velocity_z == 0.5
    assert weighed(4.5, 1).velocity_z == CONFIG.cap
    assert weighed(4.5, 1).raw == pytest.approx(2.0 + 0.1)


@pytest.mark.parametrize(("types", "spread"), [(1, 1 / 3), (3, 1.0), (5, 1.0)])
def test_spread_is_full_with_three_types(types: int, spread: float) -> None:
    found = weighed(0.0, *[2] * types)
    assert (found.spread_types, found.spread) == (types, spread)


def test_without_a_mention_in_the_window_there_is_no_heat() -> None:
    silent = weighed(3.0, 0, 0, affect=1000)
    assert (silent.mentions, silent.spread_types, silent.raw) == (0, 0, 0.0)
    assert silent.velocity_z == 3.0


def test_heat_fades_to_a_third_in_a_day() -> None:
    assert freshness(0.0, CONFIG) == 1.0
    assert freshness(6.0, CONFIG) == pytest.approx(0.36787944**0.25)
    assert freshness(24.0, CONFIG) == pytest.approx(0.36787944)
    assert freshness(48.0, CONFIG) == pytest.approx(0.36787944**2)


def test_the_highest_heat_of_the_weights_is_displayed_as_a_hundred() -> None:
    assert display(2.5, CONFIG) == 100.0
    assert display(9.0, CONFIG) == 100.0
    assert display(1.25, CONFIG) == 50.0
    assert display(0.0, CONFIG) == 0.0


def test_display_is_told_in_tenths() -> None:
    assert display(0.8339, CONFIG) == 33.4


def test_other_weights_are_other_heat() -> None:
    other = HeatConfig(velocity=1.0, spread=2.0, affect=3.0, cap=1.0, full_spread=1)
    state = felt({HOUR: Feeling(1, 500, 0)})
    assert weigh(state, speaking(1), 9.0, NOW, other).raw == pytest.approx(1.0 + 2.0 + 1.5)
    assert display(3.0, other) == 50.0
    assert freshness(1.0, HeatConfig(fade_hours=1.0)) == pytest.approx(0.36787944)
