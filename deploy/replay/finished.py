"""When is a replay over? When both groups have committed to the end of what they read."""

from collections.abc import Callable
from time import monotonic, sleep

from confluent_kafka import (
    Consumer,
    ConsumerGroupTopicPartitions,
    KafkaException,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient

from schemas.broker import confluent_options
from schemas.errors import FatalError
from schemas.settings import KafkaSection
from schemas.topics import qualified, raw_topic

LOOK_EVERY_S = 0.25
ANSWER_S = 20.0
UNKNOWN = (-1, -1)


class Progress:
    """How far the two stream roles are in a namespace."""

    def __init__(self, kafka: KafkaSection, source: str) -> None:
        self._kafka = kafka
        self._connect()
        name = qualified(kafka.namespace, raw_topic(source))
        self._raw = [TopicPartition(name, p) for p in range(kafka.raw_partitions)]
        name = qualified(kafka.namespace, "mentions")
        self._mentions = [TopicPartition(name, p) for p in range(kafka.keyed_partitions)]

    def _connect(self) -> None:
        options = {**confluent_options(self._kafka), "log_level": 0}
        self._admin = AdminClient(options)
        self._reader = Consumer({**options, "group.id": "heat-progress"})

    def close(self) -> None:
        self._reader.close()

    def renew(self) -> None:
        """New clients: the old ones keep what they learnt of a broker that was killed."""
        self._reader.close()
        self._connect()

    def behind(self) -> tuple[int, int]:
        """Records that resolve and measure have yet to commit.

        The resolver holds its commit at the newest tick, which ends the log of a recording: it is
        done when only that one is left.
        """
        resolve = self._behind("heat-resolve", self._raw, spare=1)
        return resolve, self._behind("heat-measure", self._mentions, spare=0)

    def _behind(self, group: str, partitions: list[TopicPartition], spare: int) -> int:
        group_id = qualified(self._kafka.namespace, group)
        asked = ConsumerGroupTopicPartitions(group_id, partitions)
        told = self._admin.list_consumer_group_offsets([asked], request_timeout=ANSWER_S)
        answer = told[group_id].result(ANSWER_S)
        left = 0
        for committed in answer.topic_partitions:
            _, end = self._reader.get_watermark_offsets(
                TopicPartition(committed.topic, committed.partition), timeout=ANSWER_S
            )
            left += max(end - spare - max(committed.offset, 0), 0)
        return left


def wait_finished(
    progress: Progress, step: Callable[[int, int], None], patience_s: float
) -> None:
    """Return when both roles are done. `step` is called at each look with what is left.

    Raises FatalError when nothing moves for `patience_s`.
    """
    before, moved, resting = (-1, -1), monotonic(), 0
    while resting < 2:  # done twice in a row: mentions grow until the resolver is done
        try:
            left = progress.behind()
        except (KafkaException, TimeoutError):
            left = UNKNOWN  # the broker is away, or moving a partition: ask again
            progress.renew()
        step(*left)
        resting = resting + 1 if left == (0, 0) else 0
        if left != before:
            before, moved = left, monotonic()
        elif monotonic() - moved > patience_s and not resting:
            raise FatalError(
                f"nothing moved for {patience_s:.0f} s: resolve has {left[0]} and measure "
                f"{left[1]} records left; see the logs of the workers"
            )
        sleep(LOOK_EVERY_S)

