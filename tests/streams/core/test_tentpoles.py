"""Scheduled events: when they are on, and for whom."""

import pytest

from schemas.clock import parse_time
from streams.core.config import CalendarConfig, Tentpole
from streams.core.tentpoles import scheduled

GALA = Tentpole(name="Lantern Gala", entities=("gala", "host"), starts=("2026-05-04",))
WEEK = Tentpole(name="Harbor Festival", entities=("festival",), starts=("2026-06-10",), days=5)
YEARLY = Tentpole(name="Pirate Day", entities=("pirates",), starts=("02-29", "09-19"))
CALENDAR = CalendarConfig(tentpoles=(GALA, WEEK, YEARLY))


def names(entity_id: str, day: str, calendar: CalendarConfig = CALENDAR) -> str | None:
    found = scheduled(entity_id, parse_time(f"{day}T12:00:00Z"), calendar)
    return found.name if found else None


@pytest.mark.parametrize(("day", "on"), [
    ("2026-05-02", False), ("2026-05-03", True), ("2026-05-06", True), ("2026-05-07", False),
    ("2027-05-04", False),
])
def test_an_event_is_on_from_the_day_before_to_two_days_after(day: str, on: bool) -> None:
    assert (names("gala", day) == "Lantern Gala") is on
    assert (names("host", day) == "Lantern Gala") is on
    assert names("somebody", day) is None


@pytest.mark.parametrize(("day", "on"), [
    ("2026-06-08", False), ("2026-06-09", True), ("2026-06-16", True), ("2026-06-17", False),
])
def test_a_long_event_is_on_to_two_days_after_its_last_day(day: str, on: bool) -> None:
    assert (names("festival", day) is not None) is on


def test_a_day_without_a_year_comes_every_year() -> None:
    assert [names("pirates", f"{year}-09-19") for year in (2024, 2031)] == ["Pirate Day"] * 2
    assert names("pirates", "2028-02-29") == "Pirate Day"
    assert names("pirates", "2027-03-04") is None


def test_of_two_events_the_higher_expectation_holds() -> None:
    louder = Tentpole(name="Afterparty", entities=("gala",), starts=("2026-05-04",), bar=3.0)
    both = CalendarConfig(tentpoles=(louder, GALA))
    assert names("gala", "2026-05-04", both) == "Afterparty"


def test_an_empty_calendar_expects_nothing() -> None:
    assert names("gala", "2026-05-04", CalendarConfig()) is None
