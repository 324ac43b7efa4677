"""Windows of budgets: cut by the clocks of the provider's zone, also on days of 23 and 25 hours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.base.facts import Window
from producers.base.limits.windows import span_of
from schemas.clock import HOUR_MS, iso, parse_time

ZONES = ("UTC", "America/Los_Angeles", "Asia/Kolkata", "America/Santiago", "Australia/Lord_Howe")
WINDOWS: tuple[Window, ...] = ("12h", "day", "month")
TEN_YEARS = st.integers(parse_time("2020-01-01T00:00:00Z"), parse_time("2030-01-01T00:00:00Z"))


@pytest.mark.parametrize(
    ("window", "moment", "name", "ends"),
    [
        ("day", "2026-11-21T07:59:59Z", "2026-11-20", "2026-11-21T08:00:00Z"),
        ("day", "2026-11-21T08:00:00Z", "2026-11-21", "2026-11-22T08:00:00Z"),
        ("month", "2026-12-31T12:00:00Z", "2026-12", "2027-01-01T08:00:00Z"),
        ("12h", "2026-11-21T19:59:59Z", "2026-11-21T00", "2026-11-21T20:00:00Z"),
        ("12h", "2026-11-21T20:00:00Z", "2026-11-21T12", "2026-11-22T08:00:00Z"),
    ],
)
def test_windows_turn_at_midnight_and_noon_of_the_zone(
    window: Window, moment: str, name: str, ends: str
) -> None:
    span = span_of(window, "America/Los_Angeles", parse_time(moment))
    assert (span.name, iso(span.ends)) == (name, ends)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-08", 23), ("2026-11-01", 25)])
def test_day_on_which_clocks_change_is_as_long_as_it_is(day: str, hours: int) -> None:
    at_noon = parse_time(f"{day}T20:00:00Z")
    before = span_of("day", "America/Los_Angeles", at_noon - 24 * HOUR_MS)
    span = span_of("day", "America/Los_Angeles", at_noon)
    assert span.name == day
    assert span.ends - before.ends == hours * HOUR_MS


@given(moment=TEN_YEARS, zone=st.sampled_from(ZONES), window=st.sampled_from(WINDOWS))
def test_window_ends_where_the_next_begins(moment: int, zone: str, window: Window) -> None:
    span = span_of(window, zone, moment)
    assert moment < span.ends
    assert span_of(window, zone, span.ends - 1) == span
    assert span_of(window, zone, span.ends).name > span.name
