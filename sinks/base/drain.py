"""Topic to table: read, gather, write rows and offsets together.

Reading and writing overlap. One thread reads the next batch while another writes the last one;
at most one write is under way. The reading thread never waits for the database for long, so the
group membership outlives any outage.
"""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import dataclass
from typing import Any, Final

import structlog
from confluent_kafka import Message

from schemas.codec import is_tick
from schemas.errors import HeatError, RetriableError, SkippableError
from schemas.settings import KafkaSection
from schemas.topics import qualified
from sinks.base.batch import Batch, BatchPolicy, Place
from sinks.base.cluster import Cluster
from sinks.base.consumer import SinkConsumer, StaleOffsetsError, reached
from sinks.base.dead_letters import DeadLetters, FloodGauge, dead_letter
from sinks.base.errors import LostPartitionError
from sinks.base.places import Places, find_places
from sinks.base.status import DrainStatus
from sinks.base.table import Table
from sinks.base.writer import Writer, Written

FETCH: Final = 2_000
FETCH_WITHIN_S: Final = 0.05
IDLE_FETCH_WITHIN_S: Final = 0.25  # many drains with nothing to do should cost nothing
LAST_WRITE_S: Final = 10.0
FIRST_BACKOFF_S: Final = 0.2
LONGEST_BACKOFF_S: Final = 5.0
Outcome = Places | Written
Task = Callable[[], Outcome]
log = structlog.get_logger("sinks")


def group_of(table: Table[Any], namespace: str) -> str:
    return qualified(namespace, f"sink-{table.name}")


@dataclass(slots=True)
class Tenure:
    """What we hold from being given partitions until they are taken away."""

    batch: Batch
    wanted: frozenset[Place] = frozenset()
    places: Places | None = None
    task: Task | None = None  # Stays until it has succeeded.
    job: Future[Outcome] | None = None  # The task under way.


class Drain:
    """One table's way from its topics. `run` returns when asked to stop, or raises."""

    def __init__(
        self,
        table: Table[Any],
        kafka: KafkaSection,
        dsn: str,
        flood: FloodGauge,
        policy: BatchPolicy | None = None,
    ) -> None:
        self._table = table
        self._kafka = kafka
        self._topics = tuple(qualified(kafka.namespace, topic) for topic in table.topics)
        self._group = group_of(table, kafka.namespace)
        self._policy = policy or BatchPolicy()
        self._flood = flood
        self._cluster = Cluster(kafka)
        self._writer = Writer(dsn, table, DeadLetters(kafka))
        self._hand = ThreadPoolExecutor(1, thread_name_prefix=f"write-{table.name}")
        self._consumer: SinkConsumer | None = None
        self._retry_at = 0.0
        self._backoff_s = FIRST_BACKOFF_S
        self.status = DrainStatus(table.name, self._topics)
        self._held = self._nothing()

    def run(self, stopping: threading.Event) -> None:
        try:
            while not stopping.is_set():
                try:
                    self._turn()
                except (StaleOffsetsError, LostPartitionError) as error:
                    self._leave()
                    self._endure(error)
                    stopping.wait(self._retry_at - time.monotonic())
            self.taken()
        finally:
            self._leave()
            self._hand.shutdown(wait=True)
            self._writer.close()

    # The consumer tells us what is ours; all three are called while it fetches or closes.

    def given(self, places: frozenset[Place]) -> None:
        self.lost()
        self._held.wanted = places
        if not places:
            self._say("ok")

    def taken(self) -> None:
        """Write what we have, once; what cannot be written now the next owner reads again."""
        held, until = self._held, time.monotonic() + LAST_WRITE_S
        try:
            if held.places is not None and held.task is not None:
                self._finish(held.job or self._hand.submit(held.task), until)
            if held.places is not None and held.batch.next_offsets:
                self._finish(self._hand.submit(self._writing(held.batch, held.places)), until)
        except (TimeoutError, RetriableError, LostPartitionError) as error:
            log.warning("batch left to the next owner", table=self._table.name, reason=str(error))
        self.lost()

    def lost(self) -> None:
        """Own nothing. A write under way may still succeed; the table keeps it consistent."""
        self._held = self._nothing()
        self.status.written = {}

    def _nothing(self) -> Tenure:
        return Tenure(Batch({}, self._table.replaces))

    def _finish(self, job: Future[Outcome], until: float) -> None:
        self._note(job.result(max(0.0, until - time.monotonic())))

    def _leave(self) -> None:
        self.lost()
        if self._consumer is not None:
            self._consumer.close()
            self._consumer = None

    def _turn(self) -> None:
        if self._consumer is None:
            self._consumer = SinkConsumer(self._kafka, self._group, self._topics, self)
        idle = self._held.job is None and self._held.batch.opened_at is None
        within_s = IDLE_FETCH_WITHIN_S if idle else FETCH_WITHIN_S
        self._gather(self._consumer.fetch(FETCH, within_s))
        self._settle(self._consumer)
        self._begin(self._consumer)

    def _gather(self, messages: Sequence[Message]) -> None:
        """Into the batch, each as a row, as a dead letter, or only as an offset."""
        held, now = self._held, time.monotonic()
        if held.places is None:
            return
        records = [message for message in messages if message.error() is None]
        values = [message.value() for message in records]
        quick = self._table.read_many(values)
        for message, value, found in zip(records, values, quick, strict=True):
            self._flood.seen += 1
            if found is None:
                self._read(message, value, held.batch)
            else:
                held.batch.add(*found, message)
        held.batch.count(len(records), sum([len(value or b"") for value in values]))
        for place, offset in reached(messages).items():
            if offset > held.batch.next_offset(place):
                held.batch.advance(place, offset, now)

    def _read(self, message: Message, value: bytes | None, batch: Batch) -> None:
        """The long way, for whatever is not plain."""
        try:
            key, row = self._table.read(value)
        except SkippableError as error:
            if self._table.carries_ticks and value is not None and is_tick(value):
                return
            batch.dead.append(dead_letter(message, self._group, str(error)))
            self._flood.note_unreadable(str(error))
        else:
            batch.add(key, row, message)

    def _settle(self, consumer: SinkConsumer) -> None:
        """See what became of the task under way; wait a little for it when the batch is full."""
        held = self._held
        if held.job is None:
            return
        full = held.batch.full(self._policy)
        wait_for([held.job], timeout=1.0 if full else 0.0)
        if not held.job.done():
            if full:
                consumer.pause()
            return
        job, held.job = held.job, None
        try:
            outcome = job.result()
        except RetriableError as outage:
            consumer.pause()
            self._endure(outage)
            return
        held.task, self._backoff_s = None, FIRST_BACKOFF_S
        if isinstance(outcome, Places):
            self._open(outcome, consumer)
        else:
            self._note(outcome)
        self._say("ok")

    def _begin(self, consumer: SinkConsumer) -> None:
        """Hand over the next task: the one that failed, the places to start at, or a batch."""
        held, now = self._held, time.monotonic()
        if held.job is not None or now < self._retry_at:
            return
        held.task = held.task or self._next_task(consumer, now)
        if held.task is not None:
            held.job = self._hand.submit(held.task)

    def _next_task(self, consumer: SinkConsumer, now: float) -> Task | None:
        held = self._held
        if held.places is None:
            ask = (self._cluster, self._writer, self._group, held.wanted)
            return (lambda: find_places(*ask)) if held.wanted else None
        consumer.resume()
        if not held.batch.due(self._policy, now):
            return None
        batch, held.batch = held.batch, held.batch.follower()
        return self._writing(batch, held.places)

    def _writing(self, batch: Batch, places: Places) -> Task:
        return lambda: self._writer.write(batch, places.ledger)

    def _open(self, places: Places, consumer: SinkConsumer) -> None:
        self._held.places = places
        self._held.batch = Batch(dict(places.written), self._table.replaces)
        self.status.written = dict(places.written)
        consumer.start(places.starts)

    def _note(self, outcome: Outcome) -> None:
        if isinstance(outcome, Written):
            self.status.rows += outcome.rows
            self.status.dead_letters += outcome.dead_letters
            self.status.written = {**self.status.written, **outcome.reached}
            if outcome.dead_letters:
                log.warning("set aside", table=self._table.name, messages=outcome.dead_letters)

    def _endure(self, outage: HeatError | StaleOffsetsError) -> None:
        self._retry_at = time.monotonic() + self._backoff_s
        self._backoff_s = min(2 * self._backoff_s, LONGEST_BACKOFF_S)
        self._say("degraded", str(outage))

    def _say(self, state: str, reason: str = "") -> None:
        if (state, reason) != (self.status.state, self.status.reason):
            speak = log.warning if reason else log.info
            speak(f"sink is {state}", table=self._table.name, reason=reason)
        self.status.state, self.status.reason = state, reason
