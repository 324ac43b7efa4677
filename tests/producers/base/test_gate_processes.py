"""Promise 12: any number of processes, some of them killed, never exceed a budget; nor does one
whose Redis is killed and comes back empty."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis.exceptions import RedisError

from deploy.local import ports
from deploy.local.redis import answers, server
from producers.base.errors import BudgetSpentError, NotOurTurnError
from producers.base.facts import Ceiling
from producers.base.limits import view
from producers.base.limits.gate import LimitGate, shared_gate
from producers.base.limits.pledges import NoLog
from producers.base.limits.rules import Rules
from producers.base.limits.shelf import RedisShelf
from producers.base.reading import LogReader
from schemas.records import Budget
from tests.producers.base.spender import RULES, client_of, gate_at
from tests.producers.base.worlds import MyTurn
from tests.producers.conftest import Log

CEILING = RULES.ceilings[0].amount
ONE = {"calls": 1.0}
SPENDERS, KILLED, WITHIN_S = 6, 3, 60.0


async def test_many_processes_of_which_some_are_killed_never_exceed_a_budget(
    redis_url: str, tmp_path: Path
) -> None:
    calls = tmp_path / "calls"
    calls.touch()
    assert spent_by_processes(redis_url, calls) == [-9] * KILLED + [0] * (SPENDERS - KILLED)
    made = calls.stat().st_size
    assert CEILING - KILLED <= made <= CEILING
    async with client_of(redis_url) as client:
        gate = gate_at(client)
        with pytest.raises(BudgetSpentError):
            await gate.admit(ONE)
        (budget,) = gate.state()
    assert (budget.settled + budget.reserved, budget.state) == (CEILING, "exhausted")


def spent_by_processes(url: str, calls: Path) -> list[int]:
    """How each spender ended; the first ones are killed in the middle of their work."""
    command = [sys.executable, "-m", "tests.producers.base.spender", url, str(calls)]
    with subprocess.Popen(
        [*command, str(SPENDERS)], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as parent:
        try:
            assert parent.stdout
            spenders = [int(pid) for pid in parent.stdout.readline().split()]
            for number, spender in enumerate(spenders[:KILLED], start=1):
                wait_for_calls(calls, round(CEILING / 2 * number / KILLED))
                os.kill(spender, signal.SIGKILL)
            said = parent.communicate(timeout=WITHIN_S)[0].splitlines()
            return [int(code) for code in said[-1].split()]
        finally:
            if parent.poll() is None:
                os.killpg(parent.pid, signal.SIGKILL)


async def test_redis_that_is_killed_and_comes_back_empty_costs_no_budget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "LOOK_AGAIN_S", 0.0)
    port = ports.choose(0)
    async with client_of(f"redis://127.0.0.1:{port}/0") as client:
        gate = LimitGate("newsapi", RULES, RedisShelf(client, "x"), NoLog(), turn=MyTurn())
        other = gate_at(client)
        with running(port, tmp_path):
            await calls_of(gate, 80)
        with pytest.raises(RedisError):  # the fault has fired
            await client.ping()
        await calls_of(gate, 80)
        with pytest.raises(NotOurTurnError, match="Redis is away"):
            await other.admit(ONE)
        with running(port, tmp_path):
            assert await client.keys("*") == []
            await calls_of(gate, 40)
            assert await client.keys("*") == [b"x"]
            newcomer = LimitGate("newsapi", RULES, RedisShelf(client, "x"), NoLog())
            await calls_of(newcomer, 40)
            for spent in (gate, newcomer):
                with pytest.raises(BudgetSpentError, match="240 of 240 calls"):
                    await spent.admit(ONE)


async def test_log_knows_what_an_emptied_redis_and_a_dead_process_knew(
    log: Log, redis_url: str
) -> None:
    log.create_all({"ops.budget": 1})
    wait_for_topic(log, "ops.budget")
    rules = Rules(RULES.pace, (Ceiling("calls", 40, "month"),))
    async with client_of(redis_url) as client:
        dead = shared_gate("newsapi", rules, client, log.kafka, MyTurn(fence=1))
        await calls_of(dead, 15)
        await client.flushall()
        heir = shared_gate("newsapi", rules, client, log.kafka, MyTurn(fence=2))
        other = shared_gate("trades", rules, client, log.kafka, MyTurn(fence=1))
        await calls_of(other, 5)
        await calls_of(heir, 24)
        with pytest.raises(BudgetSpentError):  # the log knew of a little that was yet to come
            await calls_of(heir, 2)
    told = [record for record in log.records("ops.budget") if isinstance(record, Budget)]
    states = {budget.state for budget in told if budget.source == "newsapi"}
    assert states == {"ok", "warned", "exhausted"}


async def calls_of(gate: LimitGate, number: int) -> None:
    for _ in range(number):
        await gate.settle(await gate.admit(ONE), "done")


def wait_for_topic(log: Log, topic: str) -> None:
    """A broker tells of a topic a moment after it has made it."""
    until = time.monotonic() + WITHIN_S
    with LogReader(log.kafka) as reader:
        while topic not in reader.partitions():
            assert time.monotonic() < until, f"no {topic}"


def wait_for_calls(calls: Path, number: int) -> None:
    until = time.monotonic() + WITHIN_S
    while calls.stat().st_size < number:
        assert time.monotonic() < until, f"no {number} calls within {WITHIN_S:.0f} s"
        time.sleep(0.005)


@contextmanager
def running(port: int, folder: Path) -> Iterator[None]:
    """A Redis that keeps nothing and is killed at the end."""
    command = [str(server()), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    with subprocess.Popen([*command, "--save", ""], stdout=subprocess.DEVNULL) as child:
        try:
            until = time.monotonic() + WITHIN_S
            while not answers(f"redis://127.0.0.1:{port}/0"):
                assert time.monotonic() < until, "Redis does not answer"
                time.sleep(0.02)
            yield
        finally:
            child.kill()
