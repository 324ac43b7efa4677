"""What Apify says when it refuses: `{"error": {"type": ..., "message": ...}}`.

Nothing here is tried again within a poll: a run that started has its price, whatever came of it.
"""

from typing import Final

from producers.base.body import Body
from producers.base.errors import (
    BudgetSpentError,
    CredentialsError,
    RefusedError,
    ThrottledError,
    UnreadableBodyError,
)
from producers.base.recovery import patience
from producers.fields import line_of
from schemas.errors import HeatError

ASKED_AGAIN_S: Final = 24 * 3600.0  # when a bill's month ends Apify does not say
THROTTLED_S: Final = 60.0
NOT_LET_IN: Final = frozenset({
    "token-not-found", "user-or-token-not-found", "token-not-provided", "token-not-valid",
    "invalid-token", "unauthorized", "insufficient-permissions", "user-not-found",
    "user-disabled", "token-invalid",
})  # fmt: skip
SPENT_PARTS: Final = (
    "not-enough-usage", "usage-hard-limit", "monthly-usage", "payment-required", "payment-method",
    "insufficient-credit", "usage-limit", "platform-feature-disabled", "subscription-limit",
    "free-plan-limit", "max-total-charge",
)  # fmt: skip


RAN: Final = "the run failed"


def is_of_a_run(error: HeatError) -> bool:
    """Whether the actor ran, so that it may have been paid for."""
    return RAN in str(error)


def refusal_of(body: Body) -> HeatError | None:
    """The error in the body, None when there is none. Only its type is told: its message may
    quote the actor's input."""
    try:
        envelope = body.json()
    except UnreadableBodyError:
        return None
    error = envelope.get("error") if isinstance(envelope, dict) else None
    kind = line_of(error.get("type"))[:80] if isinstance(error, dict) else ""
    if not kind and not body.is_success and body.status == 402:
        kind = "payment-required"
    return _told(kind, body) if kind else None


def _told(kind: str, body: Body) -> HeatError:
    named = f"Apify: {kind}" if body.is_success else f"HTTP {body.status}: Apify: {kind}"
    if any(part in kind for part in SPENT_PARTS) or body.status == 402:
        return BudgetSpentError(named, ASKED_AGAIN_S)
    if kind in NOT_LET_IN or body.status == 401:
        return CredentialsError(named)
    if "rate-limit" in kind or "concurrent-runs" in kind or "memory-limit" in kind:
        wait = patience(body.headers, body.fetched_at)
        return ThrottledError(named, THROTTLED_S if wait is None else wait)
    ran = kind.startswith(("run-", "actor-run-")) or "timeout" in kind
    return RefusedError(f"{named}: {RAN}" if ran else named)
