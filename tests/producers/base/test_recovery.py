"""The table of recoveries, row by row."""

import httpx
import pytest

from producers.base.errors import UnreachableError, UnreadableBodyError
from producers.base.recovery import (
    error_for_exception,
    error_for_status,
    patience,
    recovery_of,
    retry_after,
)
from schemas.errors import FatalError, RetriableError, SkippableError
from tests.producers.builders import NOON


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, SkippableError),
        (401, FatalError),
        (403, SkippableError),
        (404, SkippableError),
        (408, RetriableError),
        (418, SkippableError),
        (429, RetriableError),
        (500, RetriableError),
        (503, RetriableError),
        (599, RetriableError),
    ],
)
def test_status_says_whether_to_retry_skip_or_stop(status: int, kind: type[Exception]) -> None:
    assert isinstance(error_for_status(status, {}, NOON, {}), kind)


def test_source_may_read_a_status_in_its_own_way() -> None:
    assert recovery_of(404, {404: "retry"}) == "retry"
    assert recovery_of(404, {403: "stop"}) == "skip"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("0.5", 0.5),
        ("Sun, 01 Mar 2026 12:01:30 GMT", 90.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        (None, None),
        ("\u00b2", None),
        ("1_000", None),
        ("99999999999", 604_800.0),
        ("9" * 400, None),
        ("Sun, 01 Mar 9999 12:00:00 GMT", 604_800.0),
        ("Sun, 01 Mar 2026 12:00:00 +9999999999999", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOON) == seconds


@pytest.mark.parametrize(
    ("reset", "seconds"),
    [("30", 30.0), (str(NOON // 1000 + 90), 90.0), ("\u00b2", None), ("9" * 15, 604_800.0)],
)
def test_end_of_a_rate_window_is_seconds_or_a_moment(reset: str, seconds: float | None) -> None:
    assert patience({"x-ratelimit-reset": reset}, NOON) == seconds


def test_exceptions_are_classed_too() -> None:
    assert isinstance(error_for_exception(httpx.ConnectError("no route")), UnreachableError)
    assert isinstance(error_for_exception(httpx.ReadTimeout("")), UnreachableError)
    assert isinstance(error_for_exception(httpx.DecodingError("gzip")), UnreadableBodyError)


def test_error_of_ours_is_not_taken_for_the_sources() -> None:
    with pytest.raises(KeyError):
        error_for_exception(KeyError("bug"))
