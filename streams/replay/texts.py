"""What became of a text, as it is kept so that no run has to resolve it again."""

from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

import msgspec

from schemas.clock import Millis
from schemas.records import Candidate, Mention
from streams.core.lifting import Ready

R = TypeVar("R", Mention, Candidate)
_encode: Final = msgspec.msgpack.Encoder().encode
_mention: Final = msgspec.msgpack.Decoder(Mention).decode
_candidate: Final = msgspec.msgpack.Decoder(Candidate).decode


class Text(msgspec.Struct, array_like=True, frozen=True):
    """What it was when it was resolved, and what it named: records in msgpack."""

    raw_id: str
    source_type: str
    known_time: Millis
    catalogue_version: int
    mentions: list[msgspec.Raw]
    candidates: list[msgspec.Raw]

    def is_of(self, ready: Ready) -> bool:
        """Whether resolving that would give this."""
        return (self.raw_id == ready.raw.id and self.known_time == ready.known_time
                and self.source_type == ready.raw.source_type
                and self.catalogue_version == ready.catalogue_version)


def text_of(ready: Ready, found: Iterable[Mention | Candidate]) -> Text:
    """Mentions come before candidates, as they are resolved."""
    mentions: list[msgspec.Raw] = []
    candidates: list[msgspec.Raw] = []
    for record in found:
        kept = mentions if isinstance(record, Mention) else candidates
        kept.append(msgspec.Raw(_encode(record)))
    raw = ready.raw
    return Text(raw.id, raw.source_type, ready.known_time, ready.catalogue_version, mentions,
                candidates)


def records_of(text: Text, config_hash: str = "") -> Iterator[Mention | Candidate]:
    """What it named, as settings of this hash would have said it; without one, as it was kept."""
    for body in text.mentions:
        yield _said_by(_mention(body), config_hash)
    for body in text.candidates:
        yield _said_by(_candidate(body), config_hash)


def _said_by(record: R, config_hash: str) -> R:
    """Resolving depends on no setting, but its records name the settings of their run."""
    if not config_hash or record.config_hash == config_hash:
        return record
    return msgspec.structs.replace(record, config_hash=config_hash)
