"""Two ways to ask Reddit: its API with keys, its feeds without; the mentions are the same."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

import requests

from producers.base.answers import mentions_in
from producers.base.body import Body
from producers.base.errors import UnreachableError, UnreadableBodyError
from producers.base.source import Source
from producers.reddit.listings import after_of, mentions_in_documents
from schemas.clock import Millis
from schemas.errors import HeatError
from schemas.records import RawMention

if TYPE_CHECKING:
    from producers.reddit.api import RedditApi

SITE: Final = "https://www.reddit.com"
PER_PAGE: Final = 100
PATIENCE_S: Final = 16.0


class Page(NamedTuple):
    """One page of a listing; `after` leads to the next."""

    mentions: list[RawMention]
    after: str | None = None


class Way(Protocol):
    """How pages are got. Both raise the HeatError that an answer other than a page stands for."""

    def page(
        self, session: requests.Session, path: str, after: str | None, moment: Millis
    ) -> Page: ...

    def named(
        self, session: requests.Session, fullnames: Sequence[str], moment: Millis
    ) -> list[RawMention]:
        """What is said of these names now; nothing where a way can't ask by name."""
        ...


class FeedWay:
    """The Atom feeds that anyone may read: no scores, no second page, and no questions by name."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def page(self, session: requests.Session, path: str, after: str | None, moment: Millis) -> Page:
        address, params = f"{SITE}/{path}.rss", {"limit": str(PER_PAGE)}
        try:
            answer = session.get(address, params=params, timeout=PATIENCE_S)
        except requests.RequestException as error:
            raise error_of_transport(error) from None
        return Page(mentions_in(self._source, body_of(answer, moment)))

    def named(
        self, session: requests.Session, fullnames: Sequence[str], moment: Millis
    ) -> list[RawMention]:
        return []


class ApiWay:
    """PRAW, signed in as a read-only app."""

    def __init__(self, api: "RedditApi") -> None:
        self._api = api

    def page(self, session: requests.Session, path: str, after: str | None, moment: Millis) -> Page:
        params: dict[str, str | int] = {"limit": PER_PAGE} | ({"after": after} if after else {})
        document = self._api.ask(session, path, params)
        return Page(self._mentions(document, moment), after_of(document))

    def named(
        self, session: requests.Session, fullnames: Sequence[str], moment: Millis
    ) -> list[RawMention]:
        asked: Mapping[str, Any] = {"id": ",".join(fullnames)}
        return self._mentions(self._api.ask(session, "api/info", dict(asked)), moment)

    @staticmethod
    def _mentions(document: Any, moment: Millis) -> list[RawMention]:
        if not isinstance(document, dict | list):
            raise UnreadableBodyError("an empty body")
        return list(mentions_in_documents([document], moment))


def error_of_transport(error: requests.RequestException) -> HeatError:
    """Why there was no answer. Its own text may hold an address with its query."""
    name = type(error).__name__
    if isinstance(error, requests.exceptions.ContentDecodingError | requests.TooManyRedirects):
        return UnreadableBodyError(name)
    return UnreachableError(f"unreachable: {name}")


def body_of(answer: requests.Response, moment: Millis) -> Body:
    """An answer of a library's as the base knows it."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Body(answer.content, moment, answer.status_code, headers)
