"""Pauses to the tick: what is one, what of it a window holds, and what comes back with it."""

import pytest

from schemas.clock import HOUR_MS, INTERVAL_MS, end_of
from streams.core.baseline import Span
from streams.core.coverage import (
    KEPT_TICKS,
    LONGEST_FLOOD,
    SHORTEST,
    WHOLE,
    Pause,
    Share,
    Watched,
    hours_of,
    pauses,
    share,
    unseen,
    watch,
)
from streams.core.windows import bucket_hour

HOUR = 60  # ticks
N = 28_000_020
NOW = end_of(N)


def test_a_pause_lasts_half_an_hour_and_a_flood_two_days_at_most() -> None:
    assert (SHORTEST, LONGEST_FLOOD, KEPT_TICKS) == (30, 48 * HOUR, 17 * 24 * HOUR)
    assert Share(1.0, 1.0) == WHOLE


@pytest.mark.parametrize(("first", "stretches"), [
    (11, [(0, 20)]), (10, [(0, 20)]), (12, [(0, 10), (12, 20)]),
])
def test_presence_that_follows_is_one_stretch(first: int, stretches: Watched) -> None:
    eyes: dict[str, Watched] = {}
    watch(eyes, ["reddit"], 0, 10)
    watch(eyes, ["reddit"], first, 20)
    assert eyes == {"reddit": stretches}


def test_presence_follows_the_last_stretch_not_the_first() -> None:
    eyes: dict[str, Watched] = {"reddit": [(0, 10), (20, 30)]}
    watch(eyes, ["reddit"], 31, 40)
    assert eyes == {"reddit": [(0, 10), (20, 40)]}


@pytest.mark.parametrize(("end", "kept"), [(100, True), (99, False)])
def test_presence_is_kept_for_as_long_as_baselines_reach(end: int, kept: bool) -> None:
    eyes: dict[str, Watched] = {"reddit": [(0, 50), (60, end)]}
    watch(eyes, ["reddit"], KEPT_TICKS + 90, KEPT_TICKS + 100)
    assert ((60, end) in eyes["reddit"]) is kept
    assert (0, 50) not in eyes["reddit"]


@pytest.mark.parametrize(("again", "found"), [(130, []), (131, [Pause(101, 130)])])
def test_a_silence_of_half_an_hour_is_a_pause(again: int, found: list[Pause]) -> None:
    eyes = {"reddit": [(0, 100), (again, 500)]}
    assert pauses(eyes, ["reddit"], 500) == found
    assert pauses({**eyes, "x": [(50, 60)]}, ["reddit", "x"], 500) == found


@pytest.mark.parametrize(("now", "found"), [(129, []), (130, [Pause(101, 130)])])
def test_a_silence_that_lasts_is_a_pause_up_to_now(now: int, found: list[Pause]) -> None:
    assert pauses({"reddit": [(0, 100)]}, ["reddit"], now) == found
    assert pauses({"reddit": [(0, 100)], "x": [(0, 90)]}, ["reddit", "x"], now) == found
    assert pauses({"reddit": [(5, 100)], "x": [(0, 90)]}, ["x", "reddit"], now) == found


def test_sources_that_take_turns_leave_pauses_between_them() -> None:
    eyes = {"reddit": [(0, 100), (400, 450)], "x": [(50, 200), (300, 500)]}
    assert pauses(eyes, ["reddit", "x"], 500) == [Pause(201, 299)]
    assert pauses(eyes, ["x", "reddit"], 600) == [Pause(201, 299), Pause(501, 600)]
    assert pauses(eyes, [], 600) == []


def test_a_source_that_is_here_since_later_covers_no_earlier_pause() -> None:
    eyes = {"reddit": [(100, 500)], "x": [(0, 50)]}
    assert pauses(eyes, ["reddit", "x"], 500) == [Pause(51, 99)]
    assert pauses(eyes, ["reddit"], 500) == []


def test_a_baseline_leaves_out_every_hour_that_a_pause_touches() -> None:
    first = bucket_hour(NOW)
    edge = N + 1  # the tick with which an hour begins, as windows count hours
    assert bucket_hour(edge * INTERVAL_MS - 1) == bucket_hour(edge * INTERVAL_MS) - 1
    assert hours_of([Pause(edge, edge + HOUR - 1)]) == [Span(first, first)]
    assert hours_of([Pause(edge - 1, edge + HOUR)]) == [Span(first - 1, first + 1)]


def of(first: int, last: int, floods: bool = True) -> Share:
    """Of twelve hours; hours ago, the first and behind the last."""
    pause = Pause(N + 1 - first * HOUR, N - last * HOUR)
    return share([pause], NOW, 12 * HOUR_MS, floods)


def test_what_a_pause_hides_and_what_it_gives_back() -> None:
    assert of(13, 12) == Share(1.0, 1.0)
    assert of(14, 11) == Share(11 / 12, 14 / 12)
    assert of(14, 11, floods=False) == Share(11 / 12, 1.0)
    assert of(6, 4) == Share(10 / 12, 1.0)
    assert of(6, 0) == Share(0.5, 0.5)
    assert of(20, 0) == Share(0.0, 0.0)
    assert of(100, 1) == Share(1 / 12, (12 + 48 - 11) / 12)


def test_pauses_add_up() -> None:
    found = [Pause(N + 1 - 10 * HOUR, N - 9 * HOUR), Pause(N + 1 - 5 * HOUR, N - 3 * HOUR)]
    assert share(found, NOW, 12 * HOUR_MS, floods=True) == Share(9 / 12, 1.0)
    lasting = [Pause(N + 1 - 14 * HOUR, N - 11 * HOUR), Pause(N + 1 - 2 * HOUR, N)]
    assert share(lasting, NOW, 12 * HOUR_MS, floods=True) == Share(9 / 12, 12 / 12)
    tick = [Pause(N - 12 * HOUR, N - 12 * HOUR + 1)]
    assert share(tick, NOW, 12 * HOUR_MS, floods=True) == Share(719 / 720, 721 / 720)


def test_a_pause_that_is_long_over_hides_no_later_one() -> None:
    over = Pause(N + 1 - 90 * HOUR, N - 80 * HOUR)
    recent = Pause(N + 1 - 5 * HOUR, N - 3 * HOUR)
    assert share([over, recent], NOW, 12 * HOUR_MS, floods=True) == Share(10 / 12, 1.0)


def test_what_is_older_than_a_flood_takes_nothing_away() -> None:
    pause = Pause(N + 1 - 61 * HOUR, N - HOUR)  # all of it within a window of three days
    assert share([pause], NOW, 72 * HOUR_MS, floods=True) == Share(12 / 72, 1.0)


#             10        20        30        40
#  a  █████████|░░░░░░░░░|█████████|░░░░░░░░░
#  b  █████████|████░░░░░|░░░░░████|█████████
#  c  █████████|█░███████|█████████|█████████
TURNS: dict[str, Watched] = {
    "a": [(0, 10), (21, 30)], "b": [(0, 15), (26, 40)], "c": [(0, 11), (13, 40)],
}


@pytest.mark.parametrize(("groups", "first", "last", "ticks"), [
    (["a"], 5, 30, 10), (["a"], 12, 30, 8), (["a"], 5, 18, 8), (["a"], 5, 35, 15),
    (["a"], 5, 20, 10), (["a"], 5, 21, 10), (["a"], 9, 11, 1), (["a"], 10, 11, 1),
    (["a"], 20, 21, 0), (["ab"], 5, 40, 5), (["a", "b"], 5, 30, 15), (["b", "a"], 5, 40, 25),
    (["c"], 5, 40, 1), (["a", "c"], 5, 30, 10), (["a", "c"], 5, 40, 20), (["x"], 5, 30, 25),
    (["c", "x"], 5, 30, 25), (["ax"], 5, 30, 10), ([], 5, 30, 0), (["x"], 30, 30, 0),
    (["x"], 31, 30, 0),
])
def test_ticks_are_unseen_that_some_group_slept_through(
    groups: list[str], first: int, last: int, ticks: int
) -> None:
    assert unseen(TURNS, groups, first, last) == ticks
    assert unseen({}, groups, first, last) == 0
