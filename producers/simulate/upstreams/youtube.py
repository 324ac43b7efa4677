"""The YouTube Data API: charts, searches and bare statistics; views grow and slow down with age."""

from typing import Any, Final

from producers.simulate.upstreams.exchange import Answer, Question, nothing_there, told
from producers.simulate.upstreams.past import Past, matches, number_of, short_name
from schemas.clock import DAY_MS, HOUR_MS, iso
from schemas.records import RawMention

HOST: Final = "www.googleapis.com"
HOSTS: Final = (HOST,)
ROOT: Final = "/youtube/v3/"
WITHIN: Final = 2 * DAY_MS
THROTTLED: Final = told({"error": {
    "code": 403, "message": "simulated", "errors": [{"reason": "userRateLimitExceeded"}],
}}, 403)  # fmt: skip
SPENT: Final = told({"error": {
    "code": 403, "message": "simulated",
    "errors": [{"domain": "youtube.quota", "reason": "quotaExceeded"}],
}}, 403)  # fmt: skip


def answer(past: Past, question: Question) -> Answer:
    videos = list(past.said("youtube", WITHIN))
    match question.path.removeprefix(ROOT):
        case "videos" | "videos:batchGetStats" if "id" in question.query:
            wanted = set(question.query["id"].split(","))
            found = [video(m, past) for m in videos if video_id(m) in wanted]
            return _listed("youtube#videoListResponse", found)
        case "videos":
            return _chart([video(m, past) for m in videos], question)
        case "search":
            query = question.query.get("q", "")
            found = [_result(m) for m in videos if matches(query, m.title)]
            most = question.number("maxResults", 5)
            return _listed("youtube#searchListResponse", found[:most])
        case _:
            return nothing_there(question)


def _listed(kind: str, items: list[dict[str, Any]], **more: str) -> Answer:
    counted = {"totalResults": len(items), "resultsPerPage": len(items)}
    return told({"kind": kind, "pageInfo": counted, "items": items, **more})


def _chart(items: list[dict[str, Any]], question: Question) -> Answer:
    """A page token is the place of the page's first video."""
    start, most = question.number("pageToken", 0), question.number("maxResults", 5)
    more = {"nextPageToken": str(start + most)} if start + most < len(items) else {}
    return _listed("youtube#videoListResponse", items[start : start + most], **more)


def video_id(mention: RawMention) -> str:
    return short_name(mention.native_id, 11)


def views_at(mention: RawMention, moment: int) -> int:
    """Half of what a video ever gets comes in its first twelve hours."""
    age, most = moment - mention.event_time, 5_000 + number_of(mention.id, 400_000)
    return round(most * age / (age + 12 * HOUR_MS))


def video(mention: RawMention, past: Past) -> dict[str, Any]:
    views = views_at(mention, past.moment)
    counts = {"viewCount": views, "likeCount": views // 30, "commentCount": views // 400}
    return {
        "kind": "youtube#video", "id": video_id(mention), "snippet": _snippet(mention),
        "statistics": {name: str(count) for name, count in counts.items()},
    }  # fmt: skip


def _result(mention: RawMention) -> dict[str, Any]:
    id_ = {"kind": "youtube#video", "videoId": video_id(mention)}
    return {"kind": "youtube#searchResult", "id": id_, "snippet": _snippet(mention)}


def _snippet(mention: RawMention) -> dict[str, Any]:
    return {
        "publishedAt": iso(mention.event_time), "title": mention.title, "categoryId": "24",
        "channelTitle": mention.channel, "channelId": f"UC{short_name(mention.channel, 22)}",
        "description": "A video of the simulated world.", "liveBroadcastContent": "none",
    }  # fmt: skip
