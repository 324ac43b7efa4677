"""What was computed once and is kept: by the recording, the settings and the very code."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable
from os import getpid
from pathlib import Path
from typing import IO, Final

from schemas.clock import now
from schemas.errors import SettingsError
from streams.replay.blocks import DamagedKeptError, require_whole
from streams.replay.checkpoint import EVERY_S, FORGOTTEN_MS

COMPUTING: Final = ("schemas", "streams")
READ: Final = (".py", ".json", ".avsc", ".yml")
LARGE: Final = ("resolved-*", "heard-*")
Say = Callable[[str], None]


def silent(_: str) -> None:
    """Nobody listens."""


@dataclass(frozen=True)
class Cache:
    """The folder of what was computed, and who is told what was found in it."""

    folder: Path
    say: Say = silent
    every_s: float = EVERY_S  # between two places that a run can go on from

    def made(self) -> "Cache":
        """Raises SettingsError when there can be no such folder. What nobody asked for in two weeks
        goes: a new version of the code asks for other names."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(f"--cache {self.folder}: {error.strerror}") from None
        if not os.access(self.folder, os.W_OK):
            raise SettingsError(f"--cache {self.folder}: it cannot be written to")
        before = now() - FORGOTTEN_MS
        for file in (one for names in LARGE for one in self.folder.glob(names)):
            if file.stat().st_mtime * 1000 < before:
                file.unlink()
        return self

    def holds(self, name: str) -> Path | None:
        """The file of this name when it is whole. One that is damaged is told of, and goes."""
        file = self.folder / name
        try:
            with file.open("rb") as looked_at:
                require_whole(looked_at)
        except FileNotFoundError:
            return None
        except DamagedKeptError as damage:
            self.say(f"{damage}: it is made again")
            file.unlink()
            return None
        os.utime(file)
        return file


@cache
def tree_hash(*packages: str) -> str:
    """Over every file of these packages."""
    told = blake2b(digest_size=12)
    for package in packages:
        _add(told.update, files(package))
    return told.hexdigest()


def code_hash() -> str:
    """Over every file that decides what is computed: a version number is the same for days."""
    return tree_hash(*COMPUTING)


def _add(take: Callable[[bytes], None], folder: Traversable) -> None:
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir() and entry.name != "__pycache__":
            _add(take, entry)
        elif entry.name.endswith(READ):
            take(entry.name.encode() + b"\0" + entry.read_bytes())


def key_of(*parts: str) -> str:
    return blake2b("\n".join((code_hash(), *parts)).encode(), digest_size=12).hexdigest()


def kept(file: Path, make: Callable[[IO[bytes]], object]) -> Path:
    """The file, made when it is not there. It gets its name when it is complete."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        growing = file.with_name(f"{file.name}.{getpid()}")
        try:
            with growing.open("w+b") as out:
                make(out)
            growing.replace(file)
        finally:
            growing.unlink(missing_ok=True)
    return file


def grown(file: Path, make: Callable[[IO[bytes]], object]) -> Path:
    """As `kept`, but what a run that was cut short has left is handed to `make`, to go on with."""
    growing = file.with_name(f"{file.name}.part")
    with locked(growing) as out:
        if out is None:
            return kept(file, make)  # another process makes the same at this moment
        make(out)
        out.flush()
        growing.replace(file)
    return file


@contextmanager
def locked(file: Path) -> Iterator[IO[bytes] | None]:
    """The file, to be read and written; None when another process has it, or just got done with
    it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    with file.open("r+b") as out:
        try:
            fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
            mine = file.stat().st_ino == os.fstat(out.fileno()).st_ino
        except OSError:
            mine = False
        yield out if mine else None
