"""What a server told us to say when we ask again: ETag and Last-Modified, by address.

Kept in Redis, so that a restart asks politely too; in memory while Redis is away. Nothing is lost
with them but bandwidth. They are kept only after the mentions of their body are safe in the log.
"""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, Protocol

import httpx
import msgspec
import redis.asyncio
import structlog
from redis.exceptions import RedisError

KEPT_FOR_S: Final = 7 * 24 * 3600
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Validators:
    """The two headers of one body."""

    etag: str | None = None
    last_modified: str | None = None

    @property
    def conditions(self) -> dict[str, str]:
        """The request headers that ask only for what is new."""
        given = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in given.items() if value}


def validators_of(headers: httpx.Headers) -> Validators:
    return Validators(headers.get("etag"), headers.get("last-modified"))


class ValidatorStore(Protocol):
    """Remembers validators by address."""

    async def recall(self, address: str) -> Validators: ...

    async def keep(self, address: str, validators: Validators) -> None: ...


class MemoryValidators:
    """For as long as the process lives."""

    def __init__(self) -> None:
        self._kept: dict[str, Validators] = {}

    async def recall(self, address: str) -> Validators:
        return self._kept.get(address, Validators())

    async def keep(self, address: str, validators: Validators) -> None:
        self._kept[address] = validators


class RedisValidators:
    """In Redis when it is there, and always in memory too. Says once when Redis goes away."""

    def __init__(self, client: redis.asyncio.Redis, namespace: str = "") -> None:
        self._client = client
        self._prefix = f"{namespace or 'live'}:validators:"
        self._memory = MemoryValidators()
        self._away = False

    async def recall(self, address: str) -> Validators:
        try:
            kept = await self._client.get(self._key(address))
        except (RedisError, OSError) as error:
            self._missed(error)
            return await self._memory.recall(address)
        self._away = False
        return msgspec.json.decode(kept, type=Validators) if kept else Validators()

    async def keep(self, address: str, validators: Validators) -> None:
        await self._memory.keep(address, validators)
        try:
            await self._client.set(
                self._key(address), msgspec.json.encode(validators), ex=KEPT_FOR_S
            )
        except (RedisError, OSError) as error:
            self._missed(error)

    def _key(self, address: str) -> str:
        """A digest: an address may hold a key in its query."""
        return self._prefix + blake2b(address.encode(), digest_size=16).hexdigest()

    def _missed(self, error: Exception) -> None:
        if not self._away:
            log.warning("redis away, validators kept in memory", reason=type(error).__name__)
        self._away = True
