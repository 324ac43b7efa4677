"""X by its API v2: recent posts of searches, and how many posts there were; every answer is paid.

Prices are those of 2026 by use: a post that is read, an author that comes along, a count. A search
goes on where its last one ended, so that no post is paid for twice.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import httpx
from pydantic import Field, field_validator

from producers.base.body import Body
from producers.base.errors import UnreadableBodyError
from producers.base.facts import Ceiling, Cost, Credential, Facts, Pace
from producers.base.options import SourceOptions
from producers.base.source import Ask, PolledSource
from producers.documents import documents
from producers.fields import inner, line_of, number_of
from producers.x.counts import LABEL, is_counts, mentions_of_counts
from producers.x.posts import mentions_of_posts
from producers.x.refusals import refusal_in
from schemas.clock import MINUTE_MS, SECOND_MS, Millis, iso
from schemas.errors import HeatError
from schemas.records import RawMention

BASE: Final = "https://api.x.com/2/tweets"
USD_PER_POST: Final = 0.005
USD_PER_AUTHOR: Final = 0.010
USD_PER_COUNT: Final = 0.010
USD_PER_MONTH: Final = 20.0
SEARCHES: Final = ('("red carpet" OR premiere OR trailer OR casting) lang:en -is:retweet',)
FIELDS: Final = (
    "author_id,created_at,conversation_id,edit_history_tweet_ids,entities,lang,note_tweet,"
    "possibly_sensitive,public_metrics,referenced_tweets"
)
NEXT: Final = "next_token"


class XOptions(SourceOptions):
    """What to search for, and what it may cost. By default about 15 dollars a month."""

    searches: tuple[str, ...] = Field(SEARCHES, description="queries of X's recent search")
    counts: tuple[str, ...] = Field(
        (), description="queries of which only the posts per hour are read: a name, in quotes"
    )
    posts: int = Field(25, ge=10, le=100, description="that one page of a search reads at most")
    pages: int = Field(1, ge=1, le=10, description="that one search reads at most")
    authors: bool = Field(False, description="their names too, at twice the price of a post each")
    first_minutes: int = Field(60, ge=1, le=10_000, description="how far back a first search goes")
    ceilings: dict[str, float] = Field(
        default_factory=lambda: {"usd": USD_PER_MONTH},
        description="lower limits by unit; usd is 20 a month unless said otherwise",
    )

    @field_validator("ceilings")
    @classmethod
    def money_is_limited(cls, ceilings: dict[str, float]) -> dict[str, float]:
        return {"usd": USD_PER_MONTH, **ceilings}


class XSource(PolledSource):
    """Off without a key."""

    facts = Facts(
        name="x",
        about="X: recent posts of searches and hourly counts, paid by use; off without a key",
        poll_every=timedelta(hours=6),
        pace=Pace(30, timedelta(minutes=1), burst=3),
        ceilings=(Ceiling("usd", 1_000.0, "month"), Ceiling("posts", 2_000_000, "month")),
        credentials=(Credential("x_bearer", "https://developer.x.com (pay per use)"),),
        usual=(1, 2_000),
        terms=(
            "Developer agreement: no more than was paid for, deletions honoured, posts shown with "
            "a link to X."
        ),
    )
    Options = XOptions
    options: XOptions

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._read_to: dict[str, str] = {}  # by search: the newest id of the last whole answer

    def asks(self, moment: Millis) -> Iterator[Ask]:
        for search in self.options.searches:
            yield self._search(search, moment)
        for name in self.options.counts:
            params = {"query": name, "granularity": "hour"}
            request = self._request("counts/recent", params)
            cost = {"requests": 1.0, "usd": USD_PER_COUNT}
            yield Ask(request, f"{LABEL}{name}", cost, priority=2)

    def _search(self, search: str, moment: Millis) -> Ask:
        params = {
            "query": search,
            "max_results": str(self.options.posts),
            "tweet.fields": FIELDS,
        }
        if self.options.authors:
            params |= {"expansions": "author_id", "user.fields": "username,verified,public_metrics"}
        if search in self._read_to:
            params["since_id"] = self._read_to[search]
        else:
            begin = moment - self.options.first_minutes * MINUTE_MS
            params["start_time"] = iso(begin // SECOND_MS * SECOND_MS)
        return Ask(self._request("search/recent", params), search, self._price())

    def _price(self) -> Cost:
        """The most that a page can cost."""
        posts = float(self.options.posts)
        each = USD_PER_POST + (USD_PER_AUTHOR if self.options.authors else 0.0)
        return {"requests": 1.0, "posts": posts, "usd": round(posts * each, 6)}

    def _request(self, endpoint: str, params: dict[str, str]) -> httpx.Request:
        key = self.keys.x_bearer
        headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
        return httpx.Request("GET", f"{BASE}/{endpoint}", params=params, headers=headers)

    def following(self, ask: Ask, body: Body) -> Ask | None:
        """The next page, within what a search may read. After the last one the search goes on
        from the newest post of the first: a search that broke off is asked again."""
        if ask.label.startswith(LABEL):
            return None
        meta = inner(documents(body.content)[0], "meta")
        page = int(ask.request.extensions.get("page", 1))
        newest = ask.request.extensions.get("newest") or line_of(inner(meta, "newest_id"))
        token = line_of(inner(meta, NEXT))
        if not token or page >= self.options.pages:
            if newest:
                self._read_to[ask.label] = newest
            return None
        request = httpx.Request(
            "GET",
            ask.request.url.copy_set_param(NEXT, token),
            headers=ask.request.headers,
            extensions={"page": page + 1, "newest": newest},
        )
        return Ask(request, ask.label, ask.cost, ask.priority)

    def spent(self, body: Body) -> Cost | None:
        """Posts and authors that came back are paid, not those that were asked for."""
        answer = documents(body.content)[0]
        if is_counts(answer):
            return None
        posts = _count(inner(answer, "data")) + _count(inner(answer, "includes", "tweets"))
        authors = _count(inner(answer, "includes", "users"))
        usd = posts * USD_PER_POST + authors * USD_PER_AUTHOR
        return {"posts": float(posts), "usd": round(usd, 6)}

    def refusal(self, body: Body) -> HeatError | None:
        return refusal_in(body)

    def parse(self, body: Body) -> Iterator[RawMention]:
        told = documents(body.content)
        posts = list(mentions_of_posts(told, body.fetched_at))
        if not posts and not any(map(_is_ours, told)):
            raise UnreadableBodyError("JSON, but neither posts nor counts of X's")
        yield from posts
        yield from mentions_of_counts(told, body.asked, body.fetched_at)


def _is_ours(document: Any) -> bool:
    """Whether it is an answer to a search or a count, were it an empty one."""
    if is_counts(document) or isinstance(inner(document, "statuses"), list):
        return True
    return number_of(inner(document, "meta", "result_count")) is not None


def _count(listed: Any) -> int:
    return len(listed) if isinstance(listed, list) else int(isinstance(listed, dict))
