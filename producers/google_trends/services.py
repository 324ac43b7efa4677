"""The JSON services of Google Trends, most of them gone: their recordings tell trends too.

dailytrends     trends of a day with their traffic                     gone since 2024
realtimetrends  stories, each with the names that it is about          gone since 2024
hottrends       bare names by country                                  gone since 2023
relatedsearches what rises beside a search that was asked for          a part of Explore
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from producers.base.errors import UnreadableBodyError
from producers.fields import inner, line_of, link_in, told
from producers.google_trends.trend import LONGEST_QUERY, Trend, searches_of
from schemas.clock import Millis, iso, millis

WITHOUT_TRENDS = {
    "widgets": "Explore's widgets: they say how to ask, and hold no answer",
    "topCharts": "charts of a whole year: nothing in them trends now",
    "geoMapData": "interest by region: it names places and no search",
    "topics": "suggestions for a search: nothing in them trends",
}


def service_trends(answer: Any, fetched_at: Millis) -> Iterator[Trend]:
    """The trends of an answer. Raises UnreadableBodyError naming what it is instead."""
    if isinstance(answer, Mapping):
        default = answer.get("default")
        body = default if isinstance(default, Mapping) else answer
        if isinstance(body.get("trendingSearchesDays"), list):
            return _daily(body, fetched_at)
        if isinstance(answer.get("storySummaries"), Mapping):
            return _realtime(answer["storySummaries"], fetched_at)
        if isinstance(body.get("rankedList"), list):
            return _rising(body["rankedList"], fetched_at)
        for part, what in WITHOUT_TRENDS.items():
            if part in body:
                raise UnreadableBodyError(what)
        if _is_hot(answer):
            return _hot(answer, fetched_at)
    raise UnreadableBodyError(f"no answer of Google Trends, but {_shape(answer)}")


def _daily(body: Mapping[str, Any], fetched_at: Millis) -> Iterator[Trend]:
    country = _country(body.get("rssFeedPageUrl"))
    for day in _dicts(body["trendingSearchesDays"]):
        for one in _dicts(day.get("trendingSearches")):
            query = line_of(inner(one, "title", "query"))[:LONGEST_QUERY]
            traffic = line_of(one.get("formattedTraffic"))
            related = [line_of(other.get("query")) for other in _dicts(one.get("relatedQueries"))]
            if query:
                yield Trend(
                    query, country or _country(one.get("shareUrl")), _day(day.get("date")),
                    (line_of(day.get("date")),), searches_of(traffic),
                    told(traffic=traffic, related=", ".join(filter(None, related)))
                    | _articles(one.get("articles"), "title"),
                )  # fmt: skip


def _realtime(summaries: Mapping[str, Any], fetched_at: Millis) -> Iterator[Trend]:
    """One trend for each name of a story: a story is a list of names, not a search."""
    stories = [*_dicts(summaries.get("featuredStories")), *_dicts(summaries.get("trendingStories"))]
    for story in stories:
        id_, names = line_of(story.get("id")), story.get("entityNames")
        listed = names if isinstance(names, list) else [story.get("title")]
        for name in dict.fromkeys(line_of(name)[:LONGEST_QUERY] for name in listed):
            if name and id_:
                attributes = told(story=line_of(story.get("title")))
                yield Trend(
                    name, _country(story.get("shareUrl")) or id_.partition("_")[0], None, (id_,),
                    attributes=attributes | _articles(story.get("articles"), "articleTitle"),
                )  # fmt: skip


def _hot(answer: Mapping[str, Any], fetched_at: Millis) -> Iterator[Trend]:
    for country, names in answer.items():
        for name in dict.fromkeys(line_of(name)[:LONGEST_QUERY] for name in names):
            if name:
                yield Trend(name, str(country), None, (iso(fetched_at)[:10],))


def _rising(ranked: list[Any], fetched_at: Millis) -> Iterator[Trend]:
    """Only what rises: the list of the most usual beside it says nothing new."""
    for one in (one for listed in _dicts(ranked) for one in _dicts(listed.get("rankedKeyword"))):
        rise, link = line_of(one.get("formattedValue")), str(one.get("link") or "")
        name = line_of(one.get("query") or inner(one, "topic", "title"))[:LONGEST_QUERY]
        if name and rise and not rise.rstrip("%").isdecimal():
            asked = _query(link)
            told_when = ("rising", asked.get("date", ""), iso(fetched_at)[:10])
            yield Trend(
                name, asked.get("geo", ""), None, told_when,
                attributes=told(rise=rise, topic=line_of(inner(one, "topic", "type"))),
            )  # fmt: skip


def _is_hot(answer: Mapping[str, Any]) -> bool:
    lists = [names for names in answer.values() if isinstance(names, list)]
    named = [name for names in lists for name in names]
    return bool(named) and len(lists) == len(answer) and all(isinstance(n, str) for n in named)


def _articles(listed: Any, title: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, article in enumerate(_dicts(listed)[:3], start=1):
        found |= told(**{
            f"news_{number}_title": line_of(article.get(title)),
            f"news_{number}_source": line_of(article.get("source")),
            f"news_{number}_url": link_in(article.get("url")) or "",
        })  # fmt: skip
    return found


def _day(told_: Any) -> Millis | None:
    try:
        return millis(datetime.strptime(str(told_), "%Y%m%d").replace(tzinfo=UTC))
    except ValueError:
        return None


def _country(link: Any) -> str:
    return _query(str(link or "")).get("geo", "").upper()[:6]


def _query(link: str) -> dict[str, str]:
    try:
        return {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    except ValueError:
        return {}


def _dicts(listed: Any) -> list[dict[str, Any]]:
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _shape(answer: Any) -> str:
    if isinstance(answer, Mapping):
        return f"fields {', '.join(sorted(map(str, answer))[:10])[:160]}"
    return type(answer).__name__
