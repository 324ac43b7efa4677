"""Wikipedia as a source: page views are polled, edits are listened to."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote

import httpx
from pydantic import Field

from producers.base.body import Body
from producers.base.facts import Facts, Pace
from producers.base.options import SourceOptions
from producers.base.source import Ask, ListenedSource, PolledSource
from producers.documents import documents
from producers.fields import told
from producers.wikipedia.edits import Edit, edits, is_framed
from producers.wikipedia.figures import Figure, figures
from producers.wikipedia.refusals import refusal_of
from producers.wikipedia.titles import address_of, is_article, language_of
from schemas.clock import DAY_MS, SECOND_MS, Millis
from schemas.errors import HeatError
from schemas.records import RawMention

VIEWS: Final = "https://wikimedia.org/api/rest_v1/metrics/pageviews"
STREAM: Final = "https://stream.wikimedia.org/v2/stream/recentchange"
WATCHED_EVERY_S: Final = 6 * 3600.0
WATCHED_DAYS: Final = 7
_WIKI: Final = re.compile(rb'"wiki":\s*"([^"]+)"')
_BOT: Final = re.compile(rb'"bot":\s*true')
_STREAMED: Final = re.compile(rb'"\$schema"\s*:|"page_title"\s*:|"server_name"\s*:')
LOOKED_AT: Final = 4096


class WikipediaOptions(SourceOptions):
    """Which wiki, and which articles besides those that everybody reads."""

    project: str = Field("en.wikipedia", description="whose page views", pattern=r"^[\w.-]+$")
    wikis: tuple[str, ...] = Field(("enwiki",), description="whose edits, as the stream names them")
    articles: tuple[str, ...] = Field((), description="titles whose views are asked for by name")
    fewest_views: int = Field(1000, ge=0, description="articles of the top list with fewer are not"
                              " told")  # fmt: skip


class WikipediaSource(PolledSource, ListenedSource):
    """Views of a day are there some hours after it has ended; edits within seconds."""

    facts = Facts(
        name="wikipedia",
        about="Wikipedia: the most viewed articles of a day, and edits as they happen",
        poll_every=timedelta(hours=1),
        cache_ttl=timedelta(hours=1),
        stale_for=timedelta(days=3),
        pace=Pace(60, timedelta(minutes=1), burst=5),
        terms="A user agent that names a contact is required; at most 100 requests a second.",
    )
    Options = WikipediaOptions
    options: WikipediaOptions

    def asks(self, moment: Millis) -> Iterator[Ask]:
        """The day before, and the articles that are watched over the week before."""
        day = datetime.fromtimestamp((moment - DAY_MS) / SECOND_MS, UTC)
        project = self.options.project
        top = f"{VIEWS}/top/{project}/all-access/{day:%Y/%m/%d}"
        yield Ask(httpx.Request("GET", top), label="top")
        first = day - timedelta(days=WATCHED_DAYS - 1)
        for title in self.options.articles:
            named = quote(title.replace(" ", "_"), safe="")
            span = f"daily/{first:%Y%m%d}00/{day:%Y%m%d}00"
            address = f"{VIEWS}/per-article/{project}/all-access/user/{named}/{span}"
            yield Ask(httpx.Request("GET", address), label=title, every=WATCHED_EVERY_S)

    def connect(self, cursor: str | None) -> httpx.Request:
        headers = {"Accept": "text/event-stream"}
        return httpx.Request(
            "GET", STREAM, headers={**headers, **({"Last-Event-ID": cursor} if cursor else {})}
        )

    def wants(self, block: bytes) -> bool:
        """One event in twenty is an edit of our wiki by a person."""
        wiki = _WIKI.search(block)
        ours = wiki is not None and wiki[1].decode(errors="replace") in self.options.wikis
        return ours and _BOT.search(block) is None

    def refusal(self, body: Body) -> HeatError | None:
        return refusal_of(body)

    def parse(self, body: Body) -> Iterator[RawMention]:
        if is_framed(body.content) or _STREAMED.search(body.content[:LOOKED_AT]):
            for edit in edits(body.content, body.fetched_at):
                if edit.wiki in self.options.wikis and is_article(edit.title):
                    yield self._edited(edit, body.fetched_at)
        else:
            yield from self._viewed(body)

    def _viewed(self, body: Body) -> Iterator[RawMention]:
        for document in documents(body.content):
            for figure in figures(document):
                enough = figure.rank is None or figure.views >= self.options.fewest_views
                if enough and is_article(figure.title):
                    yield self._level(figure, body.fetched_at)

    def _level(self, figure: Figure, fetched_at: Millis) -> RawMention:
        by = f"/{figure.readers}" if figure.readers else ""
        native_id = f"{figure.project}:{figure.title}@{figure.day}{by}"
        return self.mention(
            native_id,
            fetched_at,
            event_time=min(figure.ends, fetched_at),
            kind="trend",
            channel=f"{figure.project} views",
            title=figure.title,
            url=address_of(figure.project, figure.title),
            language=language_of(figure.project),
            level=figure.views,
            level_unit=figure.unit,
            attributes=told(day=figure.day, rank=figure.rank, readers=figure.readers or None),
        )

    def _edited(self, edit: Edit, fetched_at: Millis) -> RawMention:
        native_id = f"{edit.wiki}:{edit.title}@{edit.window}/{edit.editor}"
        return self.mention(
            native_id,
            fetched_at,
            event_time=edit.moment,
            kind="edit",
            channel=edit.domain,
            author=edit.editor,
            title=edit.title,
            url=address_of(edit.domain, edit.title),
            language=language_of(edit.domain),
            attributes=told(
                comment=edit.comment[:500] or None,
                grown=edit.grown,
                new="yes" if edit.is_new else None,
            ),
        )
