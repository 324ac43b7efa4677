"""Where a run stood, so that one that was killed goes on from there: to the same digest.

The files of the shares are written first, then the one that names them with their digests. It gets
its name when it is complete: whenever the run is killed, what it names is whole.
"""

import fcntl
import os
import shutil
from collections.abc import Container, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Final

import msgspec

from schemas.clock import DAY_MS, Millis, now
from schemas.errors import FatalError
from streams.replay.account import Account, Part
from streams.replay.batches import Batch
from streams.replay.blocks import DamagedKeptError
from streams.replay.crew import Answer, Crew
from streams.replay.digest import Digest
from streams.replay.kept_share import KeptShare, settle, unsealed
from streams.replay.together import Together

NAME: Final = "place.bin"
HEARD: Final = "heard.bin"  # what the run let out so far, where somebody keeps that
LOCK: Final = "lock"
EVERY_S: Final = 20.0
WORTH_S: Final = 0.4  # what longer writing takes, longer pauses make up for: a fiftieth of the time
ATTEMPTS: Final = 100
FORGOTTEN_MS: Final = 14 * DAY_MS
_DIGEST: Final = 32


class Place(msgspec.Struct, array_like=True):
    """Everything that a run is, behind one of its batches."""

    key: str
    batch: int
    tick: int
    account: Part
    stories: dict[bytes, bytes]
    shares: list[KeptShare]
    heard: int = 0  # so much of what was heard stands before it

    def resumed(self) -> Account:
        account = Account(Digest())
        account.join(self.account)
        return account


_decode = msgspec.msgpack.Decoder(Place).decode


class Keeping:
    """The folder of one run; its name is the key of all that decides what the run computes."""

    def __init__(self, folder: Path, every_s: float = EVERY_S) -> None:
        self.folder, self._every_s = folder, every_s
        self._pause_s = every_s
        self._since, self._number = monotonic(), 0
        self.tick = -1  # behind which the run stands; -1 when nothing was kept

    @property
    def key(self) -> str:
        return self.folder.name

    def found(self) -> Place | None:
        """Where the run stood; None when nothing was kept.

        Raises DamagedKeptError naming what cannot be used.
        """
        file = self.folder / NAME
        if not file.exists():
            return None
        told = file.read_bytes()
        if sha256(told[_DIGEST:]).digest() != told[:_DIGEST]:
            raise DamagedKeptError(f"{file} is not what was written")
        try:
            place = _decode(told[_DIGEST:])
        except msgspec.DecodeError as error:
            raise DamagedKeptError(f"{file}: {error}") from None
        if place.key != self.key:
            raise DamagedKeptError(f"{file} is of run {place.key}, not of this one")
        for one in place.shares:
            unsealed(self.folder, one)
        self._number = max(_number_of(one.file) for one in place.shares)
        self.forget({NAME, HEARD, *(one.file for one in place.shares)})
        self.tick = place.tick
        return place

    def forget(self, but: Container[str] = ()) -> None:
        """What was kept is of no use any more."""
        for file in self.folder.iterdir():
            if file.name != LOCK and file.name not in but:
                file.unlink()

    def ask(self, crew: Crew) -> list[Answer[KeptShare]] | None:
        """When it is time, ask the shares to write what they have folded."""
        if monotonic() - self._since < self._pause_s:
            return None
        self._since = monotonic()
        self._number += 1
        return [crew.save(k, self.folder / f"share-{k}-{self._number}.bin")
                for k in range(crew.size)]

    def keep(
        self, batch: Batch, run: Together, asked: list[Answer[KeptShare]], heard: int = 0
    ) -> None:
        """Behind this batch; what was kept before goes."""
        shares = [answer() for answer in asked]
        self._pause_s = pause(self._every_s, max(one.seconds for one in shares))
        place = Place(self.key, batch.number, batch.last, run.account.part(), run.story_rows(),
                      shares, heard)
        body = msgspec.msgpack.encode(place)
        settle(self.folder / NAME, sha256(body).digest() + body)
        self.tick = batch.last
        newest = _number_of(shares[0].file)
        for file in self.folder.glob("share-*.bin"):  # the next ones may be there already
            if _number_of(file.name) < newest:
                file.unlink()


def pause(usual_s: float, took_s: float) -> float:
    """Until the place is kept again: writing all rows of a month takes seconds."""
    return usual_s * max(1.0, took_s / WORTH_S)


def _number_of(name: str) -> int:
    return int(name.removesuffix(".bin").rpartition("-")[2])


@contextmanager
def keeping(place: Path, key: str, every_s: float = EVERY_S) -> Iterator[Keeping | None]:
    """The folder for a run, below a place for many; None when another process runs the same.

    It is gone when the run came to its end, or ended before there was a place to go on from. What
    nobody went on with for two weeks goes too.
    """
    folder = place / key
    place.mkdir(parents=True, exist_ok=True)
    _tidy(place, now() - FORGOTTEN_MS, folder)
    with _entered(folder) as mine:
        if not mine:
            yield None
            return
        ended = False
        try:
            yield Keeping(folder, every_s)
            ended = True
        finally:
            if ended or _is_idle(folder):
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _entered(folder: Path) -> Iterator[bool]:
    """Whether nobody else is in it. Raises FatalError when others take it away again and again."""
    for _ in range(ATTEMPTS):
        folder.mkdir(exist_ok=True)
        try:
            lock = (folder / LOCK).open("w")
        except FileNotFoundError:
            continue  # who tidied up was faster
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield False
                return
            if os.fstat(lock.fileno()).st_nlink:  # it is still the one that others see
                yield True
                return
    raise FatalError(f"{folder} was taken away {ATTEMPTS} times")


def _is_idle(folder: Path) -> bool:
    """Whether there is nothing in it that a run could go on from."""
    return not (folder / NAME).exists()


def _tidy(place: Path, before: Millis, own: Path) -> None:
    for folder in place.iterdir():
        if folder == own:
            continue
        if folder.stat().st_mtime * 1000 < before:
            shutil.rmtree(folder, ignore_errors=True)
        elif _is_idle(folder):  # of a run that was killed, unless somebody is in it
            with _entered(folder) as mine:
                if mine:
                    shutil.rmtree(folder, ignore_errors=True)
