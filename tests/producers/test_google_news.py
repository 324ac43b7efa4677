"""Google News: headlines and publishers told apart, one story named once per publisher."""

from pathlib import Path

import pytest

from producers.base.body import Body
from producers.google_news import GoogleNewsOptions, GoogleNewsSource, split_title
from tests.producers.builders import NOON

BODY = (Path(__file__).parent / "fixtures/google-news/search.xml").read_bytes()
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


@pytest.mark.skipif(not PAYLOAD.exists(), reason=f"no recorded payload at {PAYLOAD}")
def test_real_search_feed_is_read() -> None:
    mentions = list(GoogleNewsSource().parse(PAYLOAD.read_bytes(), NOON + 200 * 86_400_000))
    assert 90 <= len(mentions) <= 100
    assert all(m.channel and not m.title.endswith(m.channel) for m in mentions)
    assert all(m.attributes["publisher_host"] for m in mentions)
    assert len({m.event_time for m in mentions}) > 50
