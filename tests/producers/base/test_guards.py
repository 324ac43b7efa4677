"""Where we may be sent: redirects, addresses out of somebody's text, and the one upstream."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from producers.base.attempt import Attempt
from producers.base.errors import RefusedError, UnreadableBodyError
from producers.base.fetch import Fetcher
from producers.base.kept import Validators
from producers.base.redirects import is_internal, refused_redirect
from producers.base.source import Ask
from producers.base.upstream import rerouted
from tests.producers.upstream import Reply, serving


@pytest.mark.parametrize(
    ("asked", "next_", "headers", "why"),
    [
        ("https://a.example/", "https://b.example/", (), None),
        ("http://a.example/", "https://a.example/", (), None),
        ("https://a.example/", "http://a.example/", (), "from https to http"),
        ("https://a.example/", "ftp://a.example/", (), "scheme 'ftp'"),
        ("https://a.example/", "https://169.254.169.254/latest", (), "private network"),
        ("https://a.example/", "https://[::1]/", (), "private network"),
        ("https://a.example/", "https://redis.internal/", (), "private network"),
        ("https://a.example/", "https://a.example/next", ("X-Api-Key",), None),
        ("https://a.example/", "https://b.example/", ("X-Api-Key",), "with a key"),
        ("http://127.0.0.1:1/", "http://127.0.0.1:2/", (), None),
    ],
)
def test_redirect_is_followed_or_refused(
    asked: str, next_: str, headers: tuple[str, ...], why: str | None
) -> None:
    refused = refused_redirect(asked, next_, headers)
    assert refused is None if why is None else (why in (refused or ""))


@pytest.mark.parametrize(
    "host", ["localhost", "10.0.0.1", "::ffff:10.0.0.1", "db.local", "100.64.0.1"]
)
def test_hosts_of_our_own_are_known_by_name(host: str) -> None:
    assert is_internal(host)
    assert not is_internal("a.example")
    assert not is_internal("9.9.9.9")


class Asking:
    def __init__(self, upstream: str | None = None) -> None:
        self.attempts: list[Attempt] = []
        self.fetcher = Fetcher("heat-test/1", upstream)

    async def get(self, url: str, from_text: bool = False, **headers: str) -> bytes:
        ask = Ask(httpx.Request("GET", url, headers=headers), from_text=from_text)
        answer = await self.fetcher.fetch(ask, Validators(), self.attempts.append)
        return answer.body.content if answer.body else b""


@pytest_asyncio.fixture
async def asking() -> AsyncIterator[Asking]:
    made = Asking()
    yield made
    await made.fetcher.close()


async def test_source_cannot_send_us_into_our_own_network(asking: Asking) -> None:
    with serving(secret=[Reply(200, b"secret")]) as inside:
        there = inside.url("/secret").replace("127.0.0.1", "localhost")
        with serving(feed=[Reply(302, headers={"Location": there})]) as upstream:
            with pytest.raises(RefusedError, match="private network"):
                await asking.get(upstream.url("/feed"))
            assert len(upstream.asked) == 1
        assert inside.asked == []


async def test_address_out_of_a_text_reaches_nothing_private(asking: Asking) -> None:
    with serving(page=[Reply(200, b"secret")]) as inside:
        for url in (inside.url("/page"), inside.url("/page").replace("127.0.0.1", "localhost")):
            with pytest.raises(UnreadableBodyError, match=r"not globally reachable"):
                await asking.get(url, from_text=True)
        assert inside.asked == []
    assert {attempt.operation for attempt in asking.attempts} == {"failed"}


@pytest.mark.parametrize(
    ("url", "there"),
    [
        ("https://a.example/x/y?q=1&r=%20", "http://127.0.0.1:7/up/a.example/x/y?q=1&r=%20"),
        ("https://a.example", "http://127.0.0.1:7/up/a.example/"),
        ("https://user:key@a.example:8443/x", "http://127.0.0.1:7/up/a.example:8443/x"),
    ],
)
def test_upstream_stands_for_every_host(url: str, there: str) -> None:
    assert rerouted(url, "http://127.0.0.1:7/up/") == there
    assert rerouted(url, None) == url


async def test_all_requests_go_to_the_upstream_and_are_told_by_their_own_address() -> None:
    with serving(**{"a.example/feed": [Reply(302, headers={"Location": "/new"})],
                    "a.example/new": [Reply(200, b"hello")]}) as upstream:  # fmt: skip
        asking = Asking(upstream.address)
        assert await asking.get("https://a.example/feed?key=secret", from_text=True) == b"hello"
        await asking.fetcher.close()
    assert [path for path, _ in upstream.asked] == ["/a.example/feed?key=secret", "/a.example/new"]
    assert asking.attempts[0].address == "a.example/feed"
