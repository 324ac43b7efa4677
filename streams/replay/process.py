"""A share in a process of its own: what crosses are bytes, a batch at a time.

The process outlives neither the one that started it nor the work; Ctrl-C is for that one.
"""

import os
import signal
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread

import msgspec

from schemas.records import RECORDS, Candidate, Mention, Proposal, Record, Tick
from streams.core.lifting import Ready
from streams.garbage import settle
from streams.replay.account import Part
from streams.replay.kept_share import KeptShare, read_shares, write_share
from streams.replay.share import Read, Share, Task
from streams.replay.texts import Text

Told = list[tuple[str, msgspec.Raw]]  # the kind of record, and the record
_TYPES = {record.schema_name: msgspec.msgpack.Decoder(record) for record in RECORDS}


class ReadBytes(msgspec.Struct, array_like=True):
    """As `share.Read`; what is for other shares is passed on as it is."""

    mentions: list[bytes]
    names: list[bytes]
    part: Part
    told: Told


class FoldedBytes(msgspec.Struct, array_like=True):
    """As `share.Folded`."""

    proposals: list[Proposal]
    closed: int
    first: int
    part: Part
    told: Told


pack = msgspec.msgpack.Encoder().encode
read_bytes = msgspec.msgpack.Decoder(ReadBytes).decode
folded_bytes = msgspec.msgpack.Decoder(FoldedBytes).decode
_ready = msgspec.msgpack.Decoder(list[Ready]).decode
_texts = msgspec.msgpack.Decoder(list[Text]).decode
_mentions = msgspec.msgpack.Decoder(list[Mention]).decode
_names = msgspec.msgpack.Decoder(list[Candidate]).decode
_ticks = msgspec.msgpack.Decoder(list[Tick]).decode

_share: Share | None = None


def told_of(told: Told) -> list[Record]:
    return [_TYPES[kind].decode(record) for kind, record in told]


def wrapped(told: Sequence[Record]) -> Told:
    return [(record.schema_name, msgspec.Raw(pack(record))) for record in told]


def start(task: Task) -> None:
    """Run once, when the process begins."""
    global _share  # a process has one share, and every call to it is a plain function
    belong()
    _share = Share(task)
    settle()


@contextmanager
def starting() -> Iterator[set[BaseProcess]]:
    """Gives the processes that were started in here, once they are.

    They never hear Ctrl-C, not even while they import. This one hears it when it leaves.
    """
    started: set[BaseProcess] = set()
    others = set(active_children())
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield started
    finally:
        started |= set(active_children()) - others
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def stop(pools: Iterable[ProcessPoolExecutor], started: Iterable[BaseProcess]) -> None:
    """End what the processes of the pools are at, and the pools with them.

    Each pool is waited for: left to itself, its thread races the end of the interpreter.
    """
    for process in started:
        process.terminate()
    for pool in pools:
        pool.shutdown(cancel_futures=True)


def belong() -> None:
    """Leave Ctrl-C to the process that started this one, and end when that does, however it ends.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _own() -> Share:
    if _share is None:
        raise AssertionError("the process was not started with a share")
    return _share


def texts(piece: bytes) -> bytes:
    return pack(_own().texts(_ready(piece)))


def resolve(piece: bytes) -> bytes:
    return _packed(_own().resolve(_ready(piece)))


def recall(piece: bytes) -> bytes:
    return _packed(_own().recall(_texts(piece)))


def _packed(found: Read) -> bytes:
    return pack(ReadBytes(
        [pack(mentions) for mentions in found.mentions], [pack(names) for names in found.names],
        found.part, wrapped(found.told),
    ))


def fold(mentions: list[bytes], names: list[bytes], ticks: bytes) -> bytes:
    found = _own().fold(
        [one for blob in mentions for one in _mentions(blob)],
        [one for blob in names for one in _names(blob)], _ticks(ticks),
    )
    return pack(FoldedBytes(
        found.proposals, found.closed, found.first, found.part, wrapped(found.told)))


def save(file: Path) -> KeptShare:
    return write_share(_own(), file)


def restore(files: list[KeptShare], folder: Path, number: int, shares: int) -> None:
    read_shares(_own(), files, folder, number, shares)
