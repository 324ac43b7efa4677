"""How long Google wants to be left alone when it says 429, or sends us on to where it says sorry.

Both are for the address that asks, and last: after a minute it says so again, and each time for
longer. Every other page that it sends in place of an answer the base knows.
"""

import re
from typing import Final

from producers.base.body import Body
from producers.base.errors import BlockedError, ThrottledError
from producers.base.recovery import patience

ALONE_FOR_S: Final = 3600.0
_SORRY: Final = re.compile(
    r"(?:https?://(?:[\w-]+\.)*google\.[a-z.]{2,6})?/sorry(?:[/?#]|$)", re.IGNORECASE
)


def sent_away(body: Body) -> ThrottledError | BlockedError | None:
    """The error that a 429 of Google's stands for, or a way to its page of puzzles; None for
    every other answer. Where it leads to is not repeated: the question stands in the address."""
    wait = max(patience(body.headers, body.fetched_at) or 0.0, ALONE_FOR_S)
    if body.status == 429:
        return ThrottledError("HTTP 429: Google asks for patience", wait)
    if 300 <= body.status < 400 and _SORRY.match(body.headers.get("location", "").strip()):
        return BlockedError(f"HTTP {body.status}: sent on to Google's page of puzzles", wait)
    return None
