"""One process polls a source; others of the same source stand by and take over.

The lease is a partition: whoever the group `producers-<source>` gave the one of `ticks` polls. A
commit that the broker accepts is the proof that we still are that one, for it refuses a member
that it gave up; `held` asks how old the last proof is. What is committed is no offset but what a
successor must know: the fence, and when the source was and is to be polled.
"""

import asyncio
import threading
from collections.abc import Callable
from time import monotonic
from typing import Final

import msgspec
import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from producers.base.errors import BrokerAwayError, LogError, NotOurTurnError
from producers.base.lease import BEATS_IN_SESSION, Schedule, lease_options, schedule_of
from schemas.clock import Millis, Now, now
from schemas.settings import KafkaSection
from schemas.topics import qualified

TOPIC: Final = "ticks"
SESSION_S: Final = 10.0
FRESH_SHARE: Final = 0.6  # of the session: how old a proof may be
SERVE_S: Final = 0.1
ANSWER_S: Final = 10.0
BROKEN_S: Final = 1.0
SURE_AFTER_S: Final = 2.0  # a turn that changes hands is nobody's for a moment
REFUSALS: Final = {
    KafkaError.UNKNOWN_TOPIC_OR_PART,
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.GROUP_AUTHORIZATION_FAILED,
}
log = structlog.get_logger()


class OnePoller:
    """Membership in the group of a source, served by a thread of its own."""

    def __init__(
        self, kafka: KafkaSection, source: str, session_s: float = SESSION_S, clock: Now = now
    ) -> None:
        self._source = source
        self._clock = clock
        self._fresh_s = session_s * FRESH_SHARE
        self._beat_s = session_s / BEATS_IN_SESSION
        self._partition = TopicPartition(qualified(kafka.namespace, TOPIC), 0)
        self._options = lease_options(kafka, source, session_s) | {"on_commit": self._answered}
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._refusal = ""
        self._assigned = False
        self._stands_by_since: float | None = None
        self._schedule = Schedule()
        self._stored: Schedule | None = None  # what the broker has of this turn of ours
        self._sent: tuple[float, Schedule] | None = None  # a proof that is under way
        self._proven_at: float | None = None
        self._thread = threading.Thread(target=self._run, name=f"lease-{source}", daemon=True)
        self._thread.start()

    @property
    def fence(self) -> int:
        return self._schedule.fence

    @property
    def schedule(self) -> Schedule:
        """What the poller before us left, until we leave something ourselves."""
        return self._schedule

    @property
    def stands_by(self) -> bool:
        """The broker counts us in, and another process has the turn."""
        return self._stands_by_since is not None

    def held(self) -> bool:
        """Whether it is surely our turn. Ask right before each call and before publishing."""
        proven = self._proven_at
        return proven is not None and monotonic() - proven < self._fresh_s

    def require(self) -> None:
        """Raises NotOurTurnError unless `held`."""
        if not self.held():
            raise NotOurTurnError(f"another process polls {self._source}, or may by now")

    async def acquire(self, within_s: float | None = None) -> None:
        """Return when it is our turn. Raises LogError; with a deadline NotOurTurnError, at once
        when another has the turn: a broker lets nobody stand by before all others answered it."""
        until = self.held if within_s is None else self._is_decided
        await asyncio.to_thread(self._wait, until, within_s)
        if not self.held():
            raise NotOurTurnError(self._why_not(within_s or 0.0))

    async def remember(self, polled_at: Millis | None, next_poll: Millis | None) -> None:
        """Leave this to whoever comes after us; returns when the broker has it.

        Raises NotOurTurnError when the turn is lost, BrokerAwayError when there is no answer.
        """
        self.require()
        wanted = Schedule(self.fence, polled_at, next_poll)
        self._schedule = wanted
        stored = await asyncio.to_thread(
            self._wait, lambda: self._stored == wanted or not self._assigned, ANSWER_S
        )
        if not self._assigned:
            raise NotOurTurnError(f"another process polls {self._source} now")
        if not stored:
            raise BrokerAwayError(f"the schedule of {self._source}: no answer in {ANSWER_S:.0f} s")

    async def close(self) -> None:
        """Leave the group, so that a successor need not wait for the session to end."""
        self._stopping.set()
        await asyncio.to_thread(self._thread.join, ANSWER_S)

    def _is_decided(self) -> bool:
        since = self._stands_by_since
        return self.held() or (since is not None and monotonic() - since > SURE_AFTER_S)

    def _why_not(self, waited_s: float) -> str:
        if self.stands_by:
            return f"another process polls {self._source}"
        return f"no answer to whether another process polls {self._source} in {waited_s:.0f} s"

    def _wait(self, until: Callable[[], bool], within_s: float | None) -> bool:
        """Whether it came true in time. Stops waiting when we are closed."""
        deadline = None if within_s is None else monotonic() + within_s
        with self._changed:
            while not until() and not self._stopping.is_set():
                if self._refusal:
                    raise LogError(self._refusal)
                if deadline is not None and monotonic() > deadline:
                    return False
                self._changed.wait(SERVE_S)
        return until()

    def _run(self) -> None:
        """The thread: everything that touches a consumer. One that broke is replaced."""
        while not self._stopping.is_set() and not self._refusal:
            try:
                consumer = Consumer(self._options)
            except KafkaException as error:
                self._refusal = f"the broker's settings: {error.args[0].str()}"
                return
            try:
                self._serve(consumer)
            except KafkaException as error:
                log.warning("the lease is taken anew", source=self._source, why=str(error))
                self._stopping.wait(BROKEN_S)
            finally:
                self._assigned, self._proven_at, self._stored = False, None, None
                self._stands_by_since = None
                consumer.close()

    def _serve(self, consumer: Consumer) -> None:
        consumer.subscribe(
            [self._partition.topic],
            on_assign=self._given,
            on_revoke=self._taken,
            on_lost=self._taken,
        )
        while not self._stopping.is_set():
            message = consumer.poll(SERVE_S)
            if message is not None and (error := message.error()) is not None:
                self._note(error)
            if self._assigned:
                self._keep(consumer)

    def _given(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        """Nothing is read from the partition: having it is all that it is for."""
        consumer.incremental_assign(partitions)
        if partitions:
            consumer.pause(partitions)
            self._assigned, self._stands_by_since = True, None
            self._stored = self._sent = None
        elif not self._assigned and self._stands_by_since is None:
            self._stands_by_since = monotonic()

    def _taken(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        if partitions:
            self._assigned, self._proven_at, self._stored = False, None, None
            if not self._stopping.is_set():
                log.info("the turn to poll is over", source=self._source)

    def _keep(self, consumer: Consumer) -> None:
        """Begin the turn, then prove it again and again, at once when there is more to leave."""
        if self._stored is None and not self._begin(consumer):
            return
        if self._sent is None and (self._stored != self._schedule or self._is_due()):
            self._prove(consumer)

    def _is_due(self) -> bool:
        return self._proven_at is None or monotonic() - self._proven_at >= self._beat_s

    def _begin(self, consumer: Consumer) -> bool:
        """Take over what the one before us left; its fence is behind ours."""
        if self._sent is not None:
            return False
        try:
            left = consumer.committed([self._partition], timeout=ANSWER_S)[0]
        except KafkaException as error:
            self._note(error.args[0])
            return False
        before = schedule_of(left.metadata)
        fence = max(before.fence + 1, self._clock())
        self._schedule = msgspec.structs.replace(before, fence=fence)
        return True

    def _prove(self, consumer: Consumer) -> None:
        schedule = self._schedule
        text = msgspec.json.encode(schedule).decode()
        proof = TopicPartition(self._partition.topic, 0, 0, metadata=text)
        self._sent = monotonic(), schedule
        try:
            consumer.commit(offsets=[proof], asynchronous=True)
        except KafkaException as error:
            self._sent = None
            self._note(error.args[0])

    def _answered(self, error: KafkaError | None, partitions: list[TopicPartition]) -> None:
        """A proof counts from when it was sent: the broker looked at some time after that."""
        sent, self._sent = self._sent, None
        refused = error or next((part.error for part in partitions if part.error), None)
        with self._changed:
            if refused is None and sent is not None and self._assigned:
                self._proven_at, self._stored = sent
            self._changed.notify_all()

    def _note(self, error: KafkaError) -> None:
        if error.code() in REFUSALS:
            self._refusal = f"{self._partition.topic}: {error.str()}; run `heat topics apply`"
