"""What the last day of a list says of the names on it."""

from collections.abc import Sequence
from math import log

import pytest

from streams.core.climbing import (
    AGEING,
    LOOKS_BACK,
    NEVER,
    SIGNS,
    STEPS,
    YOUNG,
    Places,
    climbing_signs,
    places,
)

TOP = 2


def board(*names: str) -> Places:
    """Best first, each half as hot as the one before."""
    return places([(name, 0.5**rank) for rank, name in enumerate(names)])


def sign(history: Sequence[Places], name: str, of: str) -> float:
    return climbing_signs(history, TOP)[name][SIGNS.index(of)]


def test_each_name_of_the_moment_has_every_sign() -> None:
    told = climbing_signs([board("a", "b"), board("b", "a", "c")], TOP)
    assert list(told) == ["b", "a", "c"]
    assert {len(signs) for signs in told.values()} == {len(SIGNS)}


def test_climbing_is_by_how_many_times_the_rank_got_smaller() -> None:
    history = [board("a", "b", "c", "d"), board("a", "d", "b", "c")]
    assert sign(history, "d", "climb_1") == pytest.approx(log(2))
    assert sign(history, "c", "climb_1") == pytest.approx(-log(4 / 3))


def test_who_was_not_on_the_list_comes_from_below_its_end() -> None:
    history = [board("a", "b"), board("a", "b", "new")]
    assert sign(history, "new", "climb_1") == pytest.approx(0.0)
    assert sign(history, "new", "told") == 0.5


@pytest.mark.parametrize("unit", [1.0, 1e6])
def test_signs_do_not_depend_on_the_unit_of_heat(unit: float) -> None:
    def scaled(*heats: float) -> Places:
        return places([(f"n{rank}", heat * unit) for rank, heat in enumerate(heats)])

    plain = [places([("n0", 9.0), ("n1", 3.0), ("n2", 1.0)]),
             places([("n0", 8.0), ("n1", 4.0), ("n2", 2.0)])]
    told = climbing_signs([scaled(9.0, 3.0, 1.0), scaled(8.0, 4.0, 2.0)], TOP)
    for name, signs in climbing_signs(plain, TOP).items():
        assert told[name] == pytest.approx(signs)


def test_a_list_that_changes_has_churn_and_rises() -> None:
    still = [board("a", "b", "c")] * 3
    moving = [board("a", "b", "c"), board("c", "a", "b"), board("b", "c", "a")]
    assert (sign(still, "c", "churn_1"), sign(still, "c", "rise_1")) == (0.0, 0.0)
    assert (sign(moving, "a", "churn_1"), sign(moving, "a", "rise_1")) == (0.5, 1.0)


def test_when_it_was_on_top_and_when_its_heat_last_grew() -> None:
    history = [board("c", "a", "b"), board("a", "b", "c"), board("a", "b", "c")]
    assert sign(history, "c", "since_top") == 2.0
    assert sign(history, "c", "since_rise") == 2.0
    assert sign(history, "b", "since_rise") == 1.0
    assert sign([board("a", "b", "c")], "c", "since_top") == NEVER


def test_an_empty_past_and_a_short_list_have_signs_too() -> None:
    (signs,) = climbing_signs([places([]), board("a")], TOP).values()
    assert len(signs) == len(SIGNS)


def test_a_list_without_values_goes_by_rank_alone() -> None:
    flat = places([("a", 0.0), ("b", 0.0), ("c", 0.0)])
    told = climbing_signs([flat, flat], TOP)
    assert told["c"][SIGNS.index("rank")] > told["a"][SIGNS.index("rank")]
    assert told["c"][SIGNS.index("to_leader")] == 0.0


def test_a_name_that_is_told_twice_has_the_better_place() -> None:
    told = places([("a", 3.0), ("b", 2.0), ("a", 1.0), ("c", 0.5)])
    assert [(name, place.rank) for name, place in told.items()] == [("a", 1), ("b", 2), ("c", 3)]


def test_its_own_growth_does_not_hang_on_what_the_leader_did() -> None:
    before = [("a", 10.0), ("b", 4.0), ("c", 2.0)]
    now = places([("a", 10.0), ("c", 6.0), ("b", 4.0)])
    burst = places([("a", 10.0), ("c", 6.0), ("b", 4.0), ("d", 1.0)])
    grown = sign([places(before), now], "c", "gain_1")
    assert grown == pytest.approx(log(3.0), rel=0.02)
    assert sign([places([("a", 1.0), *before[1:]]), burst], "c", "gain_1") == grown
    assert sign([places(before), now], "b", "gain_1") == 0.0


def test_growth_is_told_over_as_many_steps_as_it_says() -> None:
    history = [places([("lead", 100.0), ("a", 2.0**step)]) for step in range(7)]
    gains = [sign(history, "a", f"gain_{steps}") for steps in LOOKS_BACK]
    assert gains == pytest.approx([steps * log(2.0) for steps in LOOKS_BACK], rel=0.05)


def test_who_was_not_there_is_new_and_has_no_growth() -> None:
    """So is who was there as long as anything is known."""
    history = [board("a", "b"), board("a", "b", "c"), board("a", "b", "c")]
    assert (sign(history, "c", "new_1"), sign(history, "c", "new_3")) == (0.0, 1.0)
    assert (sign(history, "a", "new_1"), sign(history, "a", "new_3")) == (0.0, 1.0)
    gone = [board("a", "c"), board("a", "b"), board("a", "b", "c")]
    assert (sign(gone, "c", "new_1"), sign(gone, "c", "gain_1")) == (1.0, 0.0)


def test_since_when_it_is_known_and_how_constantly_it_was_there() -> None:
    gone = [board("a"), board("a", "b"), board("a"), board("a"), board("a", "b")]
    assert sign(gone, "b", "first_seen") == pytest.approx(log(1 + 3))
    assert sign(gone, "b", "constancy") == pytest.approx(2 / 4)
    assert sign(gone, "a", "first_seen") == pytest.approx(log(1 + 4))
    assert sign(gone, "a", "constancy") == 1.0


def test_of_two_that_are_as_hot_the_younger_has_more_heat_for_its_age() -> None:
    history = [places([("lead", 8.0), ("old", 2.0)])] * 4
    now = [*history, places([("lead", 8.0), ("old", 2.0), ("young", 2.0)])]
    gaps = [sign(now, "young", aged) - sign(now, "old", aged)
            for aged in ("aged", "aged_steeply")]
    assert gaps == pytest.approx([power * (log(4 + YOUNG) - log(YOUNG)) for power in AGEING])
    assert 0.0 < gaps[0] < gaps[1]


def test_who_has_been_hotter_is_below_its_peak_by_so_much() -> None:
    def course(*heats: float) -> list[Places]:
        return [places([("lead", 1000.0), ("a", heat)]) for heat in heats]

    assert sign(course(10.0, 400.0, 100.0), "a", "gain_to_peak") == pytest.approx(log(4), rel=0.02)
    assert sign(course(10.0, 100.0, 400.0), "a", "gain_to_peak") == 0.0


def test_steps_before_anything_was_told_change_no_sign_of_a_life() -> None:
    told = [board("a", "b"), board("a", "b", "c"), board("b", "a", "c")]
    early = [places([])] * (STEPS - len(told))
    start, end = SIGNS.index("gain_1"), SIGNS.index("gain_to_peak") + 1
    for name in ("a", "b", "c"):
        bare, padded = (climbing_signs(seen, TOP)[name][start:end] for seen in
                        (told, [*early, *told]))
        assert bare == padded
