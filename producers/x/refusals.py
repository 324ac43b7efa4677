"""What X means when it refuses: problems by type and title, or the codes of the version before."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

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
from producers.fields import line_of, moment_of, number_of
from schemas.clock import DAY_MS, HOUR_MS, SECOND_MS, Millis, millis
from schemas.errors import HeatError

LONGEST_REFUSAL: Final = 16_384
LONGEST_WINDOW_MS: Final = 31 * DAY_MS
LOOK_AGAIN_S: Final = 6 * HOUR_MS / SECOND_MS  # credits come back when a person buys some
SPENT: Final = ("usage-capped", "usagecapexceeded", "credits", "creditsdepleted")
KEYS: Final = ("client-forbidden", "client forbidden", "unsupported-authentication",
               "unauthorized", "oauth1-permissions", "app-suspended")  # fmt: skip
SLOWER: Final = ("too many requests", "streaming-connection", "connectionexception",
                 "rate limit exceeded", "rate-limit-exceeded")  # fmt: skip
THEIRS: Final = ("operational-disconnect", "operationaldisconnect", "service unavailable",
                 "internal server error", "internal error", "over capacity")  # fmt: skip
OLD_CODES: Final = {
    **dict.fromkeys((32, 64, 89, 99, 135, 215, 220, 326, 416, 453), "unauthorized"),
    **dict.fromkeys((88, 185, 420), "too many requests"),
    **dict.fromkeys((130, 131), "over capacity"),
}


def refusal_in(body: Body) -> HeatError | None:
    """The error that an answer stands for; errors beside posts are about what they refer to."""
    told = _object(body)
    if not told or told.get("data") is not None or "statuses" in told:
        return None
    first = _first_error(told)
    is_problem = "title" in told and ("type" in told or "detail" in told)
    if body.is_success and first is None and not is_problem and "error" not in told:
        return None
    named = {**(first or {}), **told}
    why = line_of(named.get("detail") or named.get("message") or named.get("error"))[:200]
    said = f"{line_of(named.get('title')) or 'refused'}: {why}".rstrip(": ")
    return _of_kind(_kind(told, first), said, body, told) or _of_status(said, body, told)


def _of_kind(kind: str, said: str, body: Body, told: Mapping[str, Any]) -> HeatError | None:
    """By its name, whatever the status beside it."""
    if any(word in kind for word in SPENT):
        return BudgetSpentError(said, _until_spent_no_more(told, body.fetched_at))
    if any(word in kind for word in KEYS):
        return CredentialsError(said)
    if any(word in kind for word in SLOWER):
        return ThrottledError(said, patience(body.headers, body.fetched_at))
    return UpstreamError(said) if any(word in kind for word in THEIRS) else None


def _of_status(said: str, body: Body, told: Mapping[str, Any]) -> HeatError:
    """By the status of the answer, or by the one that a recorded body still tells."""
    status = body.status if not body.is_success else int(number_of(told.get("status")) or 0)
    if status == 402:
        return BudgetSpentError(said, LOOK_AGAIN_S)
    if status == 401:
        return CredentialsError(said)
    if status == 429:
        return ThrottledError(said, patience(body.headers, body.fetched_at))
    return UpstreamError(said) if status >= 500 else RefusedError(said)


def _kind(told: Mapping[str, Any], first: Mapping[str, Any] | None) -> str:
    """Everything that names the problem, in small letters."""
    code = number_of((first or {}).get("code"))
    named = [OLD_CODES.get(int(code), "") if code is not None else ""]
    for node in (told, first or {}):
        named += [line_of(node.get(name)) for name in ("type", "title", "reason", "error")]
    return " ".join(named).lower()


def _first_error(told: Mapping[str, Any]) -> Mapping[str, Any] | None:
    listed = told.get("errors")
    if isinstance(listed, list) and listed and isinstance(listed[0], dict):
        return listed[0]
    return None


def _until_spent_no_more(told: Mapping[str, Any], moment: Millis) -> float:
    """To the end of the window that the answer names, by UTC."""
    turns = moment_of(told.get("reset_date"))
    if turns is not None and moment < turns <= moment + LONGEST_WINDOW_MS:
        return (turns - moment) / SECOND_MS
    period = line_of(told.get("period")).lower()
    if period == "daily":
        return (DAY_MS - moment % DAY_MS) / SECOND_MS
    if period != "monthly":
        return LOOK_AGAIN_S
    today = datetime.fromtimestamp(moment / SECOND_MS, UTC)
    first = today.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = (first + timedelta(days=32)).replace(day=1)
    return (millis(following) - moment) / SECOND_MS


def _object(body: Body) -> Mapping[str, Any]:
    if body.is_success and len(body.content) > LONGEST_REFUSAL:
        return {}
    try:
        told = msgspec.json.decode(body.content)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
