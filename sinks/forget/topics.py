"""The topics: what is on them of those who are sought, and the tombstones that tell every reader.

A log cannot be rewritten. What stands on it goes with its retention; deleting records up to an
offset would take what stands before it, too, from readers that have not come so far.
"""

from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any, Final

import msgspec
from confluent_kafka import KafkaError, Producer

from schemas.broker import confluent_options
from schemas.clock import Millis
from schemas.codec import decode, encode
from schemas.errors import FatalError, RetriableError, SkippableError
from schemas.records import Question, RawMention, Record
from schemas.settings import KafkaSection
from schemas.topics import BY_NAME, TOPICS, Topic, qualified, raw_topic
from sinks.archive.reader import Reader, message_of, progress
from sinks.archive.segment import Message
from sinks.base.cluster import Cluster
from sinks.forget.blanking import Fields, Gone, blanked
from sinks.forget.report import SEGMENT_MS, Place
from sinks.forget.sought import Said, Sought

SILENCE_S: Final = 30.0
ACKNOWLEDGED_WITHIN_S: Final = 30.0
FETCH: Final = 5000
Watch = Callable[[int, int], None]
# Where the words of a raw mention can be. A discovery, a heat and an alert quote them as receipts.
RAW: Final = tuple(topic.name for topic in TOPICS if topic.records[0] is RawMention)
MADE_OF_RAW: Final = ("mentions", "entities.candidates")
QUOTING: Final = ("heat", "alerts.proposed", "alerts", "feed", "discoveries", "resolve.queue")
SET_ASIDE: Final = tuple(topic.name for topic in TOPICS if topic.name.endswith(".dlq"))
QUESTIONS: Final = "resolve.queue"


class Topics:
    """The broker's side of forgetting."""

    def __init__(self, kafka: KafkaSection) -> None:
        self._kafka = kafka
        self._questions: dict[bytes, Question] = {}

    def learn(self, sought: Sought, watch: Watch) -> None:
        """Raw topics first: what was made of a mention is known by its id."""
        for names in (MADE_OF_RAW if sought.ids else (), RAW, MADE_OF_RAW):
            for _, _, kind, fields, _ in self._records(names, sought, watch):
                sought.learn(kind, fields)

    def find(self, sought: Sought, watch: Watch) -> Iterator[Place]:
        """Every record that has words of theirs."""
        self._questions.clear()
        for topic, message, kind, fields, record in self._records(
            (*RAW, *MADE_OF_RAW, *QUOTING, *SET_ASIDE), sought, watch
        ):
            sought.learn(kind, fields)  # of tombstones, too, that stand behind their words
            if topic == QUESTIONS and isinstance(record, Question):
                self._questions.pop(message.key or b"", None)
            if not sought.speaks(kind, fields):
                continue
            if topic == QUESTIONS and isinstance(record, Question):
                self._questions[message.key or b""] = record
            yield Place(
                store="topic",
                where=topic,
                kind=kind,
                id=fields["id"],
                at=f"{message.partition}/{message.offset}",
                gone_by=_gone_by(BY_NAME[topic], message.timestamp),
            )

    def publish(self, sought: Sought, raw_ids: set[str]) -> int:
        """Tombstones for these; and the newest questions, without their words."""
        out = _Out(self._kafka)
        for raw_id in sorted(raw_ids):
            said = sought.raw[raw_id]
            out.send(raw_topic(said.source), said.id.encode(), tombstone(said))
        for key, question in self._questions.items():
            out.send(QUESTIONS, key, without_words(question, sought.gone))
        return out.settle()

    def _records(
        self, names: tuple[str, ...], sought: Sought, watch: Watch
    ) -> Iterator[tuple[str, Message, str, Fields, Record]]:
        full = {qualified(self._kafka.namespace, name): name for name in names}
        for topic, message in _messages(self._kafka, full, watch):
            if not sought.may_be_in(message.value or b"") and topic != QUESTIONS:
                continue
            try:
                record = decode(message.value)
            except SkippableError:
                continue  # of what cannot be read nobody knows whose it is
            if record.schema_name != "tick":
                fields: Fields = msgspec.to_builtins(record, builtin_types=(bytes,))
                yield topic, message, record.schema_name, fields, record


def _gone_by(topic: Topic, appended: Millis) -> Millis | None:
    return None if topic.compact else appended + topic.retention_ms + SEGMENT_MS


def tombstone(said: Said) -> RawMention:
    """Under the same id, at the same place in time: whoever counts has counted it by then."""
    return RawMention(
        id=said.id,
        event_time=said.event_time,
        known_time=said.known_time,
        source=said.source,
        source_type=said.source_type,
        test=said.test,
        native_id="",
        deleted=True,
    )


def without_words(question: Question, gone: Gone) -> Question:
    fields = msgspec.to_builtins(question, builtin_types=(bytes,))
    return msgspec.convert(blanked("question", fields, gone) or fields, Question)


def _messages(
    kafka: KafkaSection, names: dict[str, str], watch: Watch
) -> Iterator[tuple[str, Message]]:
    """Every message up to where the topics end now."""
    reader, cluster = Reader(kafka), Cluster(kafka)
    try:
        there = {t: p for t, p in reader.partitions().items() if t in names}
        begin = {t: cluster.earliest(t, p) for t, p in there.items()}
        ends = {t: cluster.latest(t, p) for t, p in there.items()}
        open_ = {(t, p) for t in there for p in there[t] if begin[t][p] < ends[t][p]}
        total = sum(ends[t][p] - begin[t][p] for t, p in open_)
        reader.start({t: {p: begin[t][p] for p in there[t] if (t, p) in open_} for t in there})
        read, heard = 0, monotonic()
        while open_:
            found = reader.read(FETCH, 0.25)
            heard = monotonic() if found else heard
            if monotonic() - heard > SILENCE_S:
                raise RetriableError(f"{total - read} promised messages do not come")
            for topic, delivered in found:
                message = message_of(delivered)
                place = topic, message.partition
                end = ends[topic][message.partition]
                if progress(topic, delivered) and message.offset < end:
                    read += 1
                    yield names[topic], message
                if message.offset >= end - 1:
                    open_.discard(place)
            watch(read, total)
    finally:
        reader.close()


class _Out:
    """What is published is on the broker when `settle` returns."""

    def __init__(self, kafka: KafkaSection) -> None:
        self._namespace = kafka.namespace
        self._sent, self._refusals = 0, list[KafkaError]()
        options: dict[str, Any] = {
            **confluent_options(kafka),
            "enable.idempotence": True,
            "acks": "all",
            "partitioner": "murmur2_random",  # as producers do: behind what it takes back
            "delivery.timeout.ms": int(ACKNOWLEDGED_WITHIN_S * 1000),
            "log_level": 2,
        }
        self._producer = Producer(options)

    def send(self, topic: str, key: bytes, record: Record) -> None:
        name = qualified(self._namespace, topic)
        self._producer.produce(name, encode(record), key, on_delivery=self._note)
        self._producer.poll(0)
        self._sent += 1

    def _note(self, error: KafkaError | None, _message: object) -> None:
        if error is not None:
            self._refusals.append(error)

    def settle(self) -> int:
        waiting = self._producer.flush(ACKNOWLEDGED_WITHIN_S + 1)
        if waiting or self._refusals:
            why = self._refusals[0].str() if self._refusals else "no answer"
            raise FatalError(f"tombstones are not on the broker: {why}")
        return self._sent
