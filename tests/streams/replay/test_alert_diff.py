"""Alerts appear, vanish and move."""

from schemas.clock import DAY_MS, HOUR_MS
from streams.replay.alert_diff import Told, alert_diff
from tests.builders import NOON

NOVA = Told(NOON, "nova-reyes", 1.5)


def test_equal_outcomes_do_not_differ() -> None:
    found = alert_diff([NOVA], [NOVA])
    assert not found
    assert found.same == 1


def test_an_alert_that_opens_later_moves() -> None:
    later = Told(NOON + 2 * HOUR_MS, "nova-reyes", 1.25, ("confirmed",))
    found = alert_diff([NOVA], [later])
    assert found
    assert [(m.minutes, m.heat) for m in found.move] == [(120.0, -0.25)]
    assert (found.appear, found.vanish, found.same) == ((), (), 0)


def test_another_life_behind_the_same_opening_is_a_move_of_nothing() -> None:
    (moved,) = alert_diff([NOVA], [Told(NOON, "nova-reyes", 1.5, ("retracted",))]).move
    assert (moved.minutes, moved.after.steps) == (0.0, ("retracted",))


def test_more_than_a_day_apart_are_two_alerts() -> None:
    other = Told(NOON + DAY_MS + 1, "nova-reyes", 1.5)
    found = alert_diff([NOVA], [other])
    assert (found.appear, found.vanish) == ((other,), (NOVA,))


def test_of_several_the_nearest_is_the_same() -> None:
    near, far = Told(NOON + HOUR_MS, "nova-reyes"), Told(NOON - 5 * HOUR_MS, "nova-reyes")
    found = alert_diff([NOVA], [far, near, Told(NOON, "ferry-tolliver")])
    assert [m.after for m in found.move] == [near]
    assert {told.entity for told in found.appear} == {"nova-reyes", "ferry-tolliver"}


def test_what_an_outcome_rounds_or_leaves_out_is_no_difference() -> None:
    """An outcome keeps three decimals of the heat, a report none."""
    exact = Told(NOON, "nova-reyes", 1.500123)
    assert not alert_diff([exact], [NOVA])
    assert not alert_diff([exact], [Told(NOON, "nova-reyes")])
    assert alert_diff([exact], [Told(NOON, "nova-reyes", 1.502)])
