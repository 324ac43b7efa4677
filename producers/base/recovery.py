"""What to do about an answer or its absence, as one table: try again, skip, or stop."""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Final, Literal

import httpx

from producers.base.errors import (
    CredentialsError,
    RefusedError,
    ThrottledError,
    UnreachableError,
    UnreadableBodyError,
    UpstreamError,
)
from schemas.clock import SECOND_MS, Millis, millis
from schemas.errors import HeatError

Recovery = Literal["retry", "throttle", "skip", "stop"]

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
)
DEFAULT_WAIT_S: Final = 1.0


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
            wait = retry_after(headers.get("retry-after"), now)
            kind = ThrottledError if status == 429 or wait is not None else UpstreamError
            return kind(reason, wait if wait is not None else DEFAULT_WAIT_S)
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


def retry_after(header: str | None, now: Millis) -> float | None:
    """Seconds to wait, from seconds or an HTTP date; None when the header says nothing usable."""
    if header is None:
        return None
    text = header.strip()
    if text.replace(".", "", 1).isdigit():
        return float(text)
    try:
        until = millis(parsedate_to_datetime(text))
    except (ValueError, TypeError):
        return None
    return max(0.0, (until - now) / SECOND_MS)
