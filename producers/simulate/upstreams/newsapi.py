"""NewsAPI: the papers of the simulated world, with the publisher behind each headline."""

from typing import Any, Final

from producers.simulate.upstreams.exchange import Answer, Question, nothing_there, told
from producers.simulate.upstreams.past import Past, matches, number_of, plain_channel, short_name
from schemas.clock import DAY_MS, SECOND_MS, iso
from schemas.records import RawMention

HOST: Final = "newsapi.org"
HOSTS: Final = (HOST,)
THROTTLED: Final = told(
    {"status": "error", "code": "rateLimited", "message": "Too many requests."}, 429
)
SPENT: Final = told(
    {"status": "error", "code": "apiKeyExhausted", "message": "No requests are left."}, 429
)


def answer(past: Past, question: Question) -> Answer:
    """Everything there is; the headlines of a country are half of it."""
    found = list(past.said("google-news", DAY_MS))
    most = question.number("pageSize", 20)
    match question.path:
        case "/v2/top-headlines":
            chosen = [m for m in found if number_of(m.id, 2) == 0]
            return _told([article(m, headline=True) for m in chosen], most)
        case "/v2/everything":
            query = question.query.get("q", "")
            return _told([article(m) for m in found if matches(query, m.title)], most)
        case _:
            return nothing_there(question)


def _told(articles: list[dict[str, Any]], most: int) -> Answer:
    return told({"status": "ok", "totalResults": len(articles), "articles": articles[:most]})


def link_of(mention: RawMention) -> str:
    host = plain_channel(mention).replace(" ", "").casefold()
    return f"https://{host}.example/simulated/{short_name(mention.native_id, 10)}"


def article(mention: RawMention, headline: bool = False) -> dict[str, Any]:
    title = f"{mention.title} - {mention.channel}" if headline else mention.title
    at = mention.event_time // SECOND_MS * SECOND_MS
    return {
        "source": {"id": None, "name": mention.channel}, "author": None, "title": title,
        "description": "An article of the simulated world.", "url": link_of(mention),
        "urlToImage": None, "publishedAt": iso(at), "content": None,
    }  # fmt: skip
