"""Explore through pytrends: its conversation (cookie, widgets, tokens) over the base's session.

pytrends would open sessions of its own, answer a missing cookie with the proxies that it does not
have, and cut a fixed number of signs from an answer; these two methods are ours. Its tables are
left out: the answer is read by the same reader as a recorded one.
"""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from producers.base.body import Body
from producers.base.errors import UnreadableBodyError
from producers.documents import documents
from producers.google_trends.asking import Asking

LANGUAGE: Final = "en-US"
MINUTES_WEST: Final = 0  # UTC
PREFIX: Final = b")]}'"


def answer_in(body: Body) -> Any:
    """The JSON behind the signs that keep browsers from running it; what follows them varies."""
    content = body.content.lstrip()
    return documents(content.removeprefix(PREFIX).lstrip(b", \r\n"))[0]


class PytrendsBackend:
    """One conversation for each question: tokens do not outlive it."""

    def timeline(self, asking: Asking, names: Sequence[str], country: str, span: str) -> Any:
        talk = _conversation()(asking)
        try:
            talk.build_payload(list(names), timeframe=span, geo=country)
            widget = talk.interest_over_time_widget
            asked = {"req": json.dumps(widget["request"]), "token": widget["token"], "tz": talk.tz}
        except (LookupError, TypeError, AttributeError) as error:
            why = f"widgets of Explore without a timeline: {type(error).__name__}"
            raise UnreadableBodyError(why) from None
        return talk._get_data(talk.INTEREST_OVER_TIME_URL, params=asked)


@cache
def _conversation() -> Any:
    """pytrends' client over an Asking; imported when it is first needed, for that takes seconds."""
    from pytrends.request import BASE_TRENDS_URL, TrendReq

    class Conversation(TrendReq):  # type: ignore[misc]
        def __init__(self, asking: Asking) -> None:
            self._asking = asking
            super().__init__(hl=LANGUAGE, tz=MINUTES_WEST, retries=0, backoff_factor=0)

        def GetGoogleCookie(self) -> dict[str, str]:  # noqa: N802 - pytrends calls it so
            return self._asking.cookies(f"{BASE_TRENDS_URL}/explore/?geo={self.hl[-2:]}")

        def _get_data(
            self, url: str, method: str = "get", trim_chars: int = 0, **asked: Any
        ) -> Any:
            told = {"headers": self.headers, "cookies": self.cookies, **asked}
            return answer_in(self._asking.request(method.upper(), url, **told))

    return Conversation
