"""The resolve queue: names that could mean several entities, and a person's answer to one.

An answer is an action on the log, as every click is. The keeper of the catalogue makes an alias or
words of context of it; until it has said so, the question is shown as answered and not yet settled.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from aiokafka.structs import ConsumerRecord
from confluent_kafka import KafkaError, KafkaException, Message, Producer
from pydantic import BaseModel, ConfigDict, Field

from gateway.subscription import NoQuery, RefusedError
from schemas.broker import confluent_options
from schemas.clock import DAY_MS, iso
from schemas.codec import decode, encode
from schemas.errors import UndecodableError
from schemas.ids import derived_id
from schemas.records import ENTITY_TYPES, Action, Question
from schemas.settings import KafkaSection
from schemas.topics import qualified

TOPIC: Final = "resolve.queue"
ACTIONS: Final = "actions"
REACH: Final = 20_000
WAITS_FOR: Final = DAY_MS  # an older question has nobody waiting for it
WRITTEN_WITHIN_S: Final = 5.0
NEW, NONE = "new", "none"


class QueueQuery(NoQuery):
    """Parameters of /resolve/queue."""

    limit: int = Field(50, ge=1, le=500, description="how many questions")
    test: bool = Field(False, description="questions of drills and simulated sources, too")


class Pick(BaseModel):
    """The body of an answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    entity_id: str = Field(min_length=1, max_length=200, description="an option's id, new or none")
    actor: str = Field("dashboard", min_length=1, max_length=100, description="who says so")
    entity_type: str = Field("person", description="of a new entity")


class Queue:
    """A fold over the topic: open questions, and those that were answered."""

    def __init__(self) -> None:
        self._open: dict[str, Question] = {}
        self._settled: dict[str, Question] = {}
        self._answered: dict[str, Action] = {}

    def begin(self, _first: int) -> None:
        self._open.clear()
        self._settled.clear()

    def take(self, records: Sequence[ConsumerRecord], _position: int, _end: bool) -> None:
        for message in records:
            try:
                question = decode(message.value)
            except UndecodableError:
                continue  # a sink sets it aside
            if isinstance(question, Question):
                self.fold(question)

    def fold(self, question: Question) -> None:
        side = self._settled if question.state == "settled" else self._open
        known = side.get(question.question_id)
        if known is None or question.known_time >= known.known_time:
            side[question.question_id] = question
        if question.state == "settled":
            self._answered.pop(question.question_id, None)

    def question(self, question_id: str) -> Question | None:
        return self._open.get(question_id)

    def answered(self, question_id: str, action: Action) -> None:
        self._answered[question_id] = action

    def waiting(self, asked: QueueQuery) -> list[dict[str, Any]]:
        """Open questions, the one that most distinct voices wait for first."""
        newest = max((q.known_time for q in self._open.values()), default=0)
        chosen = [
            question for question in self._open.values()
            if question.question_id not in self._settled
            and newest - question.known_time < WAITS_FOR
            and (asked.test or not question.test)
        ]
        chosen.sort(key=lambda q: (-q.authors, -q.mentions, q.question_id))
        return [self._told(question) for question in chosen[: asked.limit]]

    def _told(self, question: Question) -> dict[str, Any]:
        answer = self._answered.get(question.question_id)
        return {
            "id": question.question_id, "surface": question.surface, "reason": question.reason,
            "options": [{"entity_id": option.entity_id, "score": round(option.score, 2)}
                        for option in question.options],
            "authors": question.authors, "mentions": question.mentions,
            "asked": iso(question.known_time), "test": question.test,
            "receipts": [msgspec.to_builtins(receipt) for receipt in question.receipts],
            "picked": answer.attributes["picked"] if answer else None,
        }


def pick_action(question: Question, pick: Pick, at: int) -> Action:
    """The answer as an action. Raises RefusedError for one that is none of the choices."""
    choices = [*(option.entity_id for option in question.options), NEW, NONE]
    if pick.entity_id not in choices:
        raise RefusedError("UnknownChoice", f"{pick.entity_id!r} is none of {', '.join(choices)}")
    if pick.entity_type not in ENTITY_TYPES:
        known = ", ".join(ENTITY_TYPES)
        raise RefusedError("UnknownType", f"{pick.entity_type!r} is none of {known}")
    return Action(
        id=derived_id("pick", question.id, pick.entity_id, pick.actor),
        event_time=at, known_time=at, source="gateway", test=question.test, action="pick",
        actor=pick.actor, channel="dashboard",
        entity_id=None if pick.entity_id in (NEW, NONE) else pick.entity_id,
        attributes={
            "question_id": question.question_id, "picked": pick.entity_id,
            "entity_type": pick.entity_type, "question": msgspec.json.encode(question).decode(),
        },
    )


class ActionLog:
    """Where people's actions go. `write` returns when the broker has acknowledged."""

    def __init__(self, kafka: KafkaSection) -> None:
        self._kafka, self._topic = kafka, qualified(kafka.namespace, ACTIONS)
        self._producer: Producer | None = None

    def write(self, key: str, action: Action) -> None:
        """Raises KafkaException when it is not safe within the deadline."""
        if self._producer is None:
            self._producer = Producer(confluent_options(self._kafka) | {
                "acks": "all", "enable.idempotence": True, "partitioner": "murmur2_random",
                "delivery.timeout.ms": int(WRITTEN_WITHIN_S * 1000), "log_level": 2,
            })
        outcome: list[KafkaError | None] = []

        def delivered(error: KafkaError | None, _message: Message) -> None:
            outcome.append(error)

        self._producer.produce(self._topic, encode(action), key.encode(), on_delivery=delivered)
        self._producer.flush(2 * WRITTEN_WITHIN_S)
        if not outcome or outcome[0] is not None:
            raise KafkaException(outcome[0] if outcome else KafkaError(KafkaError._TIMED_OUT))
