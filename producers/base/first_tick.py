"""A producer's first question: does each partition of its raw topic begin with a tick?

Records before the first tick would belong to no interval, so nothing is published until it is
there.
"""

from collections.abc import Callable
from time import monotonic, sleep
from typing import Final

from producers.base.errors import BrokerAwayError, LogError
from producers.base.reading import LogReader, require_topics
from schemas.codec import is_tick
from schemas.settings import KafkaSection
from schemas.topics import raw_topic

LOOK_EVERY_S: Final = 0.2


def wait_for_first_tick(
    kafka: KafkaSection,
    source: str,
    deadline_s: float = 60.0,
    pause: Callable[[float], object] = sleep,
) -> None:
    """Return when every partition begins with a tick.

    Raises BrokerAwayError when none comes within the deadline, LogError when something else is
    first or the topic does not exist.
    """
    until, topic = monotonic() + deadline_s, raw_topic(source)
    with LogReader(kafka) as reader:
        waiting = list(range(require_topics(reader, topic)[topic]))
        while waiting:
            if _begins_with_tick(reader, topic, waiting[0]):
                waiting.pop(0)
            elif monotonic() > until:
                raise BrokerAwayError(
                    f"no tick on {topic} within {deadline_s:.0f} s; is the ticker running?"
                )
            else:
                pause(LOOK_EVERY_S)


def _begins_with_tick(reader: LogReader, topic: str, partition: int) -> bool:
    """Retention may have taken the first tick of an old log: then the log has begun."""
    low, end = reader.bounds(topic, partition)
    if low > 0:
        return True
    if end == 0:
        return False
    reader.start(topic, partition, 0)
    first = next(reader.until(1))
    if not is_tick(first.value() or b""):
        raise LogError(f"{topic} partition {partition} begins with a record, not with a tick")
    return True
