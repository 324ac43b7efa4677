"""When is a replay over? When every group has committed to the end of what it reads."""

from collections.abc import Callable, Iterator, Mapping
from time import monotonic, sleep
from typing import NamedTuple, Protocol

from confluent_kafka import Consumer, KafkaException, TopicPartition

from schemas.broker import confluent_options
from schemas.errors import FatalError
from schemas.settings import KafkaSection
from schemas.topics import BY_NAME, partitions_of, qualified, raw_topic

LOOK_EVERY_S = 0.25
ANSWER_S = 20.0
ROLES = ("resolve", "measure", "stories", "discover")
UNKNOWN = {"any role": -1}
Left = Mapping[str, int]  # role -> records that it has yet to commit


class Place(NamedTuple):
    """How far a role has committed one partition."""

    topic: str
    partition: int
    committed: int
    end: int


class Progress:
    """How far the stream roles are in a namespace."""

    def __init__(self, kafka: KafkaSection, *sources: str) -> None:
        self._kafka = kafka
        self._connect()
        # The resolver holds its commit at the newest tick, which ends the log of a recording: it
        # is done when only that one is left.
        raw = [p for source in sources for p in self._partitions(raw_topic(source))]
        self._read = {
            "resolve": (raw, 1),
            "measure": (self._partitions("mentions"), 0),
            "stories": (self._partitions("alerts.proposed"), 0),
            "discover": (self._partitions("entities.candidates"), 0),
        }

    def _partitions(self, topic: str) -> list[TopicPartition]:
        name = qualified(self._kafka.namespace, topic)
        count = partitions_of(BY_NAME[topic], self._kafka)
        return [TopicPartition(name, p) for p in range(count)]

    def _connect(self) -> None:
        """Each group is asked by a consumer that never joins it.

        An admin client would do for all, but librdkafka ends the process when it asks for a
        group's offsets while the broker still loads its groups.
        """
        options = {**confluent_options(self._kafka), "log_level": 0, "enable.auto.commit": False}
        namespace = self._kafka.namespace
        self._groups = {
            role: Consumer({**options, "group.id": qualified(namespace, f"heat-{role}")})
            for role in ROLES
        }

    def close(self) -> None:
        for consumer in self._groups.values():
            consumer.close()

    def renew(self) -> None:
        """New clients: the old ones keep what they learnt of a broker that was killed."""
        self.close()
        self._connect()

    def behind(self) -> Left:
        """Records that each role has yet to commit, in the order in which they feed each other."""
        return {
            role: sum(max(at.end - spare - at.committed, 0) for at in self._places(role))
            for role, (_, spare) in self._read.items()
        }

    def where(self) -> list[str]:
        """Every partition that is not committed to its end, with its offsets."""
        return [
            f"{role} has committed {at.committed} of {at.end} in {at.topic}-{at.partition}"
            for role, (_, spare) in self._read.items()
            for at in self._places(role)
            if at.end - spare > at.committed
        ]

    def _places(self, role: str) -> Iterator[Place]:
        group, partitions = self._groups[role], self._read[role][0]
        for told in group.committed(partitions, timeout=ANSWER_S):
            if told.error is not None:
                raise KafkaException(told.error)
            place = TopicPartition(told.topic, told.partition)
            _, end = group.get_watermark_offsets(place, timeout=ANSWER_S)
            yield Place(told.topic, told.partition, max(told.offset, 0), end)


class Watched(Protocol):
    """What `wait_finished` looks at."""

    def behind(self) -> Left: ...
    def where(self) -> list[str]: ...
    def renew(self) -> None: ...


def told(left: Left) -> str:
    """`resolve 3, measure 0`."""
    return ", ".join(f"{role} {count}" for role, count in left.items())


def wait_finished(
    progress: Watched, step: Callable[[Left], None], patience_s: float
) -> None:
    """Return when every role is done. `step` is called at each look with what is left.

    Raises FatalError naming what stands where when nothing moves for `patience_s`.
    """
    before: Left = UNKNOWN
    moved, resting = monotonic(), 0
    while resting < 2:  # done twice in a row: a topic grows until the role before it is done
        try:
            left = progress.behind()
        except (KafkaException, TimeoutError):
            left = UNKNOWN  # the broker is away, or moving a partition: ask again
            progress.renew()
        step(left)
        resting = resting + 1 if not any(left.values()) else 0
        if left != before:
            before, moved = left, monotonic()
        elif monotonic() - moved > patience_s and not resting:
            raise FatalError(
                f"nothing moved for {patience_s:.0f} s; records left: {told(left)}; "
                f"{_where(progress)}; see the logs of the workers"
            )
        sleep(LOOK_EVERY_S)


def _where(progress: Watched) -> str:
    try:
        return "; ".join(progress.where()) or "by now all is committed"
    except (KafkaException, TimeoutError):
        return "the broker does not say where"

