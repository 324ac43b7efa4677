"""Google News: headlines and publishers told apart, one story named once per publisher."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from producers.base.answers import mentions_in
from producers.base.body import Body
from producers.base.errors import BlockedError, RefusedError, ThrottledError
from producers.base.source import Source
from producers.google_news import (
    GoogleNewsOptions,
    GoogleNewsSource,
    edition_query,
    normalised,
    split_title,
)
from producers.google_trends.source import GoogleTrendsSource
from schemas.clock import iso
from schemas.errors import HeatError
from tests.producers.builders import NOON

FIXTURES = Path(__file__).parent / "fixtures/google-news"
BODY = (FIXTURES / "search.xml").read_bytes()
PAYLOAD = (
    Path(__file__).parents[3]
    / "shared/data/payloads/google_news/search_rss_bears_ears_2026-07-14.xml"
)


def test_headline_and_publisher_are_told_apart() -> None:
    first, *_ = GoogleNewsSource().parse(Body(BODY, NOON))
    assert first.title == "Lantern Coast trailer stuns the harbor"
    assert first.channel == "The Evening Marquee | Arts"
    assert first.attributes == {"publisher_host": "evening-marquee.com"}
    assert first.url == "https://news.google.com/rss/articles/CBMiAAAA?oc=5"


def test_story_that_is_clustered_anew_keeps_its_id_and_another_publisher_has_its_own() -> None:
    channels = [m.channel for m in GoogleNewsSource().parse(Body(BODY, NOON))]
    assert channels == ["The Evening Marquee | Arts", "Harbor Post", "Coastal Gazette"]
    renamed = BODY.replace(b"CBMiAAAA", b"CBMiZZZZ")
    ids = [m.id for m in GoogleNewsSource().parse(Body(BODY, NOON))]
    assert ids == [m.id for m in GoogleNewsSource().parse(Body(renamed, NOON))]


@pytest.mark.parametrize(
    ("title", "publisher", "wanted"),
    [
        ("A - B - Coastal Gazette", "", ("A - B", "Coastal Gazette")),
        ("A - The X-Files - Blog", "The X-Files - Blog", ("A", "The X-Files - Blog")),
        ("No publisher here", "", ("No publisher here", "")),
        ("Spider-Man swings", "Paper", ("Spider-Man swings", "Paper")),
    ],
)
def test_title_is_split_at_the_publisher(
    title: str, publisher: str, wanted: tuple[str, str]
) -> None:
    assert split_title(title, publisher) == wanted


def test_topic_and_searches_are_asked_in_one_edition() -> None:
    options = GoogleNewsOptions(topics=("ENTERTAINMENT",), searches=('"a b" when:1h',))
    asked = [str(ask.request.url) for ask in GoogleNewsSource(options).asks(NOON)]
    edition = "hl=en-US&gl=US&ceid=US%3Aen"
    assert asked == [
        f"https://news.google.com/rss/headlines/section/topic/ENTERTAINMENT?{edition}",
        f"https://news.google.com/rss/search?q=%22a+b%22+when%3A1h&{edition}",
    ]


def test_names_are_searched_by_themselves_and_less_often() -> None:
    options = GoogleNewsOptions(topics=(), searches=(), names=('Mira "Mi" Castellane',))
    (ask,) = GoogleNewsSource(options).asks(NOON)
    assert ask.request.url.params["q"] == '"Mira Mi Castellane" when:1d'
    assert (ask.label, ask.priority, ask.every) == ("Mira Mi Castellane", 2, 3600)


def test_every_edition_is_asked_for_everything() -> None:
    options = GoogleNewsOptions(searches=("a",), topics=("BUSINESS",), editions=("US:en", "JP:ja"))
    asked = [(a.label, a.request.url.params["ceid"]) for a in GoogleNewsSource(options).asks(NOON)]
    assert asked == [
        ("BUSINESS", "US:en"), ("a", "US:en"), ("BUSINESS JP:ja", "JP:ja"), ("a JP:ja", "JP:ja"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("edition", "hl"),
    [("GB:en", "en-GB"), ("BR:pt-419", "pt-BR"), ("MX:es-419", "es-419"), ("JP:ja", "ja")],
)
def test_edition_says_its_language_as_google_does(edition: str, hl: str) -> None:
    assert edition_query(edition)["hl"] == hl


@pytest.mark.parametrize("edition", ["us:en", "US", "US:en&q=x", ""])
def test_edition_that_is_none_is_refused(edition: str) -> None:
    with pytest.raises(ValidationError):
        GoogleNewsOptions(editions=(edition,))


def test_other_publishers_of_a_cluster_are_voices_of_their_own() -> None:
    body = (FIXTURES / "topic_editions.xml").read_bytes()
    told = list(GoogleNewsSource().parse(Body(body, NOON)))
    assert [(m.channel, m.title) for m in told] == [
        ("港新聞", "ランタンの岸、主演が決定"),
        ("灯台タイムズ", "九日の塩、初日の客足"),
        ("芸能 & 海", "主演は新人 - ドラマ「ランタンの岸」"),
    ]
    assert {m.language for m in told} == {"ja"}
    other = told[-1]
    assert other.url == "https://news.google.com/rss/articles/CBMiKKKK?oc=5"
    assert other.attributes == {"cluster": "ランタンの岸、主演が決定"}
    assert iso(other.event_time) == "2026-03-01T10:00:00Z"


def test_entry_speaks_for_itself_where_it_is_also_listed_in_a_cluster() -> None:
    body = (FIXTURES / "topic_editions.xml").read_bytes()
    told = {m.channel: m for m in GoogleNewsSource().parse(Body(body, NOON))}
    listed = told["灯台タイムズ"]
    assert iso(listed.event_time) == "2026-03-01T09:00:00Z"
    assert listed.attributes == {"publisher_host": "todai-times.example"}


def test_redirect_of_2014_is_unwrapped_to_the_publisher() -> None:
    body = (FIXTURES / "nfe1_2014.xml").read_bytes()
    (told,) = GoogleNewsSource().parse(Body(body, NOON))
    assert told.url == "http://www.coastal-gazette.example/2014/08/harbor-lights.html"
    assert (told.channel, told.title) == ("Coastal Gazette", "Harbor Lights wins the gala")
    assert told.attributes == {"publisher_host": "coastal-gazette.example"}


def test_vowel_signs_belong_to_a_headline() -> None:
    assert normalised("हिंदी फ़िल्म!") == "हिंदी फ़िल्म".casefold()
    assert normalised("ไม่มี — ไม่ใช่") == "ไม่มี ไม่ใช่"


def test_throttled_google_is_left_alone_for_an_hour_at_least() -> None:
    refused = GoogleNewsSource().refusal(Body(b"", NOON, 429, {"retry-after": "30"}))
    assert isinstance(refused, ThrottledError)
    assert refused.retry_after == 3600
    assert GoogleNewsSource().refusal(Body(b"", NOON, 503)) is None


@pytest.mark.parametrize("source", [GoogleNewsSource(), GoogleTrendsSource()])
@pytest.mark.parametrize(
    ("location", "error"),
    [
        ("https://www.google.com/sorry/index?continue=https://news.google.com/x", BlockedError),
        ("/sorry?q=x", BlockedError),
        ("https://www.google.co.uk/sorry/", BlockedError),
        ("https://news.google.com/rss?hl=en-US", RefusedError),
        ("https://google.example.com/sorry/", RefusedError),
        ("https://www.google.com/sorrywho", RefusedError),
        ("", RefusedError),
    ],
)
def test_way_to_the_page_that_says_sorry_shuts_us_out_and_no_other_does(
    source: Source, location: str, error: type[HeatError]
) -> None:
    with pytest.raises(HeatError) as refused:
        mentions_in(source, Body(b"", NOON, 302, {"location": location}))
    assert type(refused.value) is error
    assert getattr(refused.value, "retry_after", 3600) == 3600
    assert "continue" not in str(refused.value)


@pytest.mark.skipif(not PAYLOAD.exists(), reason=f"no recorded payload at {PAYLOAD}")
def test_real_search_feed_is_read() -> None:
    body = Body(PAYLOAD.read_bytes(), NOON + 200 * 86_400_000)
    mentions = list(GoogleNewsSource().parse(body))
    heads = [m for m in mentions if "cluster" not in m.attributes]
    assert 85 <= len(heads) <= 100
    assert len(mentions) > len(heads)
    assert all(m.channel and not m.title.endswith(m.channel) for m in mentions)
    assert all(m.attributes["publisher_host"] for m in heads)
    assert len({m.event_time for m in mentions}) > 50
