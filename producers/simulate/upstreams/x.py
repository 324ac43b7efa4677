"""X: what people say on Reddit in the simulated world, they say here too, a little later."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from producers.simulate.upstreams.exchange import Answer, Question, nothing_there, told
from producers.simulate.upstreams.past import Past, matches, number_of
from schemas.clock import DAY_MS, HOUR_MS, MINUTE_MS, Millis, iso, parse_lenient_time
from schemas.records import RawMention

HOST: Final = "api.x.com"
HOSTS: Final = (HOST,)
LATER: Final = 3 * MINUTE_MS
HOURS: Final = 24
PROBLEM: Final = {
    "title": "Too Many Requests",
    "detail": "Too Many Requests",
    "type": "about:blank",
}
THROTTLED: Final = told({**PROBLEM, "status": 429}, 429)
SPENT: Final = told({
    "title": "UsageCapExceeded", "detail": "Usage cap exceeded: Monthly product cap",
    "type": "https://api.twitter.com/2/problems/usage-capped", "period": "Monthly",
}, 429)  # fmt: skip


def answer(past: Past, question: Question) -> Answer:
    match question.path:
        case "/2/tweets/search/recent":
            return _search(past, question)
        case "/2/tweets/counts/recent":
            return _counts(past, question.query.get("query", ""))
        case _:
            return nothing_there(question)


def posted_at(mention: RawMention) -> Millis:
    return mention.event_time + LATER


def post_id(mention: RawMention) -> str:
    """Ids grow with time."""
    return str(posted_at(mention) * 10**6 + number_of(mention.native_id, 10**6))


def _posts(past: Past, query: str, within: Millis) -> Iterator[RawMention]:
    """The newest first. One in three of Reddit's voices is here too."""
    here = [
        m
        for m in past.said("reddit", within)
        if number_of(m.id, 3) == 0 and posted_at(m) <= past.moment and matches(query, m.title)
    ]
    yield from sorted(here, key=posted_at, reverse=True)


def _search(past: Past, question: Question) -> Answer:
    since = int(question.query.get("since_id") or 0)
    start = question.query.get("start_time")
    begin = parse_lenient_time(start) if start else past.moment - DAY_MS
    found = [m for m in _posts(past, question.query.get("query", ""), DAY_MS)
             if int(post_id(m)) > since and posted_at(m) >= begin]  # fmt: skip
    first, most = question.number("next_token", 0), question.number("max_results", 10)
    shown = [post(m) for m in found[first : first + most]]
    meta: dict[str, Any] = {"result_count": len(shown)}
    if shown:
        meta |= {"newest_id": shown[0]["id"], "oldest_id": shown[-1]["id"]}
    if first + most < len(found):
        meta["next_token"] = str(first + most)
    return told({"data": shown, "meta": meta} if shown else {"meta": meta})


def post(mention: RawMention) -> dict[str, Any]:
    id_, author = post_id(mention), str(number_of(mention.author or "", 10**12))
    counts = {"retweet_count": number_of(mention.id, 90), "like_count": number_of(mention.id, 700)}
    return {
        "id": id_, "text": mention.title, "author_id": author, "lang": "en",
        "created_at": iso(posted_at(mention)), "conversation_id": id_,
        "edit_history_tweet_ids": [id_], "public_metrics": counts,
    }  # fmt: skip


def _counts(past: Past, query: str) -> Answer:
    posts = _posts(past, query, (HOURS + 1) * HOUR_MS)
    by_hour = Counter(posted_at(m) // HOUR_MS for m in posts)
    this_hour = past.moment // HOUR_MS
    buckets = [
        {
            "start": iso(hour * HOUR_MS),
            "end": iso(min((hour + 1) * HOUR_MS, past.moment)),
            "tweet_count": by_hour[hour],
        }
        for hour in range(this_hour - HOURS, this_hour + 1)
    ]
    return told({"data": buckets, "meta": {"total_tweet_count": by_hour.total()}})
