"""What was computed once and is kept: by the recording, the settings and the very code."""

from collections.abc import Callable
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable
from os import getpid
from pathlib import Path
from typing import IO, Final

COMPUTING: Final = ("schemas", "streams.core", "streams.kpis", "streams.replay")
READ: Final = (".py", ".json", ".avsc", ".yml")


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
            with growing.open("wb") as out:
                make(out)
            growing.replace(file)
        finally:
            growing.unlink(missing_ok=True)
    return file
