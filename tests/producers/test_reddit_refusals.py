"""What happens when Reddit, the network or our own gate refuses, with the real PRAW between."""

import json
from collections.abc import Iterator

import pytest
from prawcore.sessions import FiniteRetryStrategy

from producers.base.errors import (
    BudgetSpentError,
    CredentialsError,
    RefusedError,
    ThrottledError,
    UnreachableError,
    UpstreamError,
)
from producers.reddit.source import RedditSource
from schemas.clock import HOUR_MS, MINUTE_MS, Millis
from schemas.errors import HeatError
from schemas.settings import KeysSection
from tests.producers.builders import NOON
from tests.producers.reddit_server import (
    API,
    KEYS,
    TOKEN_PATH,
    Answer,
    FakeReddit,
    listing,
    polled,
    post,
    reddit,
    session_to,
    source,
)

NEW = f"{API}/r/movies/new"
UNAUTHORIZED = b'{"message": "Unauthorized", "error": 401}'


@pytest.fixture
def fake() -> Iterator[FakeReddit]:
    with reddit() as made:
        yield made


@pytest.fixture(autouse=True)
def tried_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """prawcore pauses for some seconds before it tries again."""
    monkeypatch.setattr(FiniteRetryStrategy, "_sleep_seconds", lambda self: None)


def until_error(
    one: RedditSource, fake: FakeReddit, moment: Millis = NOON
) -> tuple[list[str], HeatError]:
    """What came before the error, and the error."""
    told: list[str] = []
    with session_to(fake.address) as session, pytest.raises(HeatError) as raised:
        told.extend(mention.native_id for mention in one.collect(session, moment))
    return told, raised.value


def test_subreddit_that_refuses_us_is_left_out_and_told_and_the_others_are_read(
    fake: FakeReddit,
) -> None:
    private = (403, {}, json.dumps({"reason": "private", "message": "Forbidden", "error": 403}))
    closed = (private[0], private[1], private[2].encode())
    fake.says(f"{API}/r/movies+kpop/new", closed)
    fake.says(f"{API}/r/kpop/new", closed)
    fake.says(f"{API}/r/movies/new", listing(post(1)))
    one = source()
    told, error = until_error(one, fake)
    assert told == ["t3_000001"]
    assert isinstance(error, RefusedError)
    assert str(error) == "r/kpop is left out: HTTP 403: private"
    until_error(one, fake, NOON + MINUTE_MS)
    assert fake.count("/r/movies+kpop/new") == 1
    until_error(one, fake, NOON + 2 * HOUR_MS)
    assert fake.count("/r/movies+kpop/new") == 2


def test_token_that_is_no_longer_accepted_is_renewed(fake: FakeReddit) -> None:
    stale = (401, {}, b'{"message": "Unauthorized", "error": 401}')
    fake.says(f"{API}/r/movies+kpop/new", stale, (200, {}, listing(post(1))))
    assert len(polled(source(), fake)) == 1
    assert fake.count("access_token") == 2


@pytest.mark.parametrize(
    ("place", "answer", "kind", "wait"),
    [
        (TOKEN_PATH, (401, {}, UNAUTHORIZED), CredentialsError, None),
        (TOKEN_PATH, (200, {}, b'{"error": "invalid_grant"}'), CredentialsError, None),
        (TOKEN_PATH, (429, {}, b'{"message": "Too Many Requests"}'), ThrottledError, 60),
        (NEW, (401, {}, UNAUTHORIZED), CredentialsError, None),
        (NEW, (429, {"retry-after": "4"}, b"<html>slow down</html>"), ThrottledError, 4),
        (NEW, (429, {"x-ratelimit-reset": "33"}, b""), ThrottledError, 33),
        (NEW, (400, {}, b'{"message": "Bad Request", "error": 400}'), RefusedError, None),
        (NEW, (302, {"location": f"https://{API}/subreddits/search"}, b""), RefusedError, None),
    ],
)
def test_refusal_is_named(
    fake: FakeReddit, place: str, answer: Answer, kind: type[HeatError], wait: float | None
) -> None:
    fake.says(place, answer)
    told, error = until_error(source(subreddits=("movies",)), fake)
    assert told == []
    assert type(error) is kind
    assert wait is None or getattr(error, "retry_after", None) == wait
    assert "invented-secret" not in str(error)


def test_listing_that_cannot_be_read_is_told_and_the_next_one_is_asked(fake: FakeReddit) -> None:
    fake.says(f"{API}/r/movies+kpop/new", b'{"kind": "Listing", "data": {"chil')
    fake.says(f"{API}/r/movies+kpop/rising", listing(post(7)))
    told, error = until_error(source(listings=("new", "rising")), fake)
    assert told == ["t3_000007"]
    assert "r/movies+kpop/new: not JSON" in str(error)


def test_reddit_that_fails_is_tried_thrice_and_then_named(fake: FakeReddit) -> None:
    fake.says(f"{API}/r/movies+kpop/new", (503, {}, b""))
    _, error = until_error(source(), fake)
    assert isinstance(error, UpstreamError)
    assert fake.count("/new") == 3


def test_rate_headers_do_not_put_prawcore_to_sleep(
    fake: FakeReddit, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("prawcore.rate_limit.time.sleep", waited.append)
    spent = {"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "580"}
    fake.says(f"{API}/r/movies+kpop/new", (200, spent, listing(post(1))))
    fake.says(f"{API}/r/movies+kpop/rising", (200, spent, listing(post(2))))
    assert len(polled(source(listings=("new", "rising")), fake)) == 2
    assert waited == []


@pytest.mark.parametrize("keys", [KEYS, KeysSection()])
def test_refusal_of_the_gate_passes_through_the_library(
    fake: FakeReddit, keys: KeysSection
) -> None:
    def refuse(url: str) -> None:
        raise BudgetSpentError("requests are used up", 90.0)

    with session_to(fake.address, refuse) as session, pytest.raises(BudgetSpentError) as raised:
        list(source(keys).collect(session, NOON))
    assert raised.value.retry_after == 90.0
    assert fake.asked == []


@pytest.mark.parametrize("keys", [KEYS, KeysSection()])
def test_reddit_out_of_reach_is_named_without_an_address(keys: KeysSection) -> None:
    with reddit() as gone:
        address = gone.address
    with session_to(address) as session, pytest.raises(UnreachableError) as raised:
        list(source(keys).collect(session, NOON))
    assert str(raised.value) == "unreachable: ConnectionError"


def test_feed_that_is_refused_is_named(fake: FakeReddit) -> None:
    page = b"<!doctype html><html><body>whoa there, pardner!</body></html>"
    fake.says("www.reddit.com/r/movies+kpop/new.rss", (429, {"retry-after": "7"}, page))
    _, error = until_error(source(KeysSection()), fake)
    assert isinstance(error, ThrottledError)
    assert error.retry_after == 7
