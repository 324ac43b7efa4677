"""What an archive holds, entry by entry: each names its files and covers the entry before.

An entry is never changed. What was sealed and later rewritten without somebody's words is told by a
later entry that replaces the file, so that the chain can be proved for ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Final, Literal

import msgspec

from schemas.clock import Millis
from schemas.errors import FatalError
from schemas.version import CODE_VERSION

FORMAT: Final = 1
FOLDER: Final = "_manifest"
PENDING: Final = "_pending"


class DamagedError(FatalError):
    """Something in the archive is not what was sealed."""


class Block(msgspec.Struct, frozen=True, array_like=True):
    """Where a block lies in its file, how many records it holds, and its digest."""

    offset: int
    size: int
    records: int
    digest: str


class Span(msgspec.Struct, frozen=True, array_like=True):
    """Offsets of one partition: from `begin` on, and `end` is the first that is not meant."""

    partition: int
    begin: int
    end: int


class File(msgspec.Struct, frozen=True, kw_only=True):
    """One sealed file: the messages of one kind."""

    path: str
    kind: str  # the record's name; unreadable for what is no record of ours, or of no date
    records: int
    size: int
    sha256: str
    spans: tuple[Span, ...]
    first_known: Millis | None  # known_time; null for what has none
    last_known: Millis | None
    first_time: Millis  # when the broker's log got it
    last_time: Millis
    forgotten: int = 0  # records that were blanked
    blocks: tuple[Block, ...]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a topic's chain."""

    format: int = FORMAT
    number: int = 0
    previous: str = ""  # sha256 of the entry before
    topic: str
    incarnation: str = ""  # Kafka's id of the topic
    kind: Literal["sealed", "rewritten", "forgotten"]
    hour: str = ""  # of the messages' own time
    spans: tuple[Span, ...] = ()  # what was read for it
    lost: tuple[Span, ...] = ()  # what the topic had dropped before it could be read
    next: dict[str, int] = msgspec.field(default_factory=dict)  # of every partition, after it
    files: tuple[File, ...] = ()
    replaces: tuple[str, ...] = ()  # paths that no longer count, one for each of the files
    forgotten: int = 0  # records blanked in it
    rewritten: int = 0  # number of the newest entry that replaces files
    raw_ids: tuple[str, ...] = ()  # of the chain of the forgotten
    derived_ids: tuple[str, ...] = ()  # what was made of them
    by: str = ""  # who took it back: upstream or a person
    sealed_at: Millis
    code_version: str = CODE_VERSION

    @property
    def records(self) -> int:
        return sum(file.records for file in self.files)


def entry_path(topic: str, number: int) -> str:
    return f"{topic}/{FOLDER}/{number:08d}.json"


def pending_path(topic: str, path: str) -> str:
    return f"{topic}/{PENDING}/{PurePosixPath(path).name}"


def encode(entry: Entry) -> bytes:
    return msgspec.json.format(msgspec.json.encode(entry), indent=1) + b"\n"


def decode(told: bytes, path: str) -> Entry:
    """Raises DamagedError naming the entry."""
    try:
        entry = msgspec.json.decode(told, type=Entry)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DamagedError(f"{path}: {error}") from None
    if entry.format != FORMAT:
        raise FatalError(f"{path}: format {entry.format}; this version reads {FORMAT}")
    return entry


def digest(told: bytes) -> str:
    return sha256(told).hexdigest()


@dataclass(slots=True)
class Holding:
    """What the entries of one topic come to."""

    topic: str
    files: dict[str, File] = field(default_factory=dict)
    sealed_in: dict[str, int] = field(default_factory=dict)  # path -> number of its first entry
    incarnations: dict[str, str] = field(default_factory=dict)  # of the files, by path
    incarnation: str = ""  # of the newest
    next: dict[int, int] = field(default_factory=dict)
    lost: list[Span] = field(default_factory=list)
    number: int = 0

    def add(self, entry: Entry) -> None:
        """A file that replaces another one stands in its place."""
        before = entry.replaces or ("",) * len(entry.files)
        for old, file in zip(before, entry.files, strict=True):
            self.files.pop(old, None)
            self.files[file.path] = file
            self.sealed_in[file.path] = self.sealed_in.pop(old, entry.number)
            self.incarnations[file.path] = self.incarnations.pop(old, entry.incarnation)
        self.lost += entry.lost
        self.next = {int(p): at for p, at in entry.next.items()}
        self.number, self.incarnation = entry.number, entry.incarnation


def broken_links(topic: str, chain: Sequence[tuple[str, bytes]]) -> list[str]:
    """What is wrong with the entries themselves: a number left out, a hash that does not fit."""
    found: list[str] = []
    before = ""
    for number, (path, told) in enumerate(chain, start=1):
        entry = decode(told, path)
        if path != entry_path(topic, number) or entry.number != number:
            found.append(f"{path}: entry {number} of {topic} is missing")
            return found
        if entry.previous != before:
            found.append(f"{path}: it does not cover the entry before it, which was changed")
        before = digest(told)
    return found
