"""The keeper: what is discovered and what people pick becomes part of the catalogue.

Reads `discoveries` and `actions`, writes `entities` through the one way there is. A record is
acknowledged when all that it changes is written; after a crash it comes again, and changes nothing
that it changed before.
"""

from collections.abc import Callable
from typing import Final

import structlog
from confluent_kafka import Consumer, KafkaException, Message

from producers.base.errors import BrokerAwayError
from producers.base.health_file import Tell
from producers.base.publisher import KafkaPublisher
from producers.catalogue import found, picks
from producers.catalogue.held import HeldCatalogue
from producers.catalogue.load import CatalogueError
from producers.catalogue.wikipedia import NOT_ASKED, Encyclopedia
from schemas.broker import confluent_options
from schemas.codec import decode, schema_id_of
from schemas.errors import SkippableError, UndecodableError
from schemas.ids import derived_id
from schemas.records import Action, DeadLetter, Discovery, Record
from schemas.settings import KafkaSection
from schemas.topics import dead_letters_of, qualified

GROUP: Final = "catalogue"
READS: Final = ("discoveries", "actions")
QUEUE: Final = "resolve.queue"
PICK: Final = "pick"
WAIT_S: Final = 0.5
log = structlog.get_logger()


class Keeper:
    """One catalogue, kept by whoever holds the partitions of the group."""

    def __init__(
        self, kafka: KafkaSection, held: HeldCatalogue, encyclopedia: Encyclopedia | None
    ) -> None:
        self._held, self._encyclopedia = held, encyclopedia
        self._namespace = kafka.namespace
        self._publisher = KafkaPublisher(kafka)
        self._group = qualified(kafka.namespace, GROUP)
        self._consumer = Consumer(
            confluent_options(kafka)
            | {
                "group.id": self._group,
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
                "log_level": 2,
            }
        )
        self._consumer.subscribe([qualified(kafka.namespace, topic) for topic in READS])

    def close(self) -> None:
        self._consumer.close()

    def turn(self, wait_s: float = WAIT_S) -> bool:
        """Take one record, if there is one. Raises BrokerAwayError."""
        try:
            message = self._consumer.poll(wait_s)
            if message is None:
                return False
            problem = message.error()
            if problem is not None:
                raise BrokerAwayError(f"the catalogue's reading: {problem.str()}")
            self._take(message)
            self._consumer.commit(message=message, asynchronous=False)
        except KafkaException as error:
            raise BrokerAwayError(f"the catalogue's reading: {error.args[0].str()}") from error
        return True

    def _take(self, message: Message) -> None:
        try:
            record = decode(message.value())
            if isinstance(record, Discovery):
                self._discovery(record)
            elif isinstance(record, Action):
                self._action(record)
            else:
                raise UndecodableError(f"a {record.schema_name} where none belongs")
        except (SkippableError, CatalogueError) as refusal:
            log.warning(
                "set aside", topic=message.topic(), offset=message.offset(), reason=str(refusal)
            )
            self._set_aside(message, str(refusal))
        self._publisher.settle()

    def _discovery(self, step: Discovery) -> None:
        finding, held = NOT_ASKED, self._held
        held.refresh()
        if self._encyclopedia is not None and found.worth_asking(held.entities, step):
            finding = self._encyclopedia.look_up(step.name)
        changed = held.apply(lambda known: found.changes(known, step, finding))
        checked = found.told(step, finding)
        if checked is not None:
            self._send("discoveries", checked.entity_id, checked)
        log.info(
            "discovery taken",
            name=step.name,
            step=step.kind,
            changed=len(changed),
            verdict=finding.verdict,
        )

    def _action(self, action: Action) -> None:
        if action.action != PICK:
            return
        question = picks.question_of(action)
        changed = self._held.apply(lambda known: picks.changes(known, action, question))
        answer = picks.settled(question, action)
        self._send(QUEUE, f"{answer.question_id} {answer.state}", answer)
        log.info("pick taken", surface=question.surface, picked=answer.picked, changed=len(changed))

    def _send(self, topic: str, key: str, record: Record) -> None:
        self._publisher.send(topic, key, record)

    def _set_aside(self, message: Message, reason: str) -> None:
        topic = str(message.topic())
        partition, offset = int(message.partition() or 0), int(message.offset() or 0)
        where = f"{topic}-{partition}-{offset}"
        letter = DeadLetter(
            id=derived_id("dead-letter", self._group, where),
            topic=topic,
            partition=partition,
            offset=offset,
            known_time=max(message.timestamp()[1], 0),
            group=self._group,
            reason=reason,
            schema_id=schema_id_of(message.value()),
            key=message.key(),
            value=message.value(),
        )
        own = topic.removeprefix(qualified(self._namespace, ""))
        self._send(dead_letters_of(f"{own}.{GROUP}"), where, letter)


def keep(keeper: Keeper, stopping: Callable[[], bool], tell: Tell) -> None:
    """Keep the catalogue until told to stop."""
    tell("ok", "")
    away = False
    while not stopping():
        try:
            keeper.turn()
        except BrokerAwayError as outage:
            if not away:
                log.warning("catalogue is held up", reason=str(outage))
            tell("degraded", str(outage))
            away = True
        else:
            if away:
                tell("ok", "")
            away = False
    keeper.close()
