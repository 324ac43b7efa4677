"""One request over the base's session, judged as every answer is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import requests

from producers.base.body import Body
from producers.base.errors import UnreachableError, UnreadableBodyError
from schemas.clock import Millis
from schemas.errors import HeatError

TIMEOUT_S: Final = (8.0, 20.0)
Judge = Callable[[Body], HeatError | None]


@dataclass(frozen=True, slots=True)
class Asking:
    """A session at a moment of a poll."""

    session: requests.Session
    moment: Millis
    judge: Judge

    def request(self, method: str, url: str, **asked: Any) -> Body:
        """A readable answer. Raises the HeatError that any other stands for."""
        body = self.unjudged(method, url, **asked)
        error = self.judge(body)
        if error is not None:
            raise error
        return body

    def cookies(self, url: str) -> dict[str, str]:
        """What a page sets. It may be missing and still set them; only a 429 is an error."""
        answer = self._answer("GET", url)
        error = self.judge(self._body(answer)) if answer.status_code == 429 else None
        if error is not None:
            raise error
        kept = self.session.cookies.keys()  # what the session keeps it sends by itself
        return {n: value for n, value in answer.cookies.items() if value and n not in kept}

    def unjudged(self, method: str, url: str, **asked: Any) -> Body:
        """An answer, whatever its status."""
        return self._body(self._answer(method, url, **asked))

    def _answer(self, method: str, url: str, **asked: Any) -> requests.Response:
        try:
            return self.session.request(method, url, timeout=TIMEOUT_S, **asked)
        except (requests.exceptions.ContentDecodingError, requests.TooManyRedirects) as error:
            raise UnreadableBodyError(type(error).__name__) from None
        except requests.RequestException as error:  # its own text may hold a query
            raise UnreachableError(f"unreachable: {type(error).__name__}") from None

    def _body(self, answer: requests.Response) -> Body:
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Body(answer.content, self.moment, answer.status_code, headers, str(answer.url))
