"""What the broker knows of a topic: which one it is, and where its partitions begin and end."""

from collections.abc import Iterable
from typing import Any, Final

from confluent_kafka import KafkaError, KafkaException, TopicCollection, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]

from schemas.broker import confluent_options
from schemas.errors import FatalError, RetriableError
from schemas.settings import KafkaSection

ANSWER_WITHIN_S: Final = 10.0
FOR_GOOD: Final = (
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.GROUP_AUTHORIZATION_FAILED,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
    KafkaError.SASL_AUTHENTICATION_FAILED,
    KafkaError._AUTHENTICATION,
)


class TopicUnavailableError(RetriableError):
    """The topic or its broker does not answer now."""


def classed(error: KafkaError, about: str) -> Exception:
    """A refusal for good, or one that the next moment may mend."""
    if error.fatal() or error.code() in FOR_GOOD:
        return FatalError(f"{about}: {error.str()}")
    if error.code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
        return TopicUnavailableError(f"no topic {about} on the broker; run: heat topics apply")
    return TopicUnavailableError(f"{about}: {error.str()}")


class Cluster:
    """Questions to the broker, each with a deadline. Safe to ask from any thread.

    A client is given up when a question fails: it keeps the leader epochs that it learnt, and after
    a broker was killed it may be refused with them for good.
    """

    def __init__(self, kafka: KafkaSection) -> None:
        self._options = {**confluent_options(kafka), "log_level": 0}
        self._kept: AdminClient | None = None

    @property
    def _admin(self) -> AdminClient:
        client = self._kept
        if client is None:
            client = self._kept = AdminClient(self._options)
        return client

    def incarnation(self, topic: str) -> str:
        """Kafka's id of the topic; another one when it was deleted and made again."""
        asked = TopicCollection([topic])
        future = self._admin.describe_topics(asked, request_timeout=ANSWER_WITHIN_S)[topic]
        return str(self._answer(future, topic).topic_id)

    def earliest(self, topic: str, partitions: Iterable[int]) -> dict[int, int]:
        return self._offsets(topic, partitions, OffsetSpec.earliest())  # type: ignore[no-untyped-call]

    def latest(self, topic: str, partitions: Iterable[int]) -> dict[int, int]:
        return self._offsets(topic, partitions, OffsetSpec.latest())  # type: ignore[no-untyped-call]

    def _offsets(self, topic: str, partitions: Iterable[int], at: Any) -> dict[int, int]:
        asked = {TopicPartition(topic, partition): at for partition in partitions}
        if not asked:
            return {}
        futures = self._admin.list_offsets(asked, request_timeout=ANSWER_WITHIN_S)
        return {tp.partition: self._answer(f, topic).offset for tp, f in futures.items()}

    def _answer(self, future: Any, about: str) -> Any:
        try:
            return future.result(timeout=ANSWER_WITHIN_S + 1)
        except TimeoutError as error:
            self._kept = None
            raise TopicUnavailableError(f"{about}: no Kafka broker answers") from error
        except KafkaException as error:
            self._kept = None
            raise classed(error.args[0], about) from error
