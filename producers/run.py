"""Joins the parts of a polled source for one run: live, into a file, or only shown."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import redis.asyncio
import structlog
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from producers.base.conditional import MemoryValidators, RedisValidators, ValidatorStore
from producers.base.fetch import Fetcher
from producers.base.first_tick import wait_for_first_tick
from producers.base.health_file import Tell, teller
from producers.base.poll import Poller, run
from producers.base.publisher import FilePublisher, KafkaPublisher, Publisher
from producers.base.reports import PollReport
from producers.base.seen import Seen, seen_in_log
from producers.base.source import PolledSource
from producers.settings import ProducerSettings
from producers.sources import source_named
from schemas.clock import now
from schemas.errors import SettingsError

REDIS_PATIENCE_S = 2.0
log = structlog.get_logger()


def polled(name: str, settings: ProducerSettings) -> PolledSource:
    """The polled source of this name. Raises SettingsError for any other."""
    source = source_named(name)(keys=settings.keys)
    if not isinstance(source, PolledSource):
        raise SettingsError(f"{name} is not polled")
    return source


async def run_live(
    source: PolledSource, settings: ProducerSettings, once: bool, limit: int | None
) -> PollReport:
    """Publish to Kafka until asked to stop; only what the log does not hold yet."""
    tell = teller(settings.health_file, source.name)
    tell("starting", "the first tick")
    await asyncio.to_thread(wait_for_first_tick, settings.kafka, source.name)
    seen = await asyncio.to_thread(seen_in_log, settings.kafka, source.name, now())
    log.info("source started", source=source.name, already_in_log=len(seen))
    tell("ok", "")
    publisher = KafkaPublisher(settings.kafka)
    async with _validators(settings) as validators:
        return await _run(source, settings, publisher, validators, seen, tell, once, limit)


async def run_apart(
    source: PolledSource,
    settings: ProducerSettings,
    path: Path | None,
    once: bool,
    limit: int | None,
) -> PollReport:
    """Write what would be published as JSON lines to a file, or to standard output."""
    try:
        file = path.open("ab") if path else contextlib.nullcontext(sys.stdout.buffer)
    except OSError as error:
        raise SettingsError(f"--to-file {path}: {error.strerror}") from error
    with file as out:
        publisher, tell = FilePublisher(out), teller(settings.health_file, source.name)
        validators = MemoryValidators()
        return await _run(source, settings, publisher, validators, Seen(), tell, once, limit)


async def _run(
    source: PolledSource,
    settings: ProducerSettings,
    publisher: Publisher,
    validators: ValidatorStore,
    seen: Seen,
    tell: Tell,
    once: bool,
    limit: int | None,
) -> PollReport:
    fetcher = Fetcher(settings.producer.user_agent)
    poller = Poller(source, fetcher, publisher, validators, seen, limit, tell_health=tell)
    try:
        return await run(poller, stopping_on_signals(), once)
    finally:
        await fetcher.close()


@asynccontextmanager
async def _validators(settings: ProducerSettings) -> AsyncIterator[RedisValidators]:
    client = redis.asyncio.Redis.from_url(
        settings.redis.url.get_secret_value(),
        socket_timeout=REDIS_PATIENCE_S,
        socket_connect_timeout=REDIS_PATIENCE_S,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        yield RedisValidators(client, settings.kafka.namespace)
    finally:
        await client.aclose()


def stopping_on_signals() -> asyncio.Event:
    """An event that SIGTERM and Ctrl-C set."""
    stopping, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    return stopping
