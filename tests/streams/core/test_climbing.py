"""What the last day of a list says of the names on it."""

from math import log

import pytest

from streams.core.climbing import NEVER, SIGNS, Places, climbing_signs, places

TOP = 2


def board(*names: str) -> Places:
    """Best first, each half as hot as the one before."""
    return places([(name, 0.5**rank) for rank, name in enumerate(names)])


def sign(history: list[Places], name: str, of: str) -> float:
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
