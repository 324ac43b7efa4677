"""Answers that are kept: to ask politely, to be spared a question, to have something when a source
is away.

One for each label of a source, in Redis so that a restart knows it too, and in bounded memory
while Redis is away. Nothing is lost with them but bandwidth. An answer is kept only after its
mentions are safe in the log. Not hishel: it stores an answer before anyone has read it, knows no
stale answer after an error, and its Redis storage needs Redis 7.
"""

import zlib
from collections import OrderedDict
from hashlib import blake2b
from typing import Final, Protocol

import httpx
import msgspec
import redis.asyncio
import structlog
from redis.exceptions import RedisError

from producers.base.body import Body
from producers.base.source import Ask
from schemas.clock import Millis

KEPT_FOR_S: Final = 7 * 24 * 3600
MOST_BYTES: Final = 32 * 1024 * 1024
# What a body needs to be read again as it was.
KEPT_HEADERS: Final = ("content-type", "content-language", "date", "last-modified")
log = structlog.get_logger()


class Validators(msgspec.Struct, frozen=True):
    """What the server told us to say when we ask again."""

    etag: str | None = None
    last_modified: str | None = None

    @property
    def conditions(self) -> dict[str, str]:
        """The request headers that ask only for what is new."""
        given = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in given.items() if value}


def validators_of(headers: httpx.Headers) -> Validators:
    return Validators(headers.get("etag"), headers.get("last-modified"))


class KeptAnswer(msgspec.Struct, frozen=True):
    """The newest good answer to a question. `question` tells whether it was this very one."""

    question: str
    at: Millis
    checked_at: Millis  # when the source last said that it still holds
    validators: Validators
    headers: dict[str, str]
    packed: bytes

    def body(self, label: str) -> Body:
        return Body(zlib.decompress(self.packed), self.at, 200, self.headers, label)


def kept_answer(ask: Ask, body: Body, validators: Validators) -> KeptAnswer:
    headers = {name: body.headers[name] for name in KEPT_HEADERS if name in body.headers}
    packed = zlib.compress(body.content, 6)
    return KeptAnswer(
        question_of(ask), body.fetched_at, body.fetched_at, validators, headers, packed
    )


def question_of(ask: Ask) -> str:
    """A digest, since an address may hold a key in its query."""
    asked = (ask.request.method, str(ask.request.url), bytes(ask.request.content).hex())
    return blake2b("\x1f".join(asked).encode(), digest_size=16).hexdigest()


def place_of(source: str, ask: Ask, page: int = 1) -> str:
    """Where the answer is kept: by label, for its query may change from poll to poll."""
    if not ask.label:
        return f"{source}:{question_of(ask)}"
    url = ask.request.url
    told = f"{ask.request.method} {url.host}{url.path} {ask.label} {page}"
    return f"{source}:{blake2b(told.encode(), digest_size=16).hexdigest()}"


class AnswerStore(Protocol):
    """Remembers answers by place."""

    async def recall(self, place: str) -> KeptAnswer | None: ...

    async def keep(self, place: str, answer: KeptAnswer) -> None: ...


class MemoryAnswers:
    """For as long as the process lives; beyond its bytes the oldest are forgotten."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._kept: OrderedDict[str, KeptAnswer] = OrderedDict()
        self._most = most_bytes
        self._bytes = 0

    async def recall(self, place: str) -> KeptAnswer | None:
        return self._kept.get(place)

    async def keep(self, place: str, answer: KeptAnswer) -> None:
        before = self._kept.pop(place, None)
        self._kept[place] = answer
        self._bytes += len(answer.packed) - (len(before.packed) if before else 0)
        while self._bytes > self._most:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= len(oldest.packed)


class RedisAnswers:
    """In Redis when it is there, and always in memory too. Says once when Redis goes away."""

    def __init__(self, client: redis.asyncio.Redis, namespace: str = "") -> None:
        self._client = client
        self._prefix = f"{namespace or 'live'}:answers:"
        self._memory = MemoryAnswers()
        self._away = False

    async def recall(self, place: str) -> KeptAnswer | None:
        ours = await self._memory.recall(place)
        try:
            kept = await self._client.get(self._prefix + place)
        except (RedisError, OSError) as error:
            self._missed(error)
            return ours
        self._away = False
        try:
            theirs = _unpacked(kept)
        except msgspec.DecodeError:
            theirs = None  # written by another version of us
        return max((a for a in (ours, theirs) if a), key=lambda a: a.checked_at, default=None)

    async def keep(self, place: str, answer: KeptAnswer) -> None:
        await self._memory.keep(place, answer)
        try:
            packed = msgspec.msgpack.encode(answer)
            await self._client.set(self._prefix + place, packed, ex=KEPT_FOR_S)
        except (RedisError, OSError) as error:
            self._missed(error)

    def _missed(self, error: Exception) -> None:
        if not self._away:
            log.warning("redis away, answers kept in memory", reason=type(error).__name__)
        self._away = True


def _unpacked(kept: bytes | str | None) -> KeptAnswer | None:
    if not isinstance(kept, bytes):
        return None
    return msgspec.msgpack.decode(kept, type=KeptAnswer)
