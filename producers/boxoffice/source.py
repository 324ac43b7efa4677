"""Box Office Mojo and IMDb as one source of charts."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, Literal

import httpx
from pydantic import Field
from selectolax.lexbor import LexborHTMLParser

from producers import scraperapi
from producers.base.body import Body
from producers.base.errors import BlockedError, UnreadableBodyError
from producers.base.facts import Cost, Credential, Facts, Pace
from producers.base.options import SourceOptions
from producers.base.source import Ask, PolledSource
from producers.boxoffice import imdb
from producers.boxoffice.period import ZONE, Period, period_in
from producers.boxoffice.table import SITE, Row, rows
from producers.fields import line_of, told
from schemas.clock import SECOND_MS, Millis
from schemas.errors import HeatError
from schemas.records import RawMention

MOJO: Final = "https://www.boxofficemojo.com"
IMDB: Final = "https://www.imdb.com"
BLOCKED_FOR_S: Final = 6 * 3600.0
CHARTS_EVERY_S: Final = 6 * 3600.0
# The pages that a firewall shows to what it takes for a machine.
_WALL: Final = re.compile(rb"awswaf|aws-waf|gokuprops|captcha|JavaScript is disabled", re.I)
_HTML: Final = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|!--|table|script)", re.I)


class BoxOfficeOptions(SourceOptions):
    """Which charts to read."""

    days: int = Field(2, ge=1, le=7, description="days before today whose charts are read: the"
                      " figures of the last ones are still estimates")  # fmt: skip
    transport: Literal["direct", "scraperapi"] = Field(
        "direct", description="scraperapi asks for IMDb's charts by way of a paid service"
    )
    charts: tuple[str, ...] = Field(("moviemeter", "tvmeter"), description="charts of IMDb")


class BoxOfficeSource(PolledSource):
    """A day's figures come the next morning in Los Angeles and are mended in the days behind it."""

    facts = Facts(
        name="boxoffice",
        about="charts: Box Office Mojo by day, IMDb's most looked up films and shows",
        poll_every=timedelta(hours=1),
        cache_ttl=timedelta(hours=1),
        stale_for=timedelta(days=3),
        ceilings=(scraperapi.FREE_CREDITS,),
        credentials=(scraperapi.KEY,),
        pace=Pace(6, timedelta(minutes=1), burst=1),
        terms="Pages for readers, asked for a few times a day; IMDb often lets no program in.",
    )
    Options = BoxOfficeOptions
    options: BoxOfficeOptions

    def asks(self, moment: Millis) -> Iterator[Ask]:
        today = datetime.fromtimestamp(moment / SECOND_MS, ZONE)
        for back in range(1, self.options.days + 1):
            day = f"{today - timedelta(days=back):%Y-%m-%d}"
            yield Ask(httpx.Request("GET", f"{MOJO}/date/{day}/"), label=f"day {back} before")
        for chart in self.options.charts:
            request = httpx.Request("GET", f"{IMDB}/chart/{chart}/")
            ask = Ask(request, label=chart, priority=2, every=CHARTS_EVERY_S)
            yield scraperapi.through(ask, self.keys, render=True) if self._is_paid else ask

    @property
    def _is_paid(self) -> bool:
        return self.options.transport == "scraperapi"

    def missing(self) -> tuple[Credential, ...]:
        """The key of the paid way is needed by whoever chose that way."""
        no_key = self._is_paid and self.keys.scraperapi is None
        return (*super().missing(), *((scraperapi.KEY,) if no_key else ()))

    def spent(self, body: Body) -> Cost | None:
        return scraperapi.spent(body) if self._is_paid else None

    def refusal(self, body: Body) -> HeatError | None:
        """IMDb's firewall answers 202 or 403, or 200 with a page that wants to see a person."""
        if self._is_paid and body.asked in self.options.charts:
            refused = scraperapi.refusal_of(body)
            if refused is not None:
                return refused
        carries = b"__NEXT_DATA__" in body.content or b"mojo-body-table" in body.content
        walled = body.status == 202 or _WALL.search(body.content) is not None
        if (walled and not carries) or (body.status == 403 and _HTML.match(body.content)):
            return BlockedError("a page for people instead of a chart", BLOCKED_FOR_S)
        return None

    def parse(self, body: Body) -> Iterator[RawMention]:
        if imdb.DATASETS.match(body.content):
            raise UnreadableBodyError("a dataset of IMDb: the catalogue imports it")
        if not _HTML.match(body.content):
            raise UnreadableBodyError("not a page")
        page = LexborHTMLParser(body.content.decode("utf-8", errors="replace"))
        heading = page.css_first("title")
        title = line_of(heading.text()) if heading is not None else ""
        if SITE in title.casefold():
            yield from self._taken(page, body.fetched_at)
        elif "imdb" in title.casefold() or page.css_first("script#__NEXT_DATA__") is not None:
            for place in imdb.places(page):
                yield self._placed(place, body.fetched_at)
        else:
            raise UnreadableBodyError(f"neither Box Office Mojo nor IMDb: {title[:80]!r}")

    def _taken(self, page: LexborHTMLParser, fetched_at: Millis) -> Iterator[RawMention]:
        headings = [line_of(node.text()) for node in page.css("title,h1,h2,h3,h4")]
        period, keys = period_in(headings), set[str]()
        for row in rows(page):
            if row.gross is not None and row.key not in keys:
                keys.add(row.key)
                yield self._release(row, period, fetched_at)

    def _release(self, row: Row, period: Period, fetched_at: Millis) -> RawMention:
        native_id = f"{row.key}@{period.name}"
        happened = fetched_at if period.ends is None else min(period.ends, fetched_at)
        cells = {word: text for word, text in row.cells.items() if word != "gross"}
        return self.mention(
            native_id,
            fetched_at,
            event_time=happened,
            kind="chart",
            channel="Box Office Mojo",
            title=row.title,
            url=f"{MOJO}/{row.path}/" if row.path else None,
            level=row.gross,
            level_unit=period.unit,
            attributes=told(period=period.name, **cells),
        )

    def _placed(self, place: imdb.Place, fetched_at: Millis) -> RawMention:
        day = f"{datetime.fromtimestamp(fetched_at / SECOND_MS, ZONE):%Y-%m-%d}"
        native_id = f"{place.key}@{day}"
        kind = "name" if place.key.startswith("nm") else "title"
        return self.mention(
            native_id,
            fetched_at,
            event_time=fetched_at,
            kind="chart",
            channel="IMDb",
            title=place.name,
            url=f"{IMDB}/{kind}/{place.key}/",
            attributes=told(rank=place.rank, year=place.year, votes=place.votes, risen=place.risen),
        )
