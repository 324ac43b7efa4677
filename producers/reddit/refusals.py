"""What Reddit means when it refuses: the words of its answer say more than the status."""

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from producers.base.body import Body
from producers.base.errors import (
    BlockedError,
    CredentialsError,
    RefusedError,
    ThrottledError,
    UpstreamError,
)
from producers.base.recovery import BLOCKED_FOR_S, patience
from producers.fields import inner, line_of, number_of
from schemas.errors import HeatError

LONGEST_REFUSAL: Final = 4_096
OAUTH: Final = frozenset({
    "invalid_grant", "invalid_client", "invalid_token", "invalid_request", "invalid_scope",
    "unauthorized_client", "unsupported_grant_type", "access_denied", "insufficient_scope",
    "unauthorized",
})  # fmt: skip
PASSING: Final = frozenset({408, 425})
LOOKED_AT: Final = 20_000
_PAGE: Final = re.compile(rb"^\s*<(!doctype html|html|head|body)\b", re.IGNORECASE)
_SHUT_OUT: Final = re.compile(
    rb"whoa there, pardner|blocked due to a network policy|<title>blocked</title>", re.IGNORECASE
)
_SLOWER: Final = re.compile(rb"<title>\s*too many requests\s*</title>", re.IGNORECASE)
_THEIRS: Final = re.compile(
    rb"you broke reddit|heavy load right now|unable to reach our servers", re.IGNORECASE
)
_WAIT: Final = re.compile(r"(\d{1,4}) (millisecond|second|minute|hour)")
_SECONDS: Final = {"millisecond": 0.001, "second": 1.0, "minute": 60.0, "hour": 3600.0}


def refusal_in(body: Body) -> HeatError | None:
    """The error that an answer stands for; None when it is none, or its status says it all."""
    if body.status != 429 and _PAGE.match(body.content[:200]):
        return _of_page(body)
    told = _object(body)
    error = told.get("error")
    if isinstance(error, str) and number_of(error) is None:
        described = line_of(told.get("error_description") or told.get("message"))
        return _of_words(error, described, body)
    if inner(told, "json", "errors"):
        return _of_form(inner(told, "json", "errors"))
    named = number_of(error)
    status = int(named) if body.is_success and named is not None else body.status
    return _of_status(status, told, body) if status >= 400 else None


def _of_page(body: Body) -> HeatError | None:
    """A page for people, by what it says to them; a recording may have lost the status."""
    seen, wait = body.content[:LOOKED_AT], patience(body.headers, body.fetched_at)
    if _SLOWER.search(seen):
        return ThrottledError(f"HTTP {body.status}: a page that says: too many requests", wait)
    if _SHUT_OUT.search(seen):
        why = f"HTTP {body.status}: Reddit shuts out this address or this user agent"
        return BlockedError(why, wait or BLOCKED_FOR_S)
    if body.is_success and _THEIRS.search(seen):
        return UpstreamError("a page that says: Reddit is down or busy")
    return None


def _object(body: Body) -> Mapping[str, Any]:
    """The answer as an object, when it can be one that refuses; listings are longer."""
    if not body.content.lstrip().startswith(b"{"):
        return {}
    if body.is_success and len(body.content) > LONGEST_REFUSAL:
        return {}
    try:
        told = msgspec.json.decode(body.content)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _of_words(error: str, described: str, body: Body) -> HeatError | None:
    """The token endpoint speaks OAuth: invalid_grant and the like, sometimes with status 200."""
    said = f"{error} ({described})" if described else error
    if error in ("temporarily_unavailable", "server_error"):
        return UpstreamError(said)
    if error.lower() in OAUTH:
        return CredentialsError(f"Reddit does not accept our keys: {line_of(said)[:200]}")
    if body.is_success:
        return RefusedError(line_of(said)[:200])
    return _of_status(body.status, {"message": said}, body)


def _of_form(errors: Any) -> HeatError:
    """Errors of the API's own kind: lists of code, sentence and field."""
    said = line_of(str(errors))[:200]
    if "RATELIMIT" not in said:
        return RefusedError(said)
    wait = _WAIT.search(said)
    seconds = float(wait[1]) * _SECONDS[wait[2]] if wait else None
    return ThrottledError("Reddit asks us to slow down", seconds)


def _of_status(status: int, told: Mapping[str, Any], body: Body) -> HeatError | None:
    why = line_of(told.get("reason")) or line_of(told.get("message"))
    said = f"HTTP {status}: {why[:200]}" if why else f"HTTP {status}"
    if status == 401 or "insufficient_scope" in body.headers.get("www-authenticate", ""):
        return CredentialsError(f"HTTP {status}: Reddit does not accept our keys or token")
    if status == 429:
        return ThrottledError(said, patience(body.headers, body.fetched_at))
    if status >= 500:
        return None if body.status == status else UpstreamError(said)
    if status in PASSING or not told:
        return None
    return RefusedError(said)  # private, banned, quarantined, a name that is none
