"""What every source declares and can do. Deciding and reading are pure; the base does the asking.

To add a source: subclass in a file of its own, add it to `producers/sources.py`, and give it a
recorded body in `tests/producers/fixtures/<name>/`; `tests/producers/test_every_source.py` then
holds it to what every source promises.

Three kinds of source differ in who asks: a polled one yields requests that the base sends; a
called one asks through its provider's library, over a session of the base's; a listened one is a
stream that the base keeps open. All of them read bodies with the one method `parse`.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

import httpx
import requests

from producers.base.body import Body
from producers.base.facts import Cost, Credential, Facts
from producers.base.options import SourceOptions
from producers.base.recovery import Recovery
from schemas.clock import Millis
from schemas.errors import HeatError
from schemas.ids import mention_id
from schemas.records import RawMention
from schemas.settings import KeysSection
from schemas.sources import SOURCE_TYPES

WITHIN_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Ask:
    """One question: the request, what it costs, and how urgent it is (0 first).

    `label` says what it is for (a subreddit, a search); with it goes the schedule's memory.
    `every` overrides how many seconds pass before it is asked again; None: at every poll.
    `from_text` marks an address that came out of somebody's text: the base guards it.
    `within_s` is how long the whole call may take, 170 s at most.
    """

    request: httpx.Request
    label: str = ""
    cost: Cost = field(default_factory=lambda: {"requests": 1.0})
    priority: int = 1
    every: float | None = None
    from_text: bool = False
    within_s: float = WITHIN_S


class Source(ABC):
    """What all sources promise."""

    facts: ClassVar[Facts]
    Options: ClassVar[type[SourceOptions]] = SourceOptions
    recovery: ClassVar[Mapping[int, Recovery]] = {}  # statuses that mean something else here

    def __init__(
        self, options: SourceOptions | None = None, keys: KeysSection | None = None
    ) -> None:
        self.options = options if options is not None else self.Options()
        self.keys = keys if keys is not None else KeysSection()

    @property
    def name(self) -> str:
        return self.facts.name

    @property
    def source_type(self) -> str:
        return SOURCE_TYPES[self.name]

    @property
    def poll_every_s(self) -> float:
        """Seconds between polls: what a person set, else what the source declares."""
        return self.options.poll_every_s or self.facts.poll_every.total_seconds()

    def missing(self) -> tuple[Credential, ...]:
        """The credentials it cannot do without and does not have."""
        return tuple(
            c
            for c in self.facts.credentials
            if not c.optional and getattr(self.keys, c.key) is None
        )

    def refusal(self, body: Body) -> HeatError | None:
        """What the body of a failure says beyond its status; None when the status says it all.

        It is asked about successes too: some sources refuse with status 200.
        """
        return None

    def spent(self, body: Body) -> Cost | None:
        """What the call behind an answer really cost, when the answer tells; None: what was asked.

        Only the units that it names are corrected: usd by the results that came back.
        """
        return None

    def mention(self, native_id: str, known_time: Millis, **said: Any) -> RawMention:
        """What this source said, by its own name for it: one id, however often it is read."""
        return RawMention(
            id=mention_id(self.name, native_id),
            native_id=native_id,
            source=self.name,
            source_type=self.source_type,
            known_time=known_time,
            **said,
        )

    @abstractmethod
    def parse(self, body: Body) -> Iterator[RawMention]:
        """Read one successful body, told from its bytes whichever of the source's it is.

        Raises UnreadableBodyError when it is not what the source promises. Same body and time,
        same mentions; no mention happened after `body.fetched_at`. A tombstone (`deleted`) has
        the id of what it takes back: it is published although that id was seen.
        """


class PolledSource(Source):
    """A source that is asked again and again."""

    @abstractmethod
    def asks(self, moment: Millis) -> Iterable[Ask]:
        """What to ask in a poll at `moment`. The base adds who we are and what we have seen."""

    def following(self, ask: Ask, body: Body) -> Ask | None:
        """The next page of an answer, when there is one worth its price."""
        return None


class CalledSource(Source):
    """A source that is asked through its provider's library."""

    @abstractmethod
    def collect(self, session: requests.Session, moment: Millis) -> Iterator[RawMention]:
        """Ask over `session`, which admits, audits and limits every request, and read the answers.

        Runs in a thread. Errors of the library are raised as HeatErrors of the right class; what
        was yielded before one is kept, so that a part that failed is raised at the end.
        """

    def costs(self, request: requests.PreparedRequest) -> Cost:
        """What one request of the library costs."""
        return {"requests": 1.0}


@dataclass(frozen=True, slots=True)
class Event:
    """One server-sent event: its id, "" without one, and its lines as they were sent."""

    id: str
    block: bytes


class ListenedSource(Source):
    """A source that speaks by itself over server-sent events, and can go on where it stopped.

    Every minute the base gives `parse` what came, as one body of server-sent events; once its
    mentions are safe in the log the last event's id is kept, and a restart connects with it.
    A source that also polls subclasses both: one process does both.
    """

    @abstractmethod
    def connect(self, cursor: str | None) -> httpx.Request:
        """The request that opens the stream, at the cursor that the last event left."""

    def wants(self, block: bytes) -> bool:
        """A quick look at an event's lines: False leaves it out before it takes any room."""
        return True

    def ripe(self, events: Sequence[Event]) -> int:
        """How many of the events, from the first, may be read now; the others wait for more.

        A source that counts by windows of event time holds a window back until it is over: a
        restart then reads the same windows, and their mentions have the same ids.
        """
        return len(events)
