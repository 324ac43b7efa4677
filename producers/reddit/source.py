"""Reddit: new and rising posts and comments of r/all and of subreddits that talk of our world."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any, Final, Literal

import requests
from pydantic import Field

from producers.base.answers import refusal_in as judged
from producers.base.body import Body
from producers.base.errors import RefusedError, UnreadableBodyError
from producers.base.facts import Credential, Facts, Pace
from producers.base.options import SourceOptions
from producers.base.source import CalledSource
from producers.documents import BOM, documents
from producers.reddit.atom import mentions_in_feed
from producers.reddit.listings import mentions_in_documents
from producers.reddit.refusals import refusal_in
from producers.reddit.watch import Watch
from producers.reddit.ways import PER_PAGE, ApiWay, FeedWay, Way, body_of
from schemas.clock import HOUR_MS, Millis
from schemas.errors import HeatError
from schemas.records import RawMention

SUBREDDITS: Final = (
    "movies", "television", "Music", "entertainment", "popculturechat", "Fauxmoi", "boxoffice",
    "netflix", "marvelstudios", "popheads", "hiphopheads", "kpop", "BravoRealHousewives",
)  # fmt: skip
ALL: Final = "all"
LEFT_OUT_MS: Final = HOUR_MS
GET_A_KEY: Final = "https://www.reddit.com/prefs/apps (a script app; Reddit must approve its use)"
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_]{1,20}$")]


class RedditOptions(SourceOptions):
    """Which subreddits, which listings, and how far back."""

    subreddits: tuple[Name, ...] = Field(SUBREDDITS, description="names without r/")
    all: bool = Field(True, description="r/all too; its comments are too many to read")
    listings: tuple[Literal["new", "rising", "hot", "top", "controversial"], ...] = Field(
        ("new", "rising"), description="which listings of posts"
    )
    comments: bool = Field(True, description="comments of the subreddits too")
    pages: int = Field(3, ge=1, le=10, description="of 100, when a poll finds that many are new")
    recheck_batches: int = Field(
        3, ge=0, le=20, description="of 100 names that a poll asks about again, to see deletions"
    )


class RedditSource(CalledSource):
    """By the API with keys; by the feeds without, which tell no scores and no deletions."""

    facts = Facts(
        name="reddit",
        about="Reddit: r/all and 13 entertainment subreddits, posts and comments",
        poll_every=timedelta(minutes=2),
        cache_ttl=timedelta(minutes=30),
        pace=Pace(30, timedelta(minutes=1), burst=6),
        credentials=(
            Credential("reddit_client_id", GET_A_KEY, optional=True),
            Credential("reddit_client_secret", GET_A_KEY, optional=True),
        ),
        usual=(50, 2_000),
        terms=(
            "Data API terms: approval before use, 100 requests a minute with keys and 10 without, "
            "a user agent that says who asks; what is deleted there is deleted here."
        ),
    )
    Options = RedditOptions
    options: RedditOptions

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._watch = Watch()
        self._left_out: dict[str, tuple[Millis, str]] = {}  # until when, and why
        self._way: Way | None = None
        self._moment: Millis = 0

    def refusal(self, body: Body) -> HeatError | None:
        return refusal_in(body)

    def parse(self, body: Body) -> Iterator[RawMention]:
        if body.content.removeprefix(BOM).lstrip().startswith(b"<"):
            yield from mentions_in_feed(body.content, body.fetched_at)
        else:
            yield from mentions_in_documents(documents(body.content), body.fetched_at)

    def collect(self, session: requests.Session, moment: Millis) -> Iterator[RawMention]:
        """What is new first, then what was taken back. A subreddit that refuses us is left out."""
        self._moment = moment
        self._way = way = self._way or self._way_by_keys()
        unread: list[str] = []
        for listing, is_all in self._listings():
            names = (ALL,) if is_all else self._names(moment)
            try:
                yield from self._room(way, session, names, listing, moment)
            except UnreadableBodyError as error:
                unread.append(f"r/{'+'.join(names)}/{listing}: {error}"[:300])
        yield from self._taken_back(way, session, moment)
        refused = [f"r/{name} is left out: {why}" for name, (_, why) in self._left_out.items()]
        if unread or refused:
            raise RefusedError("; ".join(unread + refused))

    def _listings(self) -> Iterator[tuple[str, bool]]:
        """Each listing, and whether it is of r/all."""
        for listing in self.options.listings:
            if self.options.subreddits:
                yield listing, False
            if self.options.all:
                yield listing, True
        if self.options.comments and self.options.subreddits:
            yield "comments", False

    def _names(self, moment: Millis) -> tuple[str, ...]:
        """The subreddits without those that refused us within the hour."""
        for name, (until, _) in list(self._left_out.items()):
            if until <= moment:
                del self._left_out[name]
        return tuple(name for name in self.options.subreddits if name not in self._left_out)

    def _room(
        self,
        way: Way,
        session: requests.Session,
        names: tuple[str, ...],
        listing: str,
        moment: Millis,
    ) -> Iterator[RawMention]:
        """A listing of all subreddits at once; of each alone when together they are refused."""
        if not names:
            return
        try:
            yield from self._pages(way, session, f"r/{'+'.join(names)}/{listing}", moment)
        except RefusedError as error:
            if len(names) == 1:
                self._left_out[names[0]] = (moment + LEFT_OUT_MS, str(error))
                return
            for name in names:
                yield from self._room(way, session, (name,), listing, moment)

    def _pages(
        self, way: Way, session: requests.Session, path: str, moment: Millis
    ) -> Iterator[RawMention]:
        """Pages until one holds something that was told before; one only at the start."""
        after, most = None, self.options.pages if len(self._watch) else 1
        for _ in range(most):
            page = way.page(session, path, after, moment)
            met = any(mention.native_id in self._watch for mention in page.mentions)
            yield from self._new(page.mentions, moment)
            after = page.after
            if met or after is None:
                return

    def _new(self, mentions: list[RawMention], moment: Millis) -> Iterator[RawMention]:
        for mention in mentions:
            self._watch.tell(mention.native_id, mention.deleted, moment)
            yield mention

    def _taken_back(
        self, way: Way, session: requests.Session, moment: Millis
    ) -> Iterator[RawMention]:
        """Tombstones of what stood when it was told."""
        due = self._watch.due(moment, self.options.recheck_batches * PER_PAGE)
        for start in range(0, len(due), PER_PAGE):
            batch = due[start : start + PER_PAGE]
            found = way.named(session, batch, moment)
            gone = [mention for mention in found if mention.deleted]
            self._watch.checked(batch, moment)
            yield from self._new(gone, moment)

    def _way_by_keys(self) -> Way:
        name, secret = self.keys.reddit_client_id, self.keys.reddit_client_secret
        if name is None or secret is None:
            return FeedWay(self)
        from producers.reddit.api import RedditApi  # PRAW takes a second to import

        def judge(answer: requests.Response) -> HeatError | None:
            return judged(self, body_of(answer, self._moment))

        return ApiWay(RedditApi(name.get_secret_value(), secret.get_secret_value(), judge))
