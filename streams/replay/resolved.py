"""A recording resolved once, to be measured many times: what `mentions` and candidates would hold.

Resolving is most of the work and depends on no setting but the spam models. What it gives is kept
in a file, in order; measuring reads that in one pass, so that memory is that of the windows.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import IO, Final

import msgspec

from schemas.errors import FatalError
from schemas.records import Candidate, Mention, RawMention, Tick
from streams.core.config import CoreConfig
from streams.core.pipeline import Discovering, Emitted, Measuring, emitted
from streams.replay.batches import batches
from streams.replay.crew import crew_of
from streams.replay.share import Task
from streams.replay.together import read

Read = Mention | Candidate | Tick
_KINDS: Final[tuple[type[Read], ...]] = (Mention, Candidate, Tick)
_MARKS: Final = {kind.schema_name: bytes([number]) for number, kind in enumerate(_KINDS)}
_DECODERS: Final = tuple(msgspec.msgpack.Decoder(kind) for kind in _KINDS)
_HEAD: Final = 5  # the kind, and the length in four bytes
READ_TOPICS: Final = frozenset({"mentions", "entities.candidates"})
END: Final = b"\xffend!"


def resolve_once(task: Task, log: Iterable[RawMention | Tick], out: IO[bytes]) -> int:
    """Resolve a log to a file, by as many processes as the task has shares; the mentions.

    The ticks of a batch stand behind all that is in it, as on a partition that was read late.
    """
    encode, mentions = msgspec.msgpack.Encoder().encode, 0
    handing = msgspec.structs.replace(task, wanted=READ_TOPICS, counted=False)
    with closing(crew_of(handing)) as crew:
        for batch, reads in read(crew, batches(log, task.sources)):
            for found in reads:
                for name, body in crew.bodies(found):
                    mentions += name == Mention.schema_name
                    out.write(_MARKS[name] + len(body).to_bytes(4, "big") + body)
            for tick in batch.ticks:
                body = encode(tick)
                out.write(_MARKS[Tick.schema_name] + len(body).to_bytes(4, "big") + body)
    out.write(END)
    return mentions


def resolved(file: IO[bytes]) -> Iterator[Read]:
    """What was resolved. Raises FatalError for a file that was cut short."""
    while (head := file.read(_HEAD)) != END:
        size = int.from_bytes(head[1:], "big")
        body = file.read(size)
        if len(head) < _HEAD or len(body) < size or head[0] >= len(_KINDS):
            raise FatalError("what was resolved before is damaged: delete the cache")
        yield _DECODERS[head[0]].decode(body)


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
