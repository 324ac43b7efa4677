"""What the log says about itself: that an interval is over, that a message was unreadable."""

from schemas.clock import Millis
from schemas.records.base import Record


class Tick(Record, frozen=True, kw_only=True, gc=False):
    """Interval `n` is over. A record among the data, so that the log itself tells the time."""

    schema_name = "tick"
    n: int  # known_time of interval n ends at (n + 1) minutes since the epoch
    first: int  # the deployment's first tick; each raw partition's log begins with a tick
    present: dict[str, int]  # source -> raw partitions that interval n waits for
    catalogue: tuple[int, int]  # catalogue versions of the intervals n + 1 and n + 2
    origin: str = ""  # set by the resolver: the raw partition whose clock this is


class DeadLetter(Record, frozen=True, kw_only=True, gc=False):
    """A message that could not be read, with its coordinates and its bytes."""

    schema_name = "dead-letter"
    id: str
    known_time: Millis
    topic: str  # where it was read
    partition: int
    offset: int
    group: str  # who could not read it
    reason: str
    schema_id: int | None = None  # as its frame says, when it has one
    key: bytes | None = None
    value: bytes | None = None
