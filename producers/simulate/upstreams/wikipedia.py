"""Wikipedia's counts of page views, and its stream of changes, which goes on where one stopped.

An edit follows an article of the papers by a few minutes; a bot's edit comes with each of them.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from producers.simulate.phrases import MARK
from producers.simulate.upstreams.exchange import Answer, Question, nothing_there, told
from producers.simulate.upstreams.past import Past, number_of
from schemas.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, Millis, iso, millis
from schemas.records import Entity, RawMention

VIEWS_HOST: Final = "wikimedia.org"
STREAM_HOST: Final = "stream.wikimedia.org"
HOSTS: Final = (VIEWS_HOST, STREAM_HOST)
ROOT: Final = "/api/rest_v1/metrics/pageviews/"
STREAM: Final = "/v2/stream/recentchange"
LATER: Final = 4 * MINUTE_MS
COUNTED_AFTER: Final = 6 * HOUR_MS  # a day's figures are there that long after its end
REPLAYED: Final = 2 * HOUR_MS  # how far back a resumed stream goes at most
THROTTLED: Final = told({"title": "Too Many Requests", "detail": "slow down", "status": 429}, 429)
SPENT: Final = THROTTLED
UNCOUNTED: Final = told({
    "title": "Not Found", "type": "about:blank", "status": 404,
    "detail": "We do not have data for those dates.",
}, 404)  # fmt: skip


def answer(past: Past, question: Question) -> Answer:
    if question.host == STREAM_HOST and question.path == STREAM:
        since = resumed_at(question.headers.get("last-event-id", ""), past.moment)
        kind = {"Content-Type": "text/event-stream; charset=utf-8"}
        return Answer(b":ok\n\n" + events(past, since), 200, kind, stream=True)
    parts = question.path.removeprefix(ROOT).split("/")
    if parts[0] == "top" and len(parts) == 6:
        return _top(past, parts[1], "".join(parts[3:]))
    if parts[0] == "per-article" and len(parts) == 8:
        return _article(past, parts[1], parts[4], parts[6], parts[7])
    return nothing_there(question)


def resumed_at(cursor: str, moment: Millis) -> Millis:
    """The moment that a last event's id names; now where there is none."""
    try:
        return max(moment - REPLAYED, int(json.loads(cursor)[0]["timestamp"]))
    except (ValueError, LookupError, TypeError):
        return moment


def events(past: Past, since: Millis) -> bytes:
    """The changes after `since`, up to now."""
    return b"".join(_event(m, at, past) for m, at in _edits(past, since))


def _edits(past: Past, since: Millis) -> Iterator[tuple[RawMention, Millis]]:
    said = past.said("google-news", past.moment - since + LATER + MINUTE_MS)
    found = [(m, m.event_time + LATER) for m in said]
    yield from sorted(
        ((m, at) for m, at in found if since < at <= past.moment), key=lambda pair: pair[1]
    )


def _event(mention: RawMention, at: Millis, past: Past) -> bytes:
    subject = next((e for e in past.world.cast if e.name in mention.title), None)
    title = page_title(subject.name if subject else mention.title.partition(":")[0][:60])
    old = number_of(mention.id, 90_000)
    change = {
        "$schema": "/mediawiki/recentchange/1.0.0", "type": "edit", "namespace": 0, "title": title,
        "meta": {"domain": "en.wikipedia.org", "dt": iso(at), "stream": "mediawiki.recentchange"},
        "comment": "an edit of the simulated world", "timestamp": at // SECOND_MS, "bot": False,
        "user": f"Sim reader {number_of(mention.id, 5_000)}", "wiki": "enwiki",
        "length": {"old": old, "new": old + 40}, "server_name": "en.wikipedia.org",
    }  # fmt: skip
    bot = {**change, "bot": True, "user": "SimBot"}
    id_ = [{"topic": "eqiad.mediawiki.recentchange", "partition": 0, "timestamp": at}]
    return b"".join(_block(id_, told_change) for told_change in (bot, change))


def _block(id_: list[dict[str, Any]], change: dict[str, Any]) -> bytes:
    return f"event: message\nid: {json.dumps(id_)}\ndata: {json.dumps(change)}\n\n".encode()


def page_title(name: str) -> str:
    return f"{name} {MARK}"


def _views(entity: Entity, day: str) -> int:
    return 1_000 + number_of(f"{entity.id}:{day}", 90_000)


def _ends(day: str) -> Millis | None:
    try:
        return millis(datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC)) + DAY_MS
    except ValueError:
        return None


def _top(past: Past, project: str, day: str) -> Answer:
    ends = _ends(day)
    if ends is None or ends + COUNTED_AFTER > past.moment or past.empty:
        return UNCOUNTED
    ranked = sorted(past.world.cast, key=lambda entity: -_views(entity, day))
    articles = [
        {"article": page_title(e.name).replace(" ", "_"), "views": _views(e, day), "rank": rank}
        for rank, e in enumerate(ranked, start=2)
    ]
    front = {"article": "Main_Page", "views": 5_000_000, "rank": 1}
    return told({"items": [{
        "project": project, "access": "all-access", "year": day[:4], "month": day[4:6],
        "day": day[6:], "articles": [front, *articles],
    }]})  # fmt: skip


def _article(past: Past, project: str, title: str, first: str, last: str) -> Answer:
    begin, end = _ends(first[:8]), _ends(last[:8])
    name = title.replace("_", " ").removesuffix(f" {MARK}")
    entity = next((e for e in past.world.cast if e.name == name), None)
    if begin is None or end is None or entity is None or past.empty:
        return UNCOUNTED
    days = [
        datetime.fromtimestamp((ends - DAY_MS) / SECOND_MS, UTC).strftime("%Y%m%d")
        for ends in range(begin, min(end, past.moment - COUNTED_AFTER) + 1, DAY_MS)
    ]
    named = {"project": project, "article": title, "granularity": "daily", "agent": "user"}
    found = [{**named, "timestamp": f"{day}00", "views": _views(entity, day)} for day in days]
    return told({"items": found}) if found else UNCOUNTED
