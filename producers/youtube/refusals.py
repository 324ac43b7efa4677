"""What the Data API says when it refuses: its reasons are told, in envelopes old and new."""

from collections.abc import Iterator
from typing import Any, Final

from producers.base.body import Body
from producers.base.errors import (
    BudgetSpentError,
    CredentialsError,
    RefusedError,
    ThrottledError,
    UnreadableBodyError,
    UpstreamError,
)
from producers.base.limits.windows import span_of
from producers.base.recovery import error_for_status, patience
from schemas.clock import SECOND_MS, Millis
from schemas.errors import HeatError

ZONE: Final = "America/Los_Angeles"  # where the quota's day ends
SPENT: Final = frozenset({
    "quotaexceeded", "dailylimitexceeded", "quotaexhausted", "dailylimitexceededunreg",
})  # fmt: skip
THROTTLED: Final = frozenset({
    "ratelimitexceeded", "userratelimitexceeded", "rate_limit_exceeded", "resource_exhausted",
    "limitexceeded", "requestlimitexceeded", "servinglimitexceeded", "concurrentlimitexceeded",
})  # fmt: skip
NOT_LET_IN: Final = frozenset({
    "keyinvalid", "keyexpired", "api_key_invalid", "api_key_expired", "accessnotconfigured",
    "service_disabled", "api_key_service_blocked", "api_key_http_referrer_blocked",
    "api_key_ip_address_blocked", "iprefererblocked", "autherror", "unauthorized",
    "credentials_missing", "access_token_expired", "access_token_scope_insufficient",
    "invalidcredentials", "forbiddenbyapikey", "consumer_suspended", "consumer_invalid",
    "accountclosed", "billingnotactive", "unauthenticated", "invalid_grant", "invalid_client",
})  # fmt: skip
FAILED: Final = frozenset({
    "backenderror", "internalerror", "internal", "unavailable", "serviceunavailable",
    "service_unavailable", "processingfailure", "transienterror", "deadline_exceeded",
})  # fmt: skip
VAGUE: Final = frozenset({"badrequest", "invalid_argument"})
KEY_IS_BAD: Final = ("api key expired", "api key not valid")  # what the message begins with
WITHOUT_KEY: Final = "dailylimitexceededunreg"
THROTTLED_FOR_S: Final = 60.0


def refusal_of(body: Body) -> HeatError | None:
    """The error in the body, None when there is none in it. Its text holds reasons, which are
    words of the API's own, and never its message, which may quote what was asked: that is looked
    at for a key that is named by no reason, and not repeated."""
    try:
        envelope = body.json()
    except UnreadableBodyError:
        return None
    error = envelope.get("error") if isinstance(envelope, dict) else None
    if isinstance(error, str):
        error = {"status": error}
    if not isinstance(error, dict):
        return None
    reasons = list(dict.fromkeys(_reasons(error)))
    message = error.get("message")
    about_key = isinstance(message, str) and message.strip().lower().startswith(KEY_IS_BAD)
    return _told(body, error.get("code"), reasons, about_key)


def _told(body: Body, code: Any, reasons: list[str], about_key: bool) -> HeatError | None:
    status = body.status if not body.is_success else code if isinstance(code, int) else 0
    named = f"HTTP {status or body.status}: {', '.join(reasons) or 'no reason given'}"[:200]
    said = {reason.lower() for reason in reasons}
    wait = patience(body.headers, body.fetched_at)
    if said & {WITHOUT_KEY}:
        return CredentialsError(f"{named}: the question came without a key")
    if said & SPENT or _spent_for_the_day(said):
        return BudgetSpentError(named, seconds_to_midnight(body.fetched_at))
    if said & THROTTLED:
        return ThrottledError(named, THROTTLED_FOR_S if wait is None else wait)
    if said & NOT_LET_IN or (about_key and status == 400 and said <= VAGUE):
        return CredentialsError(f"{named}: the key is not accepted")
    if said & FAILED and not 400 <= status < 500:
        return UpstreamError(named)
    if 400 <= status < 500 and status not in (401, 408, 425, 429):
        return RefusedError(named)
    return error_for_status(status, body.headers, body.fetched_at, {}) if status >= 400 else None


def _spent_for_the_day(said: set[str]) -> bool:
    """The newest envelopes say which limit it was that a request went over."""
    return "rate_limit_exceeded" in said and any("perday" in reason for reason in said)


def _reasons(error: dict[str, Any]) -> Iterator[str]:
    """The reasons of the old list, of the new details, and the status, in this order."""
    for told in _dicts(error.get("errors")):
        yield from _words(told.get("reason"))
    for detail in _dicts(error.get("details")):
        yield from _words(detail.get("reason"))
        limits = detail.get("metadata")
        if isinstance(limits, dict):
            yield from _words(limits.get("quota_limit"))
    yield from _words(error.get("status"))


def _dicts(told: Any) -> list[dict[str, Any]]:
    return [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []


def _words(told: Any) -> Iterator[str]:
    if isinstance(told, str) and 0 < len(told) <= 80 and told.replace("_", "").isalnum():
        yield told


def seconds_to_midnight(now: Millis) -> float:
    """Until the quota's day ends, on the Pacific coast of the United States."""
    return (span_of("day", ZONE, now).ends - now) / SECOND_MS
