"""Google Trends: the feed of what trends now, and Explore's talk of page, widgets, timeline."""

import json
from collections import Counter
from typing import Any, Final

from producers.simulate.upstreams.exchange import (
    FEED,
    Answer,
    Question,
    element,
    nothing_there,
    page,
    rfc,
    told,
)
from producers.simulate.upstreams.past import Past, number_of
from schemas.clock import HOUR_MS, SECOND_MS, Millis
from schemas.records import RawMention

HOST: Final = "trends.google.com"
HOSTS: Final = (HOST,)
MOST_TRENDS: Final = 20
WITHIN: Final = 12 * HOUR_MS
HOURS: Final = 24
SPEAKS: Final = b")]}',\n"
THROTTLED: Final = page("<html><title>Error 429</title></html>", status=429)
SPENT: Final = THROTTLED


def answer(past: Past, question: Question) -> Answer:
    path = question.path.rstrip("/")
    if path == "/trending/rss":
        return _feed(past, question.query.get("geo", "US"))
    if path == "/trends/explore":
        cookie = {"Set-Cookie": "NID=511=simulated; path=/; Secure", "Content-Type": "text/html"}
        return Answer(b"<html>404</html>", 404, cookie)
    asked = json.loads(question.query.get("req", "{}"))
    if path == "/trends/api/explore":
        return told({"widgets": [_timeseries(asked)]}, before=SPEAKS)
    if path == "/trends/api/widgetdata/multiline":
        return told({"default": {"timelineData": _timeline(past, asked)}}, before=SPEAKS)
    return nothing_there(question)


def _feed(past: Past, country: str) -> Answer:
    link = f"https://{HOST}/trending/rss?geo={country}"
    head = element("title", "Daily Search Trends [simulated]") + element("link", link)
    items = "".join(_item(m, past.moment, link) for m in trending(past))
    spaces = 'xmlns:ht="https://trends.google.com/trending/rss"'
    return page(f'<rss {spaces} version="2.0"><channel>{head}{items}</channel></rss>', FEED)


def trending(past: Past) -> list[RawMention]:
    """The newest searches, whichever country they began in."""
    return [m for m, _ in zip(past.said("google-trends", WITHIN), range(MOST_TRENDS), strict=False)]


def _item(mention: RawMention, moment: Millis, link: str) -> str:
    """Its bucket doubles from hour to hour, up to twenty thousand."""
    hours = (moment - mention.event_time) // HOUR_MS
    traffic = min(20_000, 200 * 2**hours)
    return "".join((
        "<item>", element("title", mention.title), element("ht:approx_traffic", f"{traffic}+"),
        element("link", link), element("pubDate", rfc(mention.event_time)), "</item>",
    ))  # fmt: skip


def _timeseries(asked: dict[str, Any]) -> dict[str, Any]:
    items = [restricted(item["keyword"]) for item in asked.get("comparisonItem", [])]
    return {"id": "TIMESERIES", "token": "simulated", "request": {"comparisonItem": items}}


def restricted(keyword: str) -> dict[str, Any]:
    """A search as a widget's own request holds it."""
    kept = {"keyword": [{"type": "BROAD", "value": keyword}]}
    return {"geo": {}, "complexKeywordsRestriction": kept}


def _timeline(past: Past, asked: dict[str, Any]) -> list[dict[str, Any]]:
    names = [_name(item) for item in asked.get("comparisonItem", [])]
    interest = [_by_hour(past, name) for name in names]
    this_hour = past.moment // HOUR_MS
    return [
        {
            "time": str(hour * HOUR_MS // SECOND_MS),
            "value": [min(100, _base(name, hour) + 8 * counts[hour])
                      for name, counts in zip(names, interest, strict=True)],
            "hasData": [True] * len(names),
            **({"isPartial": True} if hour == this_hour else {}),
        }
        for hour in range(this_hour - HOURS, this_hour + 1)
    ]  # fmt: skip


def _name(item: dict[str, Any]) -> str:
    return str(item["complexKeywordsRestriction"]["keyword"][0]["value"])


def _by_hour(past: Past, name: str) -> Counter[int]:
    said = past.said("google-trends", (HOURS + 1) * HOUR_MS)
    return Counter(m.event_time // HOUR_MS for m in said if name.casefold() in m.title.casefold())


def _base(name: str, hour: int) -> int:
    return 20 + number_of(f"{name}:{hour}", 5)
