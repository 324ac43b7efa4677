"""Reddit's API through PRAW: PRAW signs in, renews the token and tries again; the base limits.

Answers are taken as JSON and not as PRAW's objects: one post with a field of another type than
expected would end a whole listing there, and recorded bodies are to be read by the same parser.
"""

from collections.abc import Callable
from typing import Any, Final, cast

import praw
import requests
from praw.exceptions import PRAWException
from prawcore import Requestor
from prawcore.const import ACCESS_TOKEN_PATH
from prawcore.exceptions import (
    BadJSON,
    OAuthException,
    PrawcoreException,
    RequestException,
    ResponseException,
)

from producers.base.errors import CredentialsError, UnreadableBodyError, UpstreamError
from producers.reddit.ways import SITE, error_of_transport
from schemas.errors import HeatError

OAUTH: Final = "https://oauth.reddit.com"
TRIED_AGAIN: Final = frozenset({408, 500, 502, 503, 504, 520, 522})  # by prawcore itself
PAUSE_S: Final = 30.0  # after prawcore has tried three times
UNACCEPTED: Final = 'Bearer realm="reddit", error="invalid_token"'

Judge = Callable[[requests.Response], HeatError | None]


class OverSession(Requestor):
    """prawcore's way to the network: over a session of the base's, its answers judged by us.

    Rate headers are the base's to heed: prawcore would sleep by them for up to ten minutes, and
    trips over those that Reddit leaves out.
    """

    def __init__(self, *, judge: Judge, **named: Any) -> None:
        super().__init__(**named)
        self._judge = judge

    def over(self, session: requests.Session) -> None:
        self._http = session

    def request(self, *args: Any, timeout: float | None = None, **named: Any) -> requests.Response:
        method, url, *_ = args
        try:
            answer = self._http.request(method, url, timeout=timeout or self.timeout, **named)
        except requests.RequestException as error:
            raise RequestException(error, (), {}) from None
        status = answer.status_code
        is_expired = status == 401 and ACCESS_TOKEN_PATH not in url
        refusal = None if is_expired or status in TRIED_AGAIN else self._judge(answer)
        if refusal is not None:
            raise refusal
        if is_expired:
            answer.headers["www-authenticate"] = UNACCEPTED  # prawcore renews it, or gives up
        for header in ("remaining", "used", "reset"):
            answer.headers.pop(f"x-ratelimit-{header}", None)
        return answer


class RedditApi:
    """Read-only questions to the API. The token outlives a session."""

    def __init__(self, client_id: str, client_secret: str, judge: Judge) -> None:
        self._keys = {"client_id": client_id, "client_secret": client_secret}
        self._judge = judge
        self._over: OverSession | None = None
        self._reddit: praw.Reddit | None = None

    def ask(self, session: requests.Session, path: str, params: dict[str, str | int]) -> Any:
        """The answer as JSON. Raises the HeatError that any other outcome stands for."""
        try:
            return self._signed_in(session).request(method="GET", path=path, params=params)
        except HeatError:
            raise
        except (PrawcoreException, PRAWException) as error:
            raise error_for(error) from None
        except (LookupError, TypeError, ValueError) as oddity:
            why = f"an answer that PRAW cannot read: {type(oddity).__name__}"
            raise UnreadableBodyError(why) from None

    def _signed_in(self, session: requests.Session) -> praw.Reddit:
        """PRAW over `session`. Nothing of its own configuration files or environment is used."""
        who = str(session.headers.get("User-Agent") or "")
        if self._reddit is None:
            self._reddit = praw.Reddit(
                "DEFAULT",
                **self._keys,
                user_agent=who,
                oauth_url=OAUTH,
                reddit_url=SITE,
                username=None,
                password=None,
                refresh_token=None,
                check_for_updates=False,
                check_for_async=False,
                requestor_class=cast("type[Requestor]", self._requestor),
                requestor_kwargs={"session": session},
            )
            session.headers["User-Agent"] = who  # prawcore adds its name at every new session
        assert self._over is not None
        self._over.over(session)
        return self._reddit

    def _requestor(self, **named: Any) -> OverSession:
        self._over = OverSession(judge=self._judge, **named)
        return self._over


def error_for(error: PrawcoreException | PRAWException) -> HeatError:
    """What an error of PRAW's stands for. Its own text may hold an address with its query."""
    if isinstance(error, RequestException):
        lost = error.original_exception
        assert isinstance(lost, requests.RequestException)  # OverSession wraps nothing else
        return error_of_transport(lost)
    if isinstance(error, OAuthException):
        return CredentialsError(f"Reddit does not accept our keys: {error.error}")
    if isinstance(error, BadJSON):
        return UnreadableBodyError("not JSON")
    if isinstance(error, ResponseException):
        status = error.response.status_code
        if status == 401:
            return CredentialsError("HTTP 401: Reddit does not accept our keys or token")
        return UpstreamError(f"HTTP {status}", PAUSE_S)
    return UnreadableBodyError(f"PRAW gives up: {type(error).__name__}")
