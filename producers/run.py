"""Runs one source: live and in turn with others of its kind, or apart into a file or to be seen."""

import asyncio
import contextlib
import random
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import redis.asyncio
import structlog
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from producers.base.clock import clock_of
from producers.base.desk import NoLease
from producers.base.errors import BrokerAwayError, DisabledError, NotOurTurnError
from producers.base.first_tick import wait_for_first_tick
from producers.base.health_file import Tell, teller
from producers.base.kept import MemoryAnswers, RedisAnswers
from producers.base.limits.gate import LimitGate, local_gate, shared_gate
from producers.base.limits.rules import rules_of
from producers.base.one_poller import OnePoller
from producers.base.publisher import FilePublisher, KafkaPublisher
from producers.base.reports import PollReport, Who
from producers.base.seen import Seen, seen_in_log
from producers.base.source import Source
from producers.base.standing import Standing, last_health
from producers.config import why_disabled
from producers.halves import Ways, run_halves
from producers.settings import ProducerSettings
from schemas.clock import SECOND_MS, Millis
from schemas.errors import HeatError, SettingsError
from schemas.records import Health

REDIS_PATIENCE_S: Final = 2.0
ONCE_WAITS_S: Final = 20.0
TELL_DISABLED_S: Final = 5.0
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Asked:
    """How a run was asked for."""

    once: bool = False
    limit: int | None = None
    since: Millis | None = None


async def run_live(source: Source, settings: ProducerSettings, asked: Asked) -> PollReport:
    """Publish to Kafka until asked to stop; only what the log does not hold yet. One process of
    a source polls; others stand by. Raises DisabledError, NotOurTurnError with `once`."""
    stopping, clock = stopping_on_signals(), clock_of(settings.producer)
    why, tell = why_disabled(source), teller(settings.health_file, source.name)
    if why is not None:
        tell("disabled", why)
        await asyncio.to_thread(_tell_disabled, source, settings, why, clock.now())
        raise DisabledError(f"{source.name} is disabled: {why}")
    tell("starting", "the first tick")
    await asyncio.to_thread(wait_for_first_tick, settings.kafka, source.name)
    report, lease = PollReport(), OnePoller(settings.kafka, source.name)
    try:
        async with _redis(settings) as client:
            ways = _shared_ways(source, settings, asked, tell, lease, client)
            while await _turn(lease, stopping, asked, tell):
                try:
                    report = await _our_turn(ways, settings, lease, stopping, asked.once)
                except (NotOurTurnError, BrokerAwayError) as lost:
                    if asked.once:
                        raise
                    log.warning("stands by", source=source.name, reason=str(lost))
                    await asyncio.sleep(lost.retry_after)
                else:
                    break
    finally:
        await lease.close()
    return report


def _shared_ways(
    source: Source,
    settings: ProducerSettings,
    asked: Asked,
    tell: Tell,
    lease: OnePoller,
    client: redis.asyncio.Redis,
) -> Ways:
    clock, own = clock_of(settings.producer), settings.producer
    rules = rules_of(source.facts, source.options, clock.speed)
    simulated = clock if own.clock_speed != 1 or own.clock_start is not None else None
    return Ways(
        source,
        own,
        shared_gate(source.name, rules, client, settings.kafka, lease, simulated),
        rules,
        RedisAnswers(client, settings.kafka.namespace),
        lease,
        Seen(),
        tell,
        clock,
        lambda: KafkaPublisher(settings.kafka),
        asked.limit,
        asked.since,
        random.random,
    )


async def _turn(lease: OnePoller, stopping: asyncio.Event, asked: Asked, tell: Tell) -> bool:
    """Wait until it is our turn; False when asked to stop before. Raises NotOurTurnError, once."""
    if asked.once:
        await lease.acquire(ONCE_WAITS_S)
        return not stopping.is_set()
    tell("ok", "stands by until no other process polls it")
    turn = asyncio.create_task(lease.acquire())
    stopped = asyncio.create_task(stopping.wait())
    await asyncio.wait({turn, stopped}, return_when=asyncio.FIRST_COMPLETED)
    if stopping.is_set():
        await lease.close()
        await asyncio.gather(turn, return_exceptions=True)
        return False
    stopped.cancel()
    turn.result()
    return True


async def _our_turn(
    ways: Ways, settings: ProducerSettings, lease: OnePoller, stopping: asyncio.Event, once: bool
) -> PollReport:
    """Go on where whoever polled before stopped."""
    name, moment = ways.source.name, ways.clock.now()
    seen = await asyncio.to_thread(seen_in_log, settings.kafka, name, moment)
    health = await asyncio.to_thread(last_health, settings.kafka, name, moment)
    if isinstance(ways.gate, LimitGate):
        await ways.gate.look()  # what is spent is known before the first poll is planned
    log.info("source started", source=name, already_in_log=len(seen))
    ways.tell("ok", "")
    first_at, left = None, lease.schedule
    if left.polled_at is not None and left.next_poll is not None:
        # What was planned long ahead, when a budget was spent, is looked at again after a restart.
        soon = left.polled_at + round(2 * ways.source.poll_every_s * SECOND_MS)
        first_at = min(left.next_poll, soon)
    return await run_halves(replace(ways, seen=seen), stopping, once, health, first_at)


async def run_apart(
    source: Source, settings: ProducerSettings, asked: Asked, path: Path | None
) -> PollReport:
    """Write what would be published as JSON lines to a file, or to standard output."""
    why = why_disabled(source)
    if why is not None and source.missing():
        raise DisabledError(f"{source.name}: {why}")
    try:
        file = path.open("ab") if path else contextlib.nullcontext(sys.stdout.buffer)
    except OSError as error:
        raise SettingsError(f"--to-file {path}: {error.strerror}") from error
    clock = clock_of(settings.producer)
    rules = rules_of(source.facts, source.options, clock.speed)
    gate = local_gate(source.name, rules, clock)
    tell = teller(settings.health_file, source.name)
    with file as out:
        publisher = FilePublisher(out)
        ways = Ways(
            source, settings.producer, gate, rules, MemoryAnswers(), NoLease(), Seen(), tell,
            clock, lambda: publisher, asked.limit, asked.since, random.random,
        )  # fmt: skip
        return await run_halves(ways, stopping_on_signals(), asked.once, None, None)


def _tell_disabled(source: Source, settings: ProducerSettings, why: str, now: Millis) -> None:
    """So that people see it; a broker that is away hears of it next time."""
    report = PollReport(stop=True, failures=[why])
    standing = Standing(state=report.state, reason=why)
    health: Health = standing.health(report, Who(source.name, source.source_type), now, None)
    with contextlib.suppress(HeatError):
        publisher = KafkaPublisher(settings.kafka, TELL_DISABLED_S)
        publisher.send("ops.health", source.name, health)
        publisher.settle()


@asynccontextmanager
async def _redis(settings: ProducerSettings) -> AsyncIterator[redis.asyncio.Redis]:
    client = redis.asyncio.Redis.from_url(
        settings.redis.url.get_secret_value(),
        socket_timeout=REDIS_PATIENCE_S,
        socket_connect_timeout=REDIS_PATIENCE_S,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        yield client
    finally:
        await client.aclose()


def stopping_on_signals() -> asyncio.Event:
    """An event that SIGTERM and Ctrl-C set."""
    stopping, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    return stopping
