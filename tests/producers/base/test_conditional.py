"""Validators: in Redis while it is there, in memory when it is not, never an error."""

import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from producers.base.conditional import RedisValidators, Validators

SEEN = Validators(etag='"1"', last_modified="Sun, 01 Mar 2026 12:00:00 GMT")


def test_conditions_are_the_headers_of_what_is_known() -> None:
    assert Validators().conditions == {}
    assert Validators(etag='"1"').conditions == {"If-None-Match": '"1"'}
    assert set(SEEN.conditions) == {"If-None-Match", "If-Modified-Since"}


async def test_restart_finds_validators_in_redis_and_no_address(redis_url: str) -> None:
    async with redis.asyncio.Redis.from_url(redis_url) as client:
        await RedisValidators(client).keep("https://x/?key=secret", SEEN)
        assert await RedisValidators(client).recall("https://x/?key=secret") == SEEN
        assert (
            await RedisValidators(client, "other").recall("https://x/?key=secret") == Validators()
        )
        keys = await client.keys("*")
    assert not any(b"secret" in key for key in keys)


async def test_redis_that_vanishes_costs_nothing_but_a_warning() -> None:
    client = redis.asyncio.Redis.from_url("redis://127.0.0.1:1/0", retry=Retry(NoBackoff(), 0))
    validators = RedisValidators(client)
    await validators.keep("a", SEEN)
    assert await validators.recall("a") == SEEN
    assert await validators.recall("b") == Validators()
    await client.aclose()
