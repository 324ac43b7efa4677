"""Where a recording grows until it is sealed: a folder beside its place, renamed at the end.

A recording that was cut short is never taken for one: it has no manifest and another name.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.replay.recording import manifest as seals
from deploy.replay.recording.container import Sealed, Writing
from schemas.errors import SettingsError
from schemas.records import Record, Tick


class Making:
    """The files of a recording to be, opened as records come."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[tuple[str, int], Writing] = {}
        self.ticks: list[int] = []  # first and last
        self.catalogue = 0

    def add(self, topic: str, partition: int, offset: int, record: Record) -> None:
        writing = self._open.get((topic, partition))
        if writing is None:
            writing = self._open[topic, partition] = Writing(self.folder, topic, partition)
        writing.add(offset, record)
        if topic == "ticks" and isinstance(record, Tick):
            self.ticks = [*self.ticks[:1], record.n]
            self.catalogue = max(self.catalogue, *record.catalogue)

    def close(self) -> None:
        for writing in self._open.values():
            writing.close()

    def seal(self) -> list[Sealed]:
        return [writing.seal() for writing in self._open.values()]


@contextmanager
def making(out: Path) -> Iterator[Making]:
    """A recording that becomes `out` when its manifest was written. Raises SettingsError when
    something is there already."""
    if out.exists():
        raise SettingsError(f"{out} is there already; a recording is never written over")
    growing = out.with_name(f".{out.name}.{os.getpid()}")
    made = Making(growing)
    try:
        growing.mkdir(parents=True)
        yield made
        _settle(growing)
        growing.rename(out)
    except OSError as error:
        raise SettingsError(f"{out}: {error.strerror or error}") from error
    finally:
        made.close()
        shutil.rmtree(growing, ignore_errors=True)


def _settle(folder: Path) -> None:
    """On disk before it gets its name."""
    if not (folder / seals.NAME).is_file():
        raise SettingsError(f"{folder}: nothing was recorded")
    for path in (*sorted(folder.iterdir()), folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
