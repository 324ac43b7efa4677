"""A sealed recording as the core takes it: its partitions merged by the ticks they stood between.

How many partitions a topic had is nothing to the core, so each source is replayed as one. A
mention arrives in the interval in which it stood in its own partition; one that was written a
moment before its interval began waits for it, as it would live.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from operator import itemgetter
from pathlib import Path

import msgspec

from deploy.replay.recording.container import Sealed, entries
from deploy.replay.recording.manifest import Manifest, require_sound
from schemas.clock import tick_of
from schemas.errors import SettingsError
from schemas.records import Alert, Entity, RawMention, Record, Tick
from streams.core.spam_model import SpamModel
from streams.replay.catalogues import Catalogues
from streams.replay.reel import Interval

Arrival = tuple[int, list[RawMention]]  # interval, what arrived in it


@dataclass(frozen=True)
class Folder:
    """A recording that was found to be what was sealed."""

    path: Path
    manifest: Manifest

    @classmethod
    def opened(cls, path: Path) -> "Folder":
        """Raises SettingsError for no recording, DamagedError for one that was changed."""
        return cls(path, require_sound(path))

    def _files(self, topic: str) -> list[Sealed]:
        return [one for one in self.manifest.files if one.topic == topic]

    def _records(self, topic: str) -> Iterator[tuple[int, Record]]:
        for one in self._files(topic):
            yield from entries(self.path / one.file)

    def records(self, topic: str) -> Iterator[Record]:
        return (record for _, record in self._records(topic))

    def alerts(self) -> list[Alert]:
        return [record for record in self.records("alerts") if isinstance(record, Alert)]

    def entities(self) -> list[tuple[int, Entity]]:
        """The log of the catalogue."""
        return [(n, record) for n, record in self._records("entities")
                if isinstance(record, Entity)]

    def catalogue_at(self, spam_models: dict[str, SpamModel]) -> Catalogues:
        """Any version that a tick names, as a deployment would have had it."""
        return Catalogues(self.entities(), spam_models)

    @property
    def first_tick(self) -> int:
        """Where every partition is there: a log whose head is gone begins behind it."""
        trimmed = [one for one in self._raw_files() if one.first_offset > 0]
        return max([self.manifest.first_tick, *(self._tick_of(one) for one in trimmed)])

    def _raw_files(self) -> list[Sealed]:
        return [one for one in self.manifest.files if one.topic.startswith("raw.")]

    def _tick_of(self, one: Sealed) -> int:
        for _, record in entries(self.path / one.file):
            if isinstance(record, Tick):
                return record.n
        return -1

    def from_the_start(self) -> bool:
        """Whether it holds all that the deployment ever heard: only then is state equal."""
        first = next((r for r in self.records("ticks") if isinstance(r, Tick)), None)
        return first is not None and first.first == self.first_tick

    def reel(self) -> Iterator[Interval]:
        """Every interval, from the first whose beginning is on record."""
        begin = self.first_tick
        streams = [_arrivals(entries(self.path / one.file)) for one in self._raw_files()]
        arrivals = merge(*streams, key=itemgetter(0))
        waiting = next(arrivals, None)
        for tick in self.records("ticks"):
            if not isinstance(tick, Tick) or tick.n < begin:
                continue
            said: list[RawMention] = []
            while waiting and waiting[0] <= tick.n:
                if waiting[0] > begin:
                    said += waiting[1]
                waiting = next(arrivals, None)
            one_each = dict.fromkeys(tick.present, 1)
            yield Interval(said, msgspec.structs.replace(tick, present=one_each))


def _arrivals(log: Iterator[tuple[int, Record]]) -> Iterator[Arrival]:
    """What one partition held, by interval. What stands behind its last tick is of none yet."""
    last = -1
    pending: dict[int, list[RawMention]] = {}
    for _, record in log:
        if isinstance(record, RawMention):
            if last >= 0:
                n = max(last + 1, tick_of(record.known_time))
                pending.setdefault(n, []).append(record)
        elif isinstance(record, Tick) and record.n > last:
            last = record.n
            if pending:
                for n in sorted(n for n in pending if n <= last):
                    yield n, pending.pop(n)


def require_ticks(folder: Folder) -> Folder:
    """Raises SettingsError when there is nothing in the recording to replay."""
    if not folder._files("ticks"):
        raise SettingsError(f"{folder.path} holds no ticks: nothing in it can be replayed")
    return folder


def recorded(path: Path) -> Folder:
    """Raises SettingsError when there is nothing in the recording to replay, DamagedError for one
    that was changed."""
    return require_ticks(Folder.opened(path))
