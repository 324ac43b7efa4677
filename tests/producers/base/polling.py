"""A poller on a loopback feed, its clock in the test's hands, and what it published."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from producers.base.delivery import Delivery
from producers.base.desk import Desk
from producers.base.fetch import Fetcher
from producers.base.kept import MemoryAnswers
from producers.base.poll import Poller
from producers.base.publisher import MemoryPublisher
from producers.base.seen import Seen
from producers.trades import TradesOptions, TradesSource
from schemas.clock import Millis
from schemas.records import Audit, Health
from tests.producers.builders import NOON

BODY = (Path(__file__).parents[1] / "fixtures/trades/wordpress.xml").read_bytes()
EMPTY = (Path(__file__).parents[1] / "fixtures/empty.xml").read_bytes()
MakePoller = Callable[..., Poller]


class Hands:
    """A clock that stands still until it is moved."""

    def __init__(self, moment: Millis = NOON) -> None:
        self.moment = moment

    def __call__(self) -> Millis:
        return self.moment


async def at_once(_seconds: float) -> None:
    """Retries wait for nothing here."""


@asynccontextmanager
async def pollers(hands: Hands) -> AsyncIterator[MakePoller]:
    """Makes pollers of feeds, and closes what they share."""
    fetcher = Fetcher("heat-test/1", sleep=at_once, clock=hands)

    def make(feeds: Iterable[str], publisher: Any, **more: Any) -> Poller:
        kind = more.pop("kind", TradesSource)
        source = kind(TradesOptions(feeds=tuple(feeds)))
        delivery = Delivery(publisher, Seen(), more.pop("limit", None), more.pop("since", None))
        desk = Desk(source, delivery, clock=hands)
        return Poller(source, desk, fetcher, more.pop("answers", None) or MemoryAnswers())

    try:
        yield make
    finally:
        await fetcher.close()


def health(publisher: MemoryPublisher) -> Health:
    newest = publisher.records_on("ops.health")[-1]
    assert isinstance(newest, Health)
    return newest


def audits(publisher: MemoryPublisher) -> list[Audit]:
    return [record for record in publisher.records_on("ops.audit") if isinstance(record, Audit)]
