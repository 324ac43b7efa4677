"""NewsAPI: who speaks, titles without publishers, codes named, and questions within the day."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from producers.base.answers import mentions_in
from producers.base.body import Body
from producers.base.errors import ThrottledError, UnreadableBodyError
from producers.newsapi.articles import author_of, split_title
from producers.newsapi.source import NewsApiOptions, NewsApiSource
from schemas.clock import HOUR_MS, iso
from schemas.records import RawMention
from schemas.settings import KeysSection
from tests.producers.builders import NOON

FIXTURES = Path(__file__).parent / "fixtures/newsapi"
PAYLOADS = Path(__file__).parents[3] / "shared/data/payloads/newsapi"
recorded = pytest.mark.skipif(not PAYLOADS.exists(), reason=f"no recorded payloads at {PAYLOADS}")


def read(content: bytes) -> list[RawMention]:
    return mentions_in(NewsApiSource(), Body(content, NOON))


def fixture(name: str) -> list[RawMention]:
    return read((FIXTURES / name).read_bytes())


def answer(*articles: dict[str, Any]) -> bytes:
    return json.dumps({"status": "ok", "totalResults": 1, "articles": articles}).encode()


def test_article_is_read_whole_and_named_by_its_address_without_tracking() -> None:
    first, *_ = fixture("headlines.json")
    assert first.title == "‘Lantern Coast’ Finds Its Lead"  # noqa: RUF001
    assert first.text == "Mira Castellane’s next film begins shooting in May."  # noqa: RUF001
    assert first.native_id == "https://variety.com/2026/film/news/lantern-coast-1230000001/?x=1"
    assert (first.channel, first.author) == ("variety.com", "Pat Example")
    assert first.attributes == {"publisher": "Variety"}
    assert iso(first.event_time) == "2026-03-01T11:30:00Z"


def test_removed_and_empty_articles_are_no_mentions() -> None:
    assert len(fixture("headlines.json")) == 6


def test_platform_is_no_outlet_and_the_publisher_in_the_title_is() -> None:
    _, _, _, video, redirected, nowhere = fixture("headlines.json")
    assert (video.title, video.channel) == ("Tidewater on the late show", "Harbor Tonight")
    assert redirected.channel == "The Evening Marquee"
    assert (nowhere.channel, nowhere.url) == ("Coastal Gazette", None)
    assert nowhere.event_time == NOON


def test_headlines_lose_a_publisher_of_another_name_and_results_of_a_search_keep_their_dashes() -> (
    None
):
    assert fixture("headlines.json")[1].title == "Joss Ferrand Turns Heads in Lisbon"
    titles = [mention.title for mention in fixture("everything.json")]
    assert titles[0] == "Premiere night: who wore what - and why"
    assert titles[2] == "Trailer: Glass Harbor returns"


@pytest.mark.parametrize(
    ("title", "named", "host", "wanted"),
    [
        ("A - IGN - IGN", "IGN", "ign.com", ("A", "IGN")),
        ("A - B - Harbor-Post", "Harbor Post", "", ("A - B", "Harbor-Post")),
        ("A - The Guardian", "Guardian", "theguardian.com", ("A", "The Guardian")),
        ("A - and why", "Paper", "paper.com", ("A - and why", "")),
        ("A - Mint", "Livemint", "livemint.com", ("A", "Mint")),
        ("A - CNN Video", "Cable", "edition.cnn.com", ("A - CNN Video", "")),
        ("A - CNN Video", "Cable", "cnn.com", ("A", "CNN Video")),
        (" - Paper", "Paper", "paper.com", (" - Paper", "")),
    ],
)
def test_title_is_split_at_its_outlet(
    title: str, named: str, host: str, wanted: tuple[str, str]
) -> None:
    assert split_title(title, named, host, is_headline=False) == wanted


@pytest.mark.parametrize(
    ("told", "author"),
    [
        ("[{'@type': 'Person', 'name': 'Ana S'}, {'name': 'Ben S'}]", "Ana S, Ben S"),
        ("https://www.ign.com/person/someone", None),
        (None, None),
        ("  ", None),
        ("null", None),
        (["Ana"], None),
    ],
)  # fmt: skip
def test_author_is_a_name_or_nobody(told: object, author: str | None) -> None:
    assert author_of(told) == author


def test_summary_is_plain_and_the_beginning_stands_in_for_it() -> None:
    assert fixture("everything.json")[0].text == "Forty looks from the Lantern Coast premiere."
    assert fixture("headlines.json")[1].text == "Joss Ferrand went for green at"


@pytest.mark.parametrize(
    "wrap",
    [
        lambda one: [one],
        lambda one: one,
        lambda one: {"response": {"status": "ok", "articles": [one]}},
        lambda one: [{"status": "ok", "articles": [one]}, {"status": "ok", "articles": []}],
    ],
)
def test_article_is_found_in_any_wrapper(wrap: Any) -> None:
    article = {
        "source": "Paper",
        "title": 7,
        "url": "https://a.example/7",
        "publishedAt": 1772366100,
    }
    (mention,) = read(json.dumps(wrap(article)).encode())
    assert (mention.title, mention.channel) == ("7", "a.example")
    assert iso(mention.event_time) == "2026-03-01T11:55:00Z"


def test_answer_without_articles_is_empty_and_the_list_of_sources_is_something_else() -> None:
    assert read(answer()) == []
    with pytest.raises(UnreadableBodyError):
        read(b'{"status": "ok", "sources": [{"id": "ign", "name": "IGN"}]}')


def test_questions_of_a_day_stay_within_the_free_plan() -> None:
    source = NewsApiSource()
    asks = list(source.asks(NOON))
    assert all(ask.every and ask.every >= 1800 for ask in asks)
    for ceiling in source.facts.ceilings:
        seconds = (24 if ceiling.window == "day" else 12) * HOUR_MS / 1000
        assert sum(seconds / (ask.every or 1) for ask in asks) <= ceiling.amount
    assert [ask.priority for ask in asks] == sorted(ask.priority for ask in asks)


def test_key_goes_in_a_header_and_no_address_holds_it() -> None:
    source = NewsApiSource(keys=KeysSection(newsapi=SecretStr("invented-key")))
    for ask in source.asks(NOON):
        assert ask.request.headers["x-api-key"] == "invented-key"
        assert "invented-key" not in str(ask.request.url)
    assert [c.key for c in NewsApiSource().missing()] == ["newsapi"]


def test_country_that_is_none_is_refused() -> None:
    with pytest.raises(ValidationError, match="countries"):
        NewsApiOptions(countries=("usa",))


@recorded
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("top_headlines_entertainment_in_2022.json", 67),
        ("top_headlines_entertainment_us_2022-03.json", 70),
    ],
)
def test_real_headlines_are_read(name: str, count: int) -> None:
    mentions = read((PAYLOADS / name).read_bytes())
    assert len(mentions) == count
    assert all(m.title and m.url for m in mentions)
    outlets = [m.channel for m in mentions if "youtube.com" not in (m.url or "")]
    assert all("." in outlet and not outlet.startswith("www.") for outlet in outlets)
    suffixes = Counter(m.title.rpartition(" - ")[2] for m in mentions if " - " in m.title)
    assert all(times <= 2 for times in suffixes.values())  # dashes of their own, no publishers
    assert len({m.event_time for m in mentions}) > count / 2


@recorded
def test_real_refusal_waits_for_the_next_half_of_the_day() -> None:
    body = Body((PAYLOADS / "error_429_rateLimited.json").read_bytes(), NOON + HOUR_MS, 429)
    with pytest.raises(ThrottledError, match="rateLimited") as raised:
        mentions_in(NewsApiSource(), body)
    assert raised.value.retry_after == 11 * 3600
