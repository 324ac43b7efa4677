"""Where the limits of a source are kept: one value in Redis, swapped only if nobody else did.

The decision is made by the same pure functions here as without Redis, so Lua does nothing but the
swap: it refuses when the value is not the one that was decided by, or when the decision is old.
"""

from dataclasses import dataclass
from typing import Final, Protocol, cast

import redis.asyncio
from redis.exceptions import RedisError

from schemas.clock import DAY_MS, SECOND_MS, Millis, Now, now

KEPT_MS: Final = 70 * DAY_MS  # longer than any window
DECISION_MS: Final = 5 * SECOND_MS  # a process frozen for longer must decide again
SWAP: Final = """
local time = redis.call('TIME')
if time[1] * 1000 + time[2] / 1000 - ARGV[3] > tonumber(ARGV[4]) then return 0 end
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[5])
return 1
"""


class ShelfAwayError(Exception):
    """Redis did not answer. Caught by the gate, which goes on by itself."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was found: the value, empty for none, when, and in which run of Redis."""

    value: bytes
    now: Millis
    instance: str


class Shelf(Protocol):
    """Keeps one value that several processes change."""

    async def read(self) -> Kept: ...

    async def swap(self, found: Kept, value: bytes) -> bool:
        """Put `value` in the place of what was found; False when that is not there any more."""
        ...


class MemoryShelf:
    """Of one process, for as long as it lives."""

    def __init__(self, clock: Now = now) -> None:
        self._value = b""
        self._clock = clock

    async def read(self) -> Kept:
        return Kept(self._value, self._clock(), "memory")

    async def swap(self, found: Kept, value: bytes) -> bool:
        if self._value != found.value:
            return False
        self._value = value
        return True


class RedisShelf:
    """In Redis, by its clock, so that machines whose clocks differ agree."""

    def __init__(self, client: redis.asyncio.Redis, key: str) -> None:
        self._client = client
        self._key = key

    async def read(self) -> Kept:
        try:
            async with self._client.pipeline(transaction=False) as asked:
                asked.time()
                asked.get(self._key)
                asked.info("server")
                (seconds, micros), value, server = await asked.execute()
        except (RedisError, OSError) as error:
            raise ShelfAwayError(type(error).__name__) from error
        return Kept(value or b"", seconds * 1000 + micros // 1000, server["run_id"])

    async def swap(self, found: Kept, value: bytes) -> bool:
        arguments = (found.value, value, str(found.now), str(DECISION_MS), str(KEPT_MS))
        try:
            # The client's types say that it may answer at once; over asyncio it never does.
            done = await cast("object", self._client.eval(SWAP, 1, self._key, *arguments))  # type: ignore[misc]
        except (RedisError, OSError) as error:
            raise ShelfAwayError(type(error).__name__) from error
        return bool(done)
