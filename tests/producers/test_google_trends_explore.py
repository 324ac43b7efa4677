"""Explore through pytrends itself, over a session, against a Google Trends on the loopback."""

import pytest
import requests

from producers.base.errors import ThrottledError, UnreachableError, UnreadableBodyError
from producers.google_trends.source import GoogleTrendsOptions, GoogleTrendsSource
from schemas.clock import HOUR_MS, MINUTE_MS
from schemas.errors import HeatError
from schemas.records import RawMention
from tests.producers.builders import NOON
from tests.producers.explore_server import trends

FIVE = ("Mira Castellane", "Octave Dry", "Harbor Lights", "Lantern Coast", "Pat Example")


def source(*names: str, **options: object) -> GoogleTrendsSource:
    return GoogleTrendsSource(GoogleTrendsOptions(names=names, **options))  # type: ignore[arg-type]


def collected(
    asked: GoogleTrendsSource, session: requests.Session, moment: int
) -> tuple[list[RawMention], HeatError | None]:
    """What was yielded, and the error that ended it."""
    found: list[RawMention] = []
    try:
        for mention in asked.collect(session, moment):
            found.append(mention)
    except HeatError as error:
        return found, error
    return found, None


def test_interest_is_asked_in_one_conversation_with_the_cookie_of_a_missing_page() -> None:
    with trends() as (google, session):
        found, error = collected(source("Mira Castellane"), session, NOON)
    assert error is None
    assert [m.title for m in found] == ["octave dry", "Mira Castellane"]
    assert google.asked == [
        ("GET", "/trending/rss", ""),
        ("GET", "/trends/explore/", ""),
        ("POST", "/trends/api/explore", "NID=511=abc"),
        ("GET", "/trends/api/widgetdata/multiline", "NID=511=abc"),
    ]


def test_interest_is_the_newest_whole_point_against_the_anchor() -> None:
    with trends() as (_, session):
        found, _ = collected(source("Mira Castellane", "Octave Dry"), session, NOON)
    levels = {m.title: m.level for m in found if m.title != "octave dry"}
    assert levels == {"Mira Castellane": 40.0, "Octave Dry": 80.0}
    assert found[-1].level_unit == "percent of searches for imdb"
    assert found[-1].event_time == 1_772_323_200_000 + 2 * HOUR_MS


def test_names_take_turns_and_each_is_asked_again_after_its_pause() -> None:
    asked = source(*FIVE)
    with trends() as (google, session):
        for minutes in (0, 10, 20, 119, 120):
            collected(asked, session, NOON + minutes * MINUTE_MS)
    talks = [path for _, path, _ in google.asked if path == "/trends/explore/"]
    assert len(talks) == 3


@pytest.mark.parametrize("where", ["/trends/explore/", "/api/explore", "/widgetdata/multiline"])
def test_throttled_explore_is_left_alone_ever_longer_while_the_feed_goes_on(where: str) -> None:
    asked = source("Mira Castellane")
    with trends(refuses={where: 429}) as (google, session):
        states = [collected(asked, session, NOON + n * 10 * MINUTE_MS) for n in range(20)]
    talks = [path for _, path, _ in google.asked if path == "/trends/explore/"]
    assert len(talks) == 3  # at 0:00, 1:00 and 3:00 of 3:10
    assert all([m.title for m in found] == ["octave dry"] for found, _ in states)
    refusals = [error for _, error in states if isinstance(error, ThrottledError)]
    assert len(refusals) == len(states)
    assert "HTTP 429" in str(refusals[0])
    assert "is left alone until 2026-03-01T13:00:00Z" in str(refusals[1])
    assert all(error.retry_after <= 60 for error in refusals)


def test_explore_that_says_how_long_is_believed_when_it_is_longer() -> None:
    asked = source("Mira Castellane")
    with trends(refuses={"/api/explore": 429}) as (google, session):
        collected(asked, session, NOON)
        google.refuses.clear()
        found, error = collected(asked, session, NOON + 61 * MINUTE_MS)
    assert error is None
    assert [m.title for m in found] == ["octave dry", "Mira Castellane"]


def test_feed_that_fails_does_not_keep_explore_from_being_asked() -> None:
    with trends(refuses={"/trending/rss": 500}) as (_, session):
        found, error = collected(source("Mira Castellane"), session, NOON)
    assert [m.title for m in found] == ["Mira Castellane"]
    assert "HTTP 500" in str(error)


def test_feed_that_does_not_name_its_country_is_of_the_one_that_was_asked_for() -> None:
    with trends() as (_, session):
        found, _ = collected(source(countries=("JP", "GB")), session, NOON)
    assert [m.channel for m in found] == ["JP", "GB"]


def test_widgets_without_a_timeline_are_named() -> None:
    with trends(widgets=("GEO_MAP",)) as (_, session):
        _, error = collected(source("Mira Castellane"), session, NOON)
    assert isinstance(error, UnreadableBodyError)
    assert "without a timeline" in str(error)


def test_network_that_is_away_is_told_without_what_was_asked() -> None:
    with trends() as (_, session):
        pass
    _, error = collected(source("Secret Name"), session, NOON)
    assert isinstance(error, UnreachableError)
    assert "Secret" not in str(error)


def test_conversation_with_explore_has_a_price_of_its_own() -> None:
    page = requests.Request("GET", "https://trends.google.com/trends/explore/?geo=US").prepare()
    feed = requests.Request("GET", "https://trends.google.com/trending/rss?geo=US").prepare()
    assert source().costs(page) == {"requests": 1.0, "explore": 1.0}
    assert source().costs(feed) == {"requests": 1.0}
