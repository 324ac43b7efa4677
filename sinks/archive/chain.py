"""The chain of a topic in a store: its head, its next entry, and the files that came with it.

Files are put aside, then the entry is created under the next number, then they get their names. Of
two writers one creates the number; the other's files never were. A process that died in between has
left an entry whose files are aside: `mend` gives them their names before anything else is done.
"""

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Final

import msgspec

from schemas.clock import HOUR_MS, Millis
from schemas.errors import HeatError
from sinks.archive.manifest import (
    FOLDER,
    PENDING,
    DamagedError,
    Entry,
    File,
    Holding,
    decode,
    digest,
    encode,
    entry_path,
    pending_path,
)
from sinks.archive.store import Store

AT_ONCE: Final = 16
NAME: Final = re.compile(r".+-(?P<number>\d{8})-[0-9a-f]{12}\.avro")
ABANDONED_AFTER_MS: Final = 6 * HOUR_MS


class OvertakenError(HeatError):
    """Somebody else has written the entry that we wanted to write."""


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry, and its digest."""

    entry: Entry | None = None
    digest: str = ""

    @property
    def number(self) -> int:
        return self.entry.number if self.entry else 0

    @property
    def next(self) -> dict[int, int]:
        return {int(p): at for p, at in self.entry.next.items()} if self.entry else {}


class Chain:
    """One topic's entries."""

    def __init__(self, store: Store, topic: str) -> None:
        self.store, self.topic = store, topic

    def head(self) -> Head:
        names = self.store.names(f"{self.topic}/{FOLDER}")
        if not names:
            return Head()
        told = self.store.get(names[-1]) or b""
        return Head(decode(told, names[-1]), digest(told))

    def append(self, head: Head, entry: Entry, bodies: Sequence[IO[bytes]]) -> Head:
        """The new head, when all its files are there. Raises OvertakenError when another one is.

        The files of `entry` have only folders for paths; `bodies` are what is in them.
        """
        last = head.entry
        number = head.number + 1
        entry = msgspec.structs.replace(
            entry,
            number=number,
            previous=head.digest,
            files=tuple(_named(file, number) for file in entry.files),
            rewritten=number if entry.replaces else last.rewritten if last else 0,
        )
        for file, body in zip(entry.files, bodies, strict=True):
            self.store.put(pending_path(self.topic, file.path), body)
        path, told = entry_path(self.topic, number), encode(entry)
        # A store whose answer was lost has us try again: then the entry that is there is ours.
        if not self.store.create(path, told) and self.store.get(path) != told:
            raise OvertakenError(f"{self.topic}: entry {number} is somebody else's")
        self._name(entry)
        return Head(entry, digest(told))

    def mend(self, now: Millis) -> None:
        """Finish what a process that died left half done, and remove what came to nothing."""
        for path, put_at in self.store.dated(f"{self.topic}/{PENDING}"):
            name = NAME.fullmatch(path)
            if name is None:  # somebody else's
                continue
            number = int(name["number"])
            told = self.store.get(entry_path(self.topic, number))
            entry = decode(told, path) if told else None
            mine = (
                [f for f in entry.files if pending_path(self.topic, f.path) == path]
                if entry
                else []
            )
            if mine:
                self.store.rename(path, mine[0].path)
            elif now - put_at > ABANDONED_AFTER_MS:
                self.store.delete(path)
        head = self.head().entry
        if head and head.rewritten:
            told = self.store.get(entry_path(self.topic, head.rewritten))
            for path in decode(told, self.topic).replaces if told else ():
                self.store.delete(path)

    def _name(self, entry: Entry) -> None:
        for file in entry.files:
            self.store.rename(pending_path(self.topic, file.path), file.path)
        for path in entry.replaces:
            self.store.delete(path)

    def told(self, after: int = 0) -> list[tuple[str, bytes]]:
        """Every entry behind a number as it stands there, with its path, in order."""
        behind = entry_path(self.topic, after) if after else ""
        names = self.store.names(f"{self.topic}/{FOLDER}", behind)
        with ThreadPoolExecutor(AT_ONCE) as readers:
            return list(zip(names, map(_there, readers.map(self.store.get, names)), strict=True))

    def entries(self) -> Iterator[Entry]:
        return (decode(told, path) for path, told in self.told())

    def holding(self) -> Holding:
        """What there is, all entries together."""
        held = Holding(self.topic)
        for entry in self.entries():
            held.add(entry)
        return held


@contextmanager
def opened(store: Store, file: File) -> Iterator[IO[bytes]]:
    """A file to read, also when its writer died before it had its name, or gives it right now.

    Raises DamagedError when it is nowhere.
    """
    aside = pending_path(file.path.split("/", 1)[0], file.path)
    for path in (file.path, aside, file.path):
        with store.opened(path) as body:
            if body is not None:
                yield body
                return
    raise DamagedError(f"{file.path}: missing")


def _named(file: File, number: int) -> File:
    name = f"{file.kind}-{number:08d}-{file.sha256[:12]}.avro"
    return msgspec.structs.replace(file, path=f"{file.path}/{name}")


def _there(told: bytes | None) -> bytes:
    return told or b""


def topics_of(store: Store) -> list[str]:
    """Every topic that has a chain, without the chain of the forgotten."""
    return [name for name in store.folders() if not name.startswith("_")]


def in_range(files: Sequence[File], since: Millis | None, until: Millis | None) -> list[File]:
    """The files with any message that was known, or else appended, in [since, until)."""

    def touches(file: File) -> bool:
        first = file.first_time if file.first_known is None else file.first_known
        last = file.last_time if file.last_known is None else file.last_known
        return (since is None or last >= since) and (until is None or first < until)

    return [file for file in files if touches(file)]
