"""What NewsAPI means when it refuses: a code in the body, told beside any status."""

from collections.abc import Mapping
from typing import Final

import msgspec

from producers.base.body import Body
from producers.base.errors import (
    BudgetSpentError,
    CredentialsError,
    RefusedError,
    ThrottledError,
    UpstreamError,
)
from producers.base.recovery import patience
from producers.fields import line_of
from schemas.clock import HOUR_MS, SECOND_MS, Millis
from schemas.errors import HeatError

LONGEST_REFUSAL: Final = 8_192
WINDOW_MS: Final = 12 * HOUR_MS
KEY: Final = frozenset({"apiKeyInvalid", "apiKeyMissing", "apiKeyDisabled"})
SPENT: Final = frozenset({"apiKeyExhausted"})
SLOWER: Final = frozenset({"rateLimited"})
THEIRS: Final = frozenset({"unexpectedError", "serverError"})
# Any other code names a question that can't succeed: parametersMissing, parameterInvalid,
# sourceDoesNotExist, sourcesTooMany, and what a plan leaves out: maximumResultsReached.


def refusal_in(body: Body) -> HeatError | None:
    told = _object(body)
    code = line_of(told.get("code"))
    if not code and told.get("status") != "error":
        return None
    said = f"{code or 'error'}: {line_of(told.get('message'))[:200]}".rstrip(": ")
    if code in KEY:
        # Its sentence is fixed, but a key is nothing to take chances with.
        return CredentialsError(f"{code}: NewsAPI does not accept the key")
    if code in SPENT:
        return BudgetSpentError(f"{code}: the key's requests are used up", _turn(body.fetched_at))
    if code in SLOWER:
        return ThrottledError(said, _wait(body, said))
    if code in THEIRS or (not code and body.status >= 500):
        return UpstreamError(said)
    return RefusedError(said)


def _wait(body: Body, said: str) -> float | None:
    """What the headers ask for; where the plan's own window is named, its turn."""
    asked = patience(body.headers, body.fetched_at)
    if asked is not None:
        return asked
    return _turn(body.fetched_at) if "hour" in said else None


def _turn(moment: Millis) -> float:
    """Seconds to the next half of the day: 50 requests are free in every 12 hours."""
    return (WINDOW_MS - moment % WINDOW_MS) / SECOND_MS


def _object(body: Body) -> Mapping[str, object]:
    if body.is_success and len(body.content) > LONGEST_REFUSAL:
        return {}
    try:
        told = msgspec.json.decode(body.content)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
