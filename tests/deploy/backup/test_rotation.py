"""Which backups stay: whatever the nights were like."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from deploy.backup.rotation import Keep, kept
from schemas.clock import DAY_MS, HOUR_MS, Millis, millis

KEEP = Keep(daily=7, weekly=4, monthly=6)
NEW_YEAR = millis(datetime(2026, 1, 1, 3, tzinfo=UTC))
MOMENTS = st.lists(st.integers(NEW_YEAR, NEW_YEAR + 400 * DAY_MS), unique=True, max_size=60)
NOWS = st.integers(NEW_YEAR, NEW_YEAR + 400 * DAY_MS)


def days(moments: set[Millis]) -> list[str]:
    return [f"{datetime.fromtimestamp(at / 1000, UTC):%m-%d}" for at in sorted(moments)]


def test_a_year_of_nights_leaves_days_weeks_and_months() -> None:
    there: set[Millis] = set()
    now = NEW_YEAR
    for night in range(365):
        now = NEW_YEAR + night * DAY_MS
        there = kept({*there, now}, now, KEEP)
    assert days(there) == [
        "07-31", "08-31", "09-30", "10-31", "11-30",  # months, December's is the last day's
        "12-13", "12-20",  # Sundays; the week of the 27th is among the days
        "12-25", "12-26", "12-27", "12-28", "12-29", "12-30", "12-31",
    ]  # fmt: skip


def test_of_several_a_day_the_last_one_stays() -> None:
    there = {NEW_YEAR + hour * HOUR_MS for hour in range(20)}
    assert kept(there, max(there), KEEP) == {max(there)}


@given(MOMENTS, NOWS)
def test_the_newest_always_stays_and_a_second_look_deletes_nothing(
    moments: list[Millis], now: Millis
) -> None:
    stay = kept(moments, now, KEEP)
    assert stay <= set(moments)
    assert kept(stay, now, KEEP) == stay
    past = [moment for moment in moments if moment <= now]
    if past:
        assert max(past) in stay
    assert len([moment for moment in stay if moment <= now]) <= 7 + 4 + 6


@given(MOMENTS, NOWS)
def test_what_is_dated_in_the_future_is_left_alone(moments: list[Millis], now: Millis) -> None:
    assert {moment for moment in moments if moment > now} <= kept(moments, now, KEEP)


@given(MOMENTS, NOWS, st.integers(0, 4000))
def test_a_pause_deletes_nothing(moments: list[Millis], now: Millis, pause: int) -> None:
    later = now + timedelta(days=pause) // timedelta(milliseconds=1)
    past = [moment for moment in moments if moment <= now]
    assert kept(past, later, KEEP) == kept(past, now, KEEP)


@given(MOMENTS)
def test_each_of_the_last_days_keeps_one(moments: list[Millis]) -> None:
    now = NEW_YEAR + 500 * DAY_MS
    newest = sorted({moment // DAY_MS for moment in moments})[-7:]
    assert set(newest) <= {moment // DAY_MS for moment in kept(moments, now, KEEP)}
