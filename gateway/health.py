"""Whether the gateway can do its work now: asked of the broker at the time of the question.

Every dependency is named with its state. What the gateway needs and does not have makes it `down`;
what only serves others makes it `degraded`. The answer comes within two seconds, whatever hangs.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

from confluent_kafka import IsolationLevel, KafkaException, TopicPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # not in its __all__
    AdminClient,
    OffsetSpec,
)

from gateway.sequencer import Sequencer
from gateway.settings import GatewaySettings
from gateway.tail import Tail
from schemas.broker import confluent_options
from schemas.topics import qualified

ASK_S = 1.4
ANSWER_S = 1.8
SILENT_S = 30.0  # A loop that has not turned for so long is stuck.

State = Literal["ok", "degraded", "down", "starting"]


@dataclass(frozen=True, slots=True)
class Finding:
    """The state of one dependency, and what is wrong with it."""

    name: str
    state: State
    detail: str = ""
    needed: bool = True

    def told(self) -> dict[str, Any]:
        return {"state": self.state, "needed": self.needed, "detail": self.detail}


def verdict(findings: list[Finding]) -> State:
    """The state of the whole. Pure."""
    needed = {finding.state for finding in findings if finding.needed}
    if "down" in needed:
        return "down"
    if "starting" in needed:
        return "starting"
    return "ok" if all(finding.state == "ok" for finding in findings) else "degraded"


class Examiner:
    """Asks the dependencies, one examination at a time."""

    def __init__(
        self,
        settings: GatewaySettings,
        sequencer: Sequencer,
        tail: Tail,
        ready: Callable[[], bool],
    ) -> None:
        self._settings = settings
        self._sequencer, self._tail, self._ready = sequencer, tail, ready
        self._admin: Any = None
        self._redis_library: Any = None
        self._running: asyncio.Task[list[Finding]] | None = None

    async def examine(self) -> list[Finding]:
        """The findings of now; who asks while an examination runs gets its result."""
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._ask())
        return await asyncio.shield(self._running)

    async def _ask(self) -> list[Finding]:
        (kafka, end), redis_finding = await asyncio.gather(self._kafka(), self._redis())
        findings = [kafka, self._feed(end), self._sequencing()]
        return findings if redis_finding is None else [*findings, redis_finding]

    async def _kafka(self) -> tuple[Finding, int | None]:
        try:
            async with asyncio.timeout(ANSWER_S):
                end = await asyncio.to_thread(self._end_of_feed)
        except TimeoutError:
            reason = f"no answer within {ASK_S:g} s"
        except KafkaException as failure:
            reason = failure.args[0].str()
        else:
            return Finding("kafka", "ok"), end
        # A client keeps the leader epochs it learnt and may be refused with them for good.
        self._admin = None
        return Finding("kafka", "down", reason), None

    def _end_of_feed(self) -> int:
        """The end of what is committed: a question that only a live leader can answer."""
        admin = self._admin
        if admin is None:
            quiet = {"log_level": 0, "socket.timeout.ms": 1500}
            admin = AdminClient({**confluent_options(self._settings.kafka), **quiet})
            self._admin = admin
        feed = TopicPartition(qualified(self._settings.kafka.namespace, "feed"), 0)
        asked = admin.list_offsets(
            {feed: OffsetSpec.latest()},  # type: ignore[no-untyped-call]
            isolation_level=IsolationLevel.READ_COMMITTED,
            request_timeout=ASK_S,
        )
        return int(asked[feed].result(ASK_S).offset)

    def _feed(self, end: int | None) -> Finding:
        tail = self._tail
        if tail.trouble is not None:
            return Finding("feed", "down" if self._ready() else "starting", tail.trouble)
        silent = time.monotonic() - tail.turned_at
        if silent > SILENT_S:
            return Finding("feed", "down", f"nothing was read for {silent:.0f} s")
        lag = 0 if end is None or tail.position is None else max(0, end - tail.position)
        if not self._ready():
            return Finding("feed", "starting", f"{lag} events to read")
        if lag and silent > 5:
            return Finding("feed", "down", f"{lag} events behind and not reading")
        return Finding("feed", "ok")

    def _sequencing(self) -> Finding:
        trouble = self._sequencer.trouble
        silent = time.monotonic() - self._sequencer.turned_at
        if not self._sequencer.is_alive():
            return Finding("sequencer", "down", "its thread ended")
        if trouble is not None:
            return Finding("sequencer", "down" if self._sequencer.joined else "starting", trouble)
        if silent > SILENT_S:
            return Finding("sequencer", "down", f"no turn for {silent:.0f} s")
        return Finding("sequencer", "ok")

    async def _redis(self) -> Finding | None:
        if self._settings.redis is None:
            return None
        if self._redis_library is None:
            # Half a second of importing, once: not before the first answer, nor in the way of any.
            self._redis_library = await asyncio.to_thread(import_module, "redis.asyncio")
        client_library = self._redis_library
        address = self._settings.redis.url.get_secret_value()
        try:
            async with asyncio.timeout(ASK_S):
                client = client_library.from_url(address)
                try:
                    await client.ping()
                finally:
                    await client.aclose()
        except (client_library.RedisError, OSError, ValueError, TimeoutError) as failure:
            # The address may hold a password, and the message the address.
            return Finding("redis", "down", type(failure).__name__, needed=False)
        return Finding("redis", "ok", needed=False)
