"""Google Trends: the feed's buckets as levels, and what older services told."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from producers.base.body import Body
from producers.base.errors import UnreadableBodyError
from producers.google_trends.source import GoogleTrendsOptions, GoogleTrendsSource
from schemas.clock import iso
from schemas.records import RawMention
from tests.producers.builders import NOON

FIXTURES = Path(__file__).parent / "fixtures/google-trends"
FEED = (FIXTURES / "trending_now.xml").read_bytes()
PAYLOADS = Path(__file__).parents[3] / "shared/data/payloads/google_trends"
ASKED = (
    "https://trends.google.com/trends/api/widgetdata/multiline?token=x&req=%7B%22comparisonItem%22"
    "%3A%5B%7B%22complexKeywordsRestriction%22%3A%7B%22keyword%22%3A%5B%7B%22value%22%3A%22pizza"
    "%22%7D%5D%7D%7D%2C%7B%22complexKeywordsRestriction%22%3A%7B%22keyword%22%3A%5B%7B%22value%22"
    "%3A%22bagel%22%7D%5D%7D%7D%5D%7D"
)


def told(content: bytes, asked: str = "", **options: object) -> list[RawMention]:
    source = GoogleTrendsSource(GoogleTrendsOptions(**options))  # type: ignore[arg-type]
    return list(source.parse(Body(content, NOON, asked=asked)))


def fixture(name: str) -> list[RawMention]:
    return told((FIXTURES / name).read_bytes())


def test_trend_tells_its_bucket_as_a_level() -> None:
    first, second = told(FEED)
    assert (first.title, first.kind, first.channel) == ("lantern coast trailer", "trend", "US")
    assert (first.level, first.level_unit) == (2000.0, "searches")
    assert iso(first.event_time) == "2026-03-01T11:40:00Z"
    assert (second.title, second.level) == ("octave dry", 500.0)


def test_articles_beside_a_trend_are_no_words_of_the_search() -> None:
    first, _ = told(FEED)
    assert first.text == ""
    assert first.attributes["news_1_title"] == "'The Lantern Coast' trailer is here"
    assert first.attributes["news_1_source"] == "Harbor Post | Arts"
    assert first.attributes["news_2_url"] == "https://gazette.example/mira"
    assert first.url == (
        "https://trends.google.com/trends/explore?q=lantern+coast+trailer&date=now+7-d&geo=US"
    )


def test_next_bucket_of_a_trend_is_a_measurement_of_its_own_and_the_same_is_none() -> None:
    (risen, other) = told(FEED.replace(b"2000+", b"5000+"))
    assert (risen.level, other.level) == (5000.0, 500.0)
    before = {m.id for m in told(FEED)}
    assert risen.id not in before
    assert other.id in before


def test_trend_without_news_items_is_read() -> None:
    (trend,) = fixture("trending_now_jp.xml")
    assert (trend.title, trend.channel, trend.level) == ("ランタンの岸", "JP", 1000.0)
    assert set(trend.attributes) == {"traffic"}
    assert iso(trend.event_time) == "2026-03-01T11:00:00Z"


def test_old_daily_feed_with_entities_that_xml_does_not_know_is_read() -> None:
    (trend,) = fixture("daily_2019.xml")
    assert (trend.title, trend.level, trend.channel) == ("Harbor Lights", 20_000.0, "DE")
    assert trend.attributes["related"] == "harbor lights finale, harbor lights cast"


def test_item_that_was_cut_off_within_its_query_is_left_out() -> None:
    end = FEED.index(b"octave dry") + 6
    assert [m.title for m in told(FEED[:end])] == ["lantern coast trailer"]


def test_name_that_explore_measures_has_no_second_scale() -> None:
    first, second = told(FEED, names=("Octave Dry",))
    assert (second.level, second.level_unit) == (None, None)
    assert second.attributes["traffic"] == "500+"
    assert first.level == 2000.0


def test_days_of_the_old_service_are_read() -> None:
    first, second = fixture("dailytrends.txt")
    assert (first.title, first.level, first.channel) == ("Octave Dry", 200_000.0, "US")
    assert iso(first.event_time) == "2021-08-07T00:00:00Z"
    assert first.attributes["related"] == "octave dry tour, nine days of salt"
    assert second.level == 50_000.0


@pytest.mark.parametrize("prefix", [b")]}'", b")]}',\r\n\r\n", b")]}'\n", b"\n"])
def test_signs_before_an_answer_vary(prefix: bytes) -> None:
    body = (FIXTURES / "dailytrends.txt").read_bytes().partition(b"\n")[2]
    assert len(told(prefix + body)) == 2


def test_story_of_the_realtime_service_is_a_trend_for_each_of_its_names() -> None:
    trends = fixture("realtimetrends.txt")
    assert [m.title for m in trends] == ["Mira Castellane", "Octave Dry"]
    assert {m.attributes["news_1_title"] for m in trends} == {"A harbor wedding"}
    assert {(m.level, m.event_time) for m in trends} == {(None, NOON)}


def test_bare_names_by_country_are_read() -> None:
    assert [(m.channel, m.title) for m in fixture("hottrends.json")] == [
        ("united_states", "Octave Dry"), ("united_states", "Harbor Lights"),
        ("japan", "ランタンの岸"),
    ]  # fmt: skip


def test_of_related_searches_those_that_rise_are_trends() -> None:
    trends = fixture("relatedsearches.txt")
    assert [(m.title, m.attributes["rise"]) for m in trends] == [
        ("harbor lights finale", "Breakout"), ("Mira Castellane", "+400%"),
    ]  # fmt: skip


def test_timeline_is_read_when_its_address_says_whose_it_is() -> None:
    body = (
        b')]}\',\n{"default":{"timelineData":[{"time":"1609459200","value":[80,2]},'
        b'{"time":"1609545600","value":[120,6]},{"time":"1609632000","value":[1,1],'
        b'"isPartial":true}]}}'
    )
    (bagel,) = told(body, ASKED)
    assert (bagel.title, bagel.level) == ("bagel", 6.0)
    assert bagel.level_unit == "percent of searches for pizza"
    assert iso(bagel.event_time) == "2021-01-02T00:00:00Z"


def test_timeline_in_which_nobody_searched_for_the_anchor_is_refused() -> None:
    body = b'{"default":{"timelineData":[{"time":"1609459200","value":[0,2]}]}}'
    with pytest.raises(UnreadableBodyError, match="nobody searched for 'pizza'"):
        told(body, ASKED)


@pytest.mark.parametrize("country", ["us", "USA1", "", "US&hl=de"])
def test_country_that_is_none_is_refused(country: str) -> None:
    with pytest.raises(ValidationError):
        GoogleTrendsOptions(countries=(country,))


@pytest.mark.skipif(not PAYLOADS.exists(), reason=f"no recorded payloads at {PAYLOADS}")
@pytest.mark.parametrize(
    ("name", "trends", "levels"),
    [
        ("trending_rss_US_2026-10-01.excerpt.xml", 2, {1000.0, 10_000.0}),
        ("daily_rss_US_2024-06-20.browser-copy.malformed.xml", 3, {20_000.0, 200_000.0}),
        ("relatedsearches_queries_2023.txt", 18, {None}),
    ],
)
def test_real_answer_is_read(name: str, trends: int, levels: set[float | None]) -> None:
    mentions = told((PAYLOADS / name).read_bytes())
    assert len(mentions) == trends
    assert {m.level for m in mentions} == levels
    assert all(m.title and m.url for m in mentions)


@pytest.mark.skipif(not PAYLOADS.exists(), reason=f"no recorded payloads at {PAYLOADS}")
@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("explore_2023.txt", "widgets"),
        ("explore_page_cookie_404.html", "not a feed: html"),
        ("multiline_2kw_2023.txt", "whose it is"),
    ],
)
def test_real_answer_without_trends_is_named(name: str, why: str) -> None:
    with pytest.raises(UnreadableBodyError, match=why):
        told((PAYLOADS / name).read_bytes())


@pytest.mark.skipif(not PAYLOADS.exists(), reason=f"no recorded payloads at {PAYLOADS}")
def test_real_timeline_is_read_with_its_address() -> None:
    (bagel,) = told((PAYLOADS / "multiline_2kw_2023.txt").read_bytes(), ASKED)
    assert (bagel.title, bagel.level) == ("bagel", 1.389)
