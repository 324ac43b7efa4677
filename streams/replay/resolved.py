"""A recording resolved once, to be measured many times: what `mentions` and candidates would hold.

Resolving is most of the work and depends on no setting but the spam models. What it gives is kept
in a file, a sealed block for each batch; it is read in one pass, so that memory is that of the
windows, and one that was cut short is gone on with.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import IO, Final

import msgspec

from schemas.records import Candidate, Mention, RawMention, Tick
from streams.core.config import CoreConfig
from streams.core.lifting import Ready
from streams.core.pipeline import Discovering, Emitted, Measuring, emitted
from streams.replay.batches import Batch, batches
from streams.replay.blocks import END, DamagedKeptError, blocks, whole_blocks, write_block
from streams.replay.crew import crew_of
from streams.replay.share import Task
from streams.replay.texts import Text, records_of
from streams.replay.together import resolving

Read = Mention | Candidate | Tick


class _Written(msgspec.Struct, array_like=True):
    number: int
    pieces: list[msgspec.Raw]  # each a list of texts, as one share resolved it
    ticks: list[Tick]


class _Block(msgspec.Struct, array_like=True):
    number: int
    pieces: list[list[Text]]
    ticks: list[Tick]


_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(_Block).decode


def resolve_once(task: Task, log: Iterable[RawMention | Tick], out: IO[bytes]) -> int:
    """Resolve a log to a file, by as many processes as the task has shares; how many texts.

    What the file holds already of the same log stays, up to its last whole batch.
    """
    done = sum(1 for _ in whole_blocks(out))
    out.truncate()
    left = (batch for batch in batches(log, task.sources) if batch.number >= done)
    texts = 0
    with closing(crew_of(task)) as crew:
        for batch, pieces in resolving(crew, left):
            texts += len(batch.ready)
            told = [msgspec.Raw(piece) for piece in pieces]
            write_block(out, _encode(_Written(batch.number, told, batch.ticks)))
    out.write(END)
    return texts


def resolved(file: IO[bytes]) -> Iterator[Read]:
    """What was resolved; the ticks of a batch stand behind all that is in it, as on a partition
    that was read late. Raises DamagedKeptError for a file that is not what was written."""
    for block in map(_decode, blocks(file)):
        for piece in block.pieces:
            for text in piece:
                yield from records_of(text)
        yield from block.ticks


def texts(file: IO[bytes]) -> Iterator[Text]:
    """What became of each text, in the order of the log. Raises as `resolved` does."""
    for block in map(_decode, blocks(file)):
        for piece in block.pieces:
            yield from piece


def recalled(log: Iterable[Batch], kept: Iterator[Text]) -> Iterator[Batch]:
    """The batches of a log with what became of their texts in place of the texts.

    The log may lack some of what was resolved, as when a source was left out; what it has stands
    in the same order. Raises DamagedKeptError for a text that was not resolved.
    """
    for batch in log:
        batch.texts = [_recalled(ready, kept) for ready in batch.ready]
        yield batch


def _recalled(ready: Ready, kept: Iterator[Text]) -> Text:
    for text in kept:
        if text.is_of(ready):
            return text
    raise DamagedKeptError(f"what was resolved of this recording lacks mention {ready.raw.id}")


def measured(log: Iterable[Read], config: CoreConfig) -> Iterator[Emitted]:
    """Every event that follows from what was resolved, as a whole run would give it."""
    measuring, discovering = Measuring(config), Discovering(config)
    for record in log:
        if not isinstance(record, Candidate):
            for event in measuring.feed(record):
                yield emitted(event)
        if not isinstance(record, Mention):
            for event in discovering.feed(record):
                yield emitted(event)
