"""What every polled source declares and can do. Both halves are pure; the base does the asking.

To add a source: subclass in a file of its own, add it to `producers/sources.py`, and give it a
recorded body in `tests/producers/fixtures/<name>/`; `tests/producers/test_every_source.py` then
holds it to what every source promises.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import ClassVar

import httpx

from producers.base.recovery import Recovery
from schemas.clock import Millis
from schemas.records import RawMention
from schemas.sources import SOURCE_TYPES


class PolledSource(ABC):
    """A source that is asked again and again."""

    name: ClassVar[str]
    poll_every: ClassVar[timedelta]
    recovery: ClassVar[Mapping[int, Recovery]] = {}  # statuses that mean something else here

    @property
    def source_type(self) -> str:
        return SOURCE_TYPES[self.name]

    @abstractmethod
    def requests(self) -> Iterable[httpx.Request]:
        """What to ask in one poll. The base adds who we are and what we have seen."""

    @abstractmethod
    def parse(self, body: bytes, fetched_at: Millis) -> Iterator[RawMention]:
        """Read one body. Raises UnreadableBodyError when it is not what the source promises.

        Same body and time, same mentions; no mention happened after `fetched_at`.
        """
