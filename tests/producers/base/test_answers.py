"""An answer is judged before it is read; what is odd in it is named, and ends nothing."""

from collections.abc import Iterator

import pytest

from producers.base.answers import mentions_in
from producers.base.body import Body
from producers.base.errors import (
    BlockedError,
    BudgetSpentError,
    RefusedError,
    ThrottledError,
    UnreadableBodyError,
    UpstreamError,
)
from producers.base.recovery import recovery_for
from producers.trades import TradesSource
from schemas.errors import HeatError
from schemas.records import RawMention
from tests.producers.builders import NOON, raw_mention

CHALLENGE = b"<!DOCTYPE html><html><title>Just a moment...</title><body></body></html>"
PAGE = b"<!doctype html><html><title>Not here</title></html>"


class SpentSource(TradesSource):
    """Says with its body that its quota is over, whatever the status."""

    def refusal(self, body: Body) -> HeatError | None:
        spent = b"quotaExceeded" in body.content
        return BudgetSpentError("quotaExceeded", 3600.0) if spent else None


class OddSource(TradesSource):
    """Has a parser that trips over what it did not expect."""

    def parse(self, body: Body) -> Iterator[RawMention]:
        yield raw_mention("first")
        yield raw_mention(body.json()["entries"][0])


@pytest.mark.parametrize(
    ("body", "error", "recovery"),
    [
        (Body(CHALLENGE, NOON, 403), BlockedError, "open-breaker"),
        (Body(CHALLENGE, NOON, 503), BlockedError, "open-breaker"),
        (Body(CHALLENGE, NOON, 200), BlockedError, "open-breaker"),
        (Body(b"", NOON, 202, {"x-amzn-waf-action": "challenge"}), BlockedError, "open-breaker"),
        (Body(CHALLENGE, NOON, 429), ThrottledError, "throttle"),
        (Body(PAGE, NOON, 403), RefusedError, "skip"),
        (Body(PAGE, NOON, 200), UnreadableBodyError, "skip"),
        (Body(b"", NOON, 200), UnreadableBodyError, "skip"),
        (Body(b"", NOON, 503), UpstreamError, "retry"),
        (Body(b'{"reason": "quotaExceeded"}', NOON, 403), BudgetSpentError, "throttle"),
        (Body(b'{"reason": "quotaExceeded"}', NOON, 200), BudgetSpentError, "throttle"),
    ],
)
def test_answer_that_is_none_is_named_with_what_to_do(
    body: Body, error: type[HeatError], recovery: str
) -> None:
    with pytest.raises(error) as refused:
        mentions_in(SpentSource(), body)
    assert recovery_for(refused.value) == recovery


def test_nothing_new_is_no_error() -> None:
    assert mentions_in(TradesSource(), Body(b"", NOON, 304)) == []


@pytest.mark.parametrize("content", [b'{"entries": []}', b"{}", b'{"entries": 7}', b"[]"])
def test_parser_that_trips_names_what_it_tripped_over(content: bytes) -> None:
    with pytest.raises(UnreadableBodyError, match=r"trades cannot read: \w+Error"):
        mentions_in(OddSource(), Body(content, NOON))


def test_tombstone_wins_over_what_it_takes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    alive, gone = raw_mention("a"), raw_mention("a", deleted=True)
    for told in ([alive, gone], [gone, alive], [alive, gone, alive]):
        monkeypatch.setattr(TradesSource, "parse", lambda *_, told=told: iter(told))
        assert mentions_in(TradesSource(), Body(b"x", NOON)) == [gone]
