"""Processes that spend as fast as they may; each call is a byte in a file, the upstream's count."""

import asyncio
import os
import sys
from datetime import timedelta

import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from producers.base import facts
from producers.base.errors import BudgetSpentError
from producers.base.facts import Ceiling
from producers.base.limits.gate import LimitGate
from producers.base.limits.pledges import NoLog
from producers.base.limits.rules import Rules
from producers.base.limits.shelf import RedisShelf

RULES = Rules(
    facts.Pace(100_000, timedelta(seconds=1), burst=100_000), (Ceiling("calls", 240, "month"),)
)


def gate_at(client: redis.asyncio.Redis) -> LimitGate:
    return LimitGate("newsapi", RULES, RedisShelf(client, "test:limits"), NoLog())


def client_of(url: str) -> redis.asyncio.Redis:
    return redis.asyncio.Redis.from_url(url, socket_timeout=2.0, retry=Retry(NoBackoff(), 0))


async def spend(url: str, calls: str) -> None:
    """Until the budget is spent."""
    upstream = os.open(calls, os.O_WRONLY | os.O_APPEND)
    async with client_of(url) as client:
        gate = gate_at(client)
        while True:
            try:
                ticket = await gate.admit({"calls": 1.0})
            except BudgetSpentError:
                return
            os.write(upstream, b".")
            await gate.settle(ticket, "done")


def main(url: str, calls: str, number: str) -> None:
    """Print the ids of the spenders, and how each of them ended."""
    children = []
    for _ in range(int(number)):
        child = os.fork()
        if child == 0:
            asyncio.run(spend(url, calls))
            os._exit(0)
        children.append(child)
    print(*children, flush=True)
    print(*(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children))


if __name__ == "__main__":
    main(*sys.argv[1:])
