"""Whether an encyclopedia knows a name, and as what: one page summary, remembered for a day."""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Literal, NamedTuple
from urllib.parse import quote

import httpx
import msgspec
import structlog

from producers.base.attempt import Attempt
from producers.base.errors import RefusedError, UnreadableBodyError
from producers.base.fetch import Fetcher
from producers.base.kept import Validators
from producers.base.source import Ask
from producers.catalogue.search import plain
from schemas.clock import DAY_MS, Millis
from schemas.errors import HeatError

Verdict = Literal["verified", "doubted", "unknown"]
KEPT: Final = 5_000
KEPT_MS: Final = DAY_MS
log = structlog.get_logger()

_TYPES: Final = tuple(
    (re.compile(rf"\b(?:{words})\b"), kind)
    for words, kind in (
        (r"fictional character|character in|comics character", "character"),
        (r"album|mixtape|extended play", "album"),
        (r"song|single by", "song"),
        (
            r"(?:television|tv|web|animated|anime|drama|reality|streaming) (?:series|show|program)"
            r"|sitcom|game show|talk show|miniseries|telenovela",
            "show",
        ),
        (r"film series|franchise|media franchise", "franchise"),
        (r"film|movie", "film"),
        (r"band|boy band|girl group|musical group|duo|trio|supergroup", "group"),
        (r"festival|awards?|ceremony|pageant|contest|concert|competition", "event"),
        (r"television (?:network|channel)|streaming service|broadcaster", "network"),
        (r"company|studio|record label|publisher|corporation", "company"),
        (
            r"actor|actress|singer|rapper|musician|comedian|presenter|host|director|producer|model|dancer"
            r"|songwriter|youtuber|streamer|personality|writer|author|politician|player|footballer|wrestler"
            r"|activist|businessman|businesswoman|journalist|chef|athlete|person|socialite"
            r"|\(born",
            "person",
        ),
    )
)
_PLACE: Final = re.compile(
    r"\b(?:city|town|village|county|country|state|province|capital|river|island|region|district"
    r"|municipality|neighbou?rhood|continent)\b(?: .{0,30})?\b(?:in|of)\b"
)


class Page(msgspec.Struct):
    """As much of a page summary as is looked at."""

    title: str
    type: str = "standard"
    description: str = ""
    extract: str = ""
    wikibase_item: str = ""
    content_urls: dict[str, dict[str, str]] = {}

    @property
    def address(self) -> str | None:
        return self.content_urls.get("desktop", {}).get("page")


class Finding(NamedTuple):
    """What the encyclopedia says of a name. `unknown`: nobody could be asked."""

    verdict: Verdict
    note: str
    page: str | None = None
    entity_type: str | None = None
    wikidata: str = ""


NOT_ASKED: Final = Finding("unknown", "no encyclopedia was asked")


def judge(name: str, page: Page) -> Finding:
    """Verified by a page of the name's own; a disambiguation page, or a place, is none."""
    if page.type == "disambiguation":
        return Finding("doubted", "the name means several things", page.address)
    if page.type not in ("standard", ""):
        return Finding("doubted", f"a page of type {page.type}", page.address)
    words = set(re.findall(r"\w+", plain(name)))
    if not words <= set(re.findall(r"\w+", plain(f"{page.title} {page.extract[:600]}"))):
        return Finding("doubted", f"leads to {page.title!r}", page.address)
    told = plain(page.description or page.extract[:160])
    if _PLACE.search(told):
        return Finding("doubted", "a place", page.address)
    kind = next((kind for pattern, kind in _TYPES if pattern.search(told)), None)
    return Finding("verified", page.description, page.address, kind, page.wikibase_item)


def read_page(body: bytes) -> Page:
    """Raises UnreadableBodyError for what is no summary."""
    try:
        return msgspec.json.decode(body, type=Page)
    except msgspec.DecodeError as error:
        raise UnreadableBodyError(f"no page summary: {error}") from None


class Encyclopedia:
    """Asks for page summaries below `address`, politely and once a day for each name."""

    def __init__(
        self,
        address: str,
        user_agent: str,
        clock: Callable[[], Millis],
        fetcher: Fetcher | None = None,
    ) -> None:
        self._address = address.rstrip("/")
        self._clock = clock
        self._user_agent, self._fetcher = user_agent, fetcher
        self._known: OrderedDict[str, tuple[Millis, Finding]] = OrderedDict()

    def look_up(self, name: str) -> Finding:
        """The finding; `unknown` when the network or the encyclopedia is away: not remembered."""
        at, key = self._clock(), plain(name)
        known = self._known.get(key)
        if known and at - known[0] < KEPT_MS:
            return known[1]
        finding = asyncio.run(self._ask(name))
        if finding.verdict != "unknown":
            self._known[key] = (at, finding)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return finding

    async def _ask(self, name: str) -> Finding:
        fetcher = self._fetcher or Fetcher(self._user_agent)
        url = f"{self._address}/{quote(name.replace(' ', '_'), safe='')}"
        try:
            answer = await fetcher.fetch(Ask(httpx.Request("GET", url)), Validators(), _told)
            return judge(name, read_page(answer.body.content if answer.body else b""))
        except RefusedError as refusal:
            if "404" in str(refusal):
                return Finding("doubted", "no page of that name")
            return Finding("unknown", str(refusal))
        except HeatError as error:
            log.warning("encyclopedia not reached", reason=str(error))
            return Finding("unknown", str(error))
        finally:
            if self._fetcher is None:
                await fetcher.close()


def _told(attempt: Attempt) -> None:
    log.info(
        "encyclopedia asked",
        address=attempt.address,
        status=attempt.status,
        reason=attempt.reason,
        duration_ms=attempt.duration_ms,
    )
