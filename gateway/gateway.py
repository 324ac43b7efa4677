"""One gateway: its parts, started and stopped together."""

import asyncio
import contextlib
import secrets
import socket
from collections.abc import AsyncIterator, Sequence

from aiokafka.structs import ConsumerRecord

from gateway import discoveries, kpis, predictions, questions
from gateway.discoveries import Discoveries
from gateway.export_stream import Exports
from gateway.eyes import Eyes
from gateway.feed import TOPIC, Feed
from gateway.health import Examiner
from gateway.kpis import Days
from gateway.metrics import Metrics
from gateway.predictions import Foretold, Runs
from gateway.questions import ActionLog, Queue
from gateway.sequencer import Sequencer
from gateway.settings import GatewaySettings, Patience
from gateway.stream import Streams
from gateway.tail import Reader, Tail
from schemas.codec import decode
from schemas.errors import UndecodableError
from schemas.records import Health
from schemas.topics import qualified

HEALTH_TOPIC = "ops.health"
HEALTH_REACH = 2000


class Gateway:
    """Joins the parts; `running` is their life."""

    def __init__(self, settings: GatewaySettings, patience: Patience, port: int) -> None:
        self.settings = settings
        self.session = secrets.token_hex(4)
        self.metrics = Metrics()
        self.feed = Feed(settings.gateway.ring, self.metrics)
        self.eyes = Eyes()
        self.streams = Streams(self.feed, self.metrics, patience)
        self.sequencer = Sequencer(settings.kafka, f"{socket.gethostname()}-{port}")
        self._tail = Tail(settings.kafka, self.feed.reader(self._named(TOPIC)))
        self._health_tail = Tail(
            settings.kafka,
            Reader(self._named(HEALTH_TOPIC), HEALTH_REACH, lambda _: None, self._take_health),
        )
        self.discoveries, self.queue = Discoveries(), Queue()
        self.foretold, self.runs, self.kpis = Foretold(), Runs(), Days()
        self.actions = ActionLog(settings.kafka)
        self.exports = Exports(settings.database_dsn)
        self._tails = [self._tail, self._health_tail, *self._catalogue_tails()]
        self.examiner = Examiner(settings, self.sequencer, self._tail, lambda: self.feed.ready)

    def _catalogue_tails(self) -> list[Tail]:
        folds: tuple[tuple[str, int, Discoveries | Queue | Foretold | Runs | Days], ...] = (
            (discoveries.TOPIC, discoveries.REACH, self.discoveries),
            (questions.TOPIC, questions.REACH, self.queue),
            (predictions.TOPIC, predictions.REACH, self.foretold),
            (predictions.RUNS_TOPIC, predictions.RUNS_REACH, self.runs),
            (kpis.TOPIC, kpis.REACH, self.kpis),
        )
        return [
            Tail(self.settings.kafka, Reader(self._named(topic), reach, fold.begin, fold.take))
            for topic, reach, fold in folds
        ]

    def _named(self, topic: str) -> str:
        return qualified(self.settings.kafka.namespace, topic)

    def _take_health(self, records: Sequence[ConsumerRecord], _position: int, _end: bool) -> None:
        for message in records:
            with contextlib.suppress(UndecodableError):
                record = decode(message.value)
                if isinstance(record, Health):
                    self.eyes.fold(record)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Sequence and read for as long as the block lasts."""
        self.sequencer.start()
        tasks = [asyncio.create_task(tail.run()) for tail in self._tails]
        try:
            yield
        finally:
            self.feed.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.to_thread(self.sequencer.stop)
