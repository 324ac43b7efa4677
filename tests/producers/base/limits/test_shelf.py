"""The shelf in Redis: swapped only by whoever saw the newest value, and not long ago."""

from dataclasses import replace

import pytest
import redis.asyncio

from producers.base.limits.shelf import DECISION_MS, Kept, MemoryShelf, RedisShelf, ShelfAwayError
from schemas.clock import MINUTE_MS, now
from tests.producers.base.spender import client_of


async def test_second_of_two_that_saw_the_same_value_is_refused(redis_url: str) -> None:
    async with client_of(redis_url) as client:
        shelves = (RedisShelf(client, "a"), RedisShelf(client, "b"), MemoryShelf())
        for shelf in shelves:
            empty = await shelf.read()
            assert empty.value == b""
            assert await shelf.swap(empty, b"first")
            assert not await shelf.swap(empty, b"second")
            seen = await shelf.read()
            assert seen.value == b"first"
            assert await shelf.swap(seen, b"third")
        assert await client.pttl("a") > 60 * 24 * 60 * MINUTE_MS


async def test_decision_of_a_process_that_was_frozen_is_refused(redis_url: str) -> None:
    async with client_of(redis_url) as client:
        shelf = RedisShelf(client, "a")
        found = await shelf.read()
        assert abs(found.now - now()) < MINUTE_MS
        old = replace(found, now=found.now - DECISION_MS - 1)
        assert not await shelf.swap(old, b"late")
        assert await client.get("a") is None


async def test_redis_that_does_not_answer_is_away() -> None:
    async with client_of("redis://127.0.0.1:1/0") as client:
        await expect_away(client)


async def test_redis_that_refuses_is_away(redis_url: str) -> None:
    async with client_of(redis_url) as client:
        await client.lpush("a", "not a value of ours")
        await expect_away(client)


async def expect_away(client: redis.asyncio.Redis) -> None:
    shelf = RedisShelf(client, "a")
    with pytest.raises(ShelfAwayError):
        await shelf.read()
    with pytest.raises(ShelfAwayError):
        await shelf.swap(Kept(b"", now(), ""), b"x")
