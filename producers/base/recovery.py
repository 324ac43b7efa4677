"""What to do about an answer or its absence, as one table: by status, by exception, by error.

retry          the same question again, after a pause with full jitter
throttle       nobody asks this source until the time that it named is over
skip           leave this answer out and say so; the others are read
stop           the source is disabled until a person has done something
open-breaker   leave the source alone for long: asking on would make it worse
"""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Final, Literal

import httpx

from producers.base.errors import (
    BlockedError,
    BudgetSpentError,
    CredentialsError,
    OpenCircuitError,
    RefusedError,
    ThrottledError,
    UnreachableError,
    UnreadableBodyError,
    UpstreamError,
)
from schemas.clock import SECOND_MS, Millis, millis
from schemas.errors import FatalError, HeatError, RetriableError, SkippableError

Recovery = Literal["retry", "throttle", "skip", "stop", "open-breaker"]

BY_STATUS: Final[Mapping[int, Recovery]] = {
    401: "stop",
    407: "stop",
    408: "retry",
    425: "retry",
    429: "throttle",
    500: "retry",
    502: "retry",
    503: "throttle",  # often carries Retry-After; without one it is a plain retry
    504: "retry",
}
BY_EXCEPTION: Final[tuple[tuple[type[Exception], Recovery], ...]] = (
    (httpx.TooManyRedirects, "skip"),
    (httpx.DecodingError, "skip"),
    (httpx.UnsupportedProtocol, "skip"),
    (httpx.TransportError, "retry"),
    (httpx.InvalidURL, "skip"),
    (httpx.RequestError, "skip"),  # an address that the guard against private networks refused
)
BY_ERROR: Final[tuple[tuple[type[HeatError], Recovery], ...]] = (
    (ThrottledError, "throttle"),
    (BudgetSpentError, "throttle"),
    (BlockedError, "open-breaker"),
    (OpenCircuitError, "open-breaker"),
    (RetriableError, "retry"),
    (SkippableError, "skip"),
    (FatalError, "stop"),
)
DEFAULT_WAIT_S: Final = 1.0
BLOCKED_FOR_S: Final = 900.0
LONGEST_PATIENCE_S: Final = 7 * 24 * 3600.0  # a header that asks for more is a mistake
_SECONDS: Final = re.compile(r"\d{1,15}(?:\.\d{0,9})?", re.ASCII)
EPOCH_FROM_S: Final = 1_000_000_000.0


def recovery_for(error: HeatError) -> Recovery:
    """What the base does about an error of ours."""
    return next(recovery for kind, recovery in BY_ERROR if isinstance(error, kind))


def recovery_of(status: int, own: Mapping[int, Recovery]) -> Recovery:
    """A source's own table first, then the common one; what neither knows cannot succeed."""
    return own.get(status) or BY_STATUS.get(status) or ("retry" if status >= 500 else "skip")


def error_for_status(
    status: int, headers: Mapping[str, str], now: Millis, own: Mapping[int, Recovery]
) -> HeatError:
    """The error that a status other than success stands for."""
    reason = f"HTTP {status}"
    match recovery_of(status, own):
        case "stop":
            return CredentialsError(f"{reason}: our credentials are not accepted")
        case "skip":
            return RefusedError(reason)
        case "throttle":
            wait = patience(headers, now)
            if wait is None and status != 429:
                return UpstreamError(reason, DEFAULT_WAIT_S)
            return ThrottledError(reason, wait)
        case "open-breaker":
            return BlockedError(reason, patience(headers, now) or BLOCKED_FOR_S)
        case "retry":
            return UpstreamError(reason, DEFAULT_WAIT_S)


def error_for_exception(error: Exception) -> HeatError:
    """The error that a failed call stands for. Its text never holds a query."""
    for kind, recovery in BY_EXCEPTION:
        if isinstance(error, kind):
            named = f"{_plain_name(error)}: {str(error) or 'no answer in time'}"
            if recovery == "retry":
                return UnreachableError(named)
            return UnreadableBodyError(named)
    raise error


def _plain_name(error: Exception) -> str:
    return {
        "ConnectError": "unreachable",
        "ConnectTimeout": "unreachable",
        "ReadTimeout": "too slow",
        "RemoteProtocolError": "broken answer",
    }.get(type(error).__name__, type(error).__name__)


def patience(headers: Mapping[str, str], now: Millis) -> float | None:
    """Seconds that the source asks us to wait: Retry-After, else the end of its rate window."""
    asked = retry_after(headers.get("retry-after"), now)
    if asked is not None:
        return asked
    for name in ("x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset"):
        until = _seconds(headers.get(name), now)
        if until is not None:
            # Some count seconds, some tell the second of the epoch.
            wait = until if until < EPOCH_FROM_S else until - now / SECOND_MS
            return min(max(0.0, wait), LONGEST_PATIENCE_S)
    return None


def retry_after(header: str | None, now: Millis) -> float | None:
    """Seconds to wait, a week at most, from seconds or an HTTP date; None when the header says
    nothing usable."""
    told = _seconds(header, now)
    return None if told is None else min(told, LONGEST_PATIENCE_S)


def _seconds(header: str | None, now: Millis) -> float | None:
    """The number in a header, or the seconds until its date; None for neither."""
    if header is None:
        return None
    text = header.strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    try:
        until = millis(parsedate_to_datetime(text))
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0.0, (until - now) / SECOND_MS)
