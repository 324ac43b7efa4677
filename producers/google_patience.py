"""How long Google wants to be left alone when it says 429 and names no time.

Its 429 is for the address that asks, and lasts: after a minute it says so again, and each time
for longer. Every other page that it sends in place of an answer the base knows.
"""

from typing import Final

from producers.base.body import Body
from producers.base.errors import ThrottledError
from producers.base.recovery import patience

ALONE_FOR_S: Final = 3600.0


def throttled(body: Body) -> ThrottledError | None:
    """The error that a 429 of Google's stands for; None for every other answer."""
    if body.status != 429:
        return None
    told = patience(body.headers, body.fetched_at)
    return ThrottledError("HTTP 429: Google asks for patience", max(told or 0.0, ALONE_FOR_S))
