"""When the source of a recording was looking, by its rows."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.replay.rounds import LEAST_MS, ROUND_MS, Attendance, Rounds, attended, rounds_of
from producers.ticks import ticks_for_recording
from schemas.clock import DAY_MS, HOUR_MS, INTERVAL_MS, MINUTE_MS, Millis, tick_of
from streams.replay.reel import Interval, intervals_of
from tests.producers.builders import NOON, raw_mention

DAY = DAY_MS // HOUR_MS
MIDNIGHT = NOON // DAY_MS * DAY_MS
PATIENCE = {"newsapi": 3 * HOUR_MS}


def every(hours: float, times: int, begin: Millis = 0) -> list[Millis]:
    return [begin + round(n * hours * HOUR_MS) for n in range(times)]


def test_the_usual_pause_is_that_between_rounds_and_minds_no_night() -> None:
    days = [at for day in range(9) for at in every(2, 9, day * DAY_MS)]
    within = [at + minutes * MINUTE_MS for at in days for minutes in (0, 1, 9, 20)]
    assert rounds_of(days) == Rounds(2 * HOUR_MS, 3 * HOUR_MS)
    assert rounds_of(reversed(within)).patience == LEAST_MS


@pytest.mark.parametrize(("known", "told"), [
    ([], Rounds(ROUND_MS, LEAST_MS)), ([5], Rounds(ROUND_MS, LEAST_MS)),
    (every(0.1, 50), Rounds(ROUND_MS, LEAST_MS)),
    (every(12, 5), Rounds(12 * HOUR_MS, 18 * HOUR_MS)),
])
def test_a_thin_source_has_quiet_hours_and_a_slow_one_slow_rounds(
    known: list[Millis], told: Rounds
) -> None:
    assert rounds_of(known) == told


def reel(minutes: list[int], tail: int = 0) -> list[Interval]:
    said = [raw_mention(str(m), NOON + m * INTERVAL_MS) for m in minutes]
    return list(intervals_of(ticks_for_recording(said, {"newsapi": 1, "reddit": 1}, 0, tail)))


def present(minutes: list[int], tail: int = 0) -> list[bool]:
    """From the interval before the first row on."""
    shown = attended(reel(minutes, tail), PATIENCE)
    return ["newsapi" in interval.tick.present for interval in shown]


def test_a_source_is_away_from_when_its_round_is_overdue_until_its_next_row() -> None:
    #               row              + 3 h       away           row
    assert present([0, 300], 200) == (
        [False] + [True] * 181 + [False] * 119 + [True] * 181 + [False] * 20
    )


def test_rows_and_numbers_stay_and_a_source_without_patience_is_always_there() -> None:
    before = reel([0, 7, 300, 700])
    after = list(attended(before, PATIENCE))
    assert [one.said for one in after] == [one.said for one in before]
    assert [one.tick.n for one in after] == [one.tick.n for one in before]
    assert all("reddit" in one.tick.present for one in after)
    assert {one.tick.present["newsapi"] for one in after if "newsapi" in one.tick.present} == {1}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 900), min_size=1, max_size=8, unique=True).map(sorted),
       st.integers(1, 8))
def test_nothing_later_decides_who_is_there(minutes: list[int], known: int) -> None:
    whole = present(minutes)
    so_far = present(minutes[:known])  # it ends with the interval behind the last of them
    assert so_far == whole[: len(so_far)]


def test_a_night_is_told_as_one() -> None:
    attendance = Attendance(("newsapi", "unheard"))
    for n in range(tick_of(MIDNIGHT), tick_of(MIDNIGHT) + 5 * 1440):
        minute = n % 1440
        attendance.tick(n, ["newsapi"] if 200 <= minute < 1190 else [])
    told = attendance.told()
    assert told == {"newsapi": {
        "closed_share": pytest.approx(4 * 450 / (5 * 1440 - 450), abs=0.001), "closed_times": 4,
        "longest_hours": 7.5, "nightly": "19:50-03:20",
    }}


def test_a_lone_outage_is_no_night() -> None:
    attendance = Attendance(("newsapi",))
    for n in range(10 * 1440):
        attendance.tick(n, [] if 2000 <= n < 2600 else ["newsapi"])
    assert attendance.told()["newsapi"]["nightly"] is None
    assert attendance.closed == {"newsapi": [(2000, 2599)]}


def test_days_of_absence_are_no_nights() -> None:
    attendance = Attendance(("reddit",))
    for n in range(30 * 1440):
        attendance.tick(n, [] if 1440 <= n % (6 * 1440) < 4.5 * 1440 else ["reddit"])
    told = attendance.told()["reddit"]
    assert (told["closed_times"], told["longest_hours"]) == (5, 84.0)
    assert told["nightly"] is None, "away at noon on more days than not, and each time for days"
