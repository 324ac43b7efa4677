"""The lease of a source on a real broker: one holds it, one takes over, a frozen one knows."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from producers.base.errors import LogError, NotOurTurnError
from producers.base.lease import Schedule, schedule_of
from producers.base.one_poller import OnePoller
from schemas.settings import KafkaSection
from tests.producers.builders import NOON
from tests.producers.conftest import Log

SESSION_S = 6.0  # the shortest that a broker accepts
JOIN_S = 20.0


async def test_one_polls_another_stands_by_and_goes_on_where_the_first_stopped(log: Log) -> None:
    first = OnePoller(log.kafka, "trades")
    await first.acquire(JOIN_S)
    second = OnePoller(log.kafka, "trades")
    try:
        await first.remember(polled_at=NOON, next_poll=NOON + 300_000)
        with pytest.raises(NotOurTurnError, match="another process polls trades"):
            await second.acquire(within_s=JOIN_S)
        assert second.stands_by
        assert (first.held(), second.held()) == (True, False)
        await first.close()
        assert not first.held()
        await asyncio.wait_for(second.acquire(), JOIN_S)
        left = second.schedule
        assert (left.polled_at, left.next_poll) == (NOON, NOON + 300_000)
        assert left.fence > first.fence > 0
    finally:
        await first.close()
        await second.close()


async def test_poller_that_was_frozen_past_its_session_finds_that_it_is_not_its_turn(
    log: Log,
) -> None:
    with holder(log.kafka, "trades") as frozen:
        assert frozen.stdin
        assert frozen.stdout
        ask(frozen)
        assert frozen.stdout.readline() == "True\n"
        frozen.send_signal(signal.SIGSTOP)
        successor = OnePoller(log.kafka, "trades", SESSION_S)
        try:
            await successor.acquire(JOIN_S)
            ask(frozen)  # the first thing that it reads when it wakes
            frozen.send_signal(signal.SIGCONT)
            assert frozen.stdout.readline() == "False\n"
            assert successor.held()
        finally:
            await successor.close()


async def test_sources_have_leases_of_their_own_and_a_missing_topic_is_named(log: Log) -> None:
    elsewhere = KafkaSection(bootstrap=log.kafka.bootstrap, namespace="nowhere-made")
    lost = OnePoller(elsewhere, "trades")
    pollers = [OnePoller(log.kafka, source) for source in ("reddit", "newsapi")]
    try:
        for poller in pollers:
            await poller.acquire(JOIN_S)
        assert all(poller.held() for poller in pollers)
        assert [poller.schedule.polled_at for poller in pollers] == [None, None]
        with pytest.raises(LogError, match="heat topics apply"):
            await lost.acquire(JOIN_S)
    finally:
        for poller in (*pollers, lost):
            await poller.close()


def test_what_a_stranger_committed_is_no_schedule() -> None:
    assert schedule_of("not ours") == schedule_of("") == schedule_of(None) == Schedule()


def ask(holder: "subprocess.Popen[str]") -> None:
    assert holder.stdin
    holder.stdin.write("\n")
    holder.stdin.flush()


@contextmanager
def holder(kafka: KafkaSection, source: str) -> Iterator["subprocess.Popen[str]"]:
    """A process of its own that has the lease."""
    command = [sys.executable, "-m", "tests.producers.base.lease_holder"]
    arguments = [kafka.bootstrap, kafka.namespace, source, str(SESSION_S)]
    with subprocess.Popen(
        [*command, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        try:
            assert child.stdout
            assert child.stdout.readline() == "mine\n"
            yield child
        finally:
            child.kill()
