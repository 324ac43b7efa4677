"""Recorded bodies of a source, read as a poll would read them; what it would publish as JSON lines.

No network is touched. A file that ends in an error says which, and what the base would do about it.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

import msgspec

from producers.base.answers import mentions_in
from producers.base.recorded import recorded_bodies
from producers.base.recovery import recovery_for
from producers.base.source import Source
from schemas.clock import Millis
from schemas.codec import encode
from schemas.errors import HeatError, RetriableError, SettingsError, SkippableError
from schemas.records import RawMention


def parse_files(
    source: Source, names: Iterable[str], now: Millis, at: Millis | None, out: IO[bytes]
) -> bool:
    """Write the lines of every file; whether all of them could be read."""
    told: dict[str, bool] = {}  # id, and whether it was told as deleted
    well = True
    for name in names:
        content = _content(name)
        try:
            mentions = [
                mention
                for body in recorded_bodies(content, now, at)
                for mention in mentions_in(source, body)
            ]
        except HeatError as error:
            well = False
            _write(out, refusal_line(error, name))
            continue
        for mention in mentions:
            if mention.id not in told or (mention.deleted and not told[mention.id]):
                told[mention.id] = mention.deleted
                well = _tell(out, mention, name) and well
    return well


def refusal_line(error: HeatError, name: str) -> dict[str, Any]:
    """An error by its name, and what the base would do about it."""
    return {
        "error": type(error).__name__,
        "message": str(error),
        "recovery": recovery_for(error),
        "retry_after": error.retry_after if isinstance(error, RetriableError) else None,
        "file": name,
    }


def _tell(out: IO[bytes], mention: RawMention, name: str) -> bool:
    """False for a mention that the log could not hold."""
    try:
        encode(mention)
    except SkippableError as error:
        _write(out, refusal_line(error, name))
        return False
    _write(out, mention)
    return True


def _content(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise SettingsError(f"{name}: {error.strerror}") from None


def _write(out: IO[bytes], line: RawMention | dict[str, Any]) -> None:
    out.write(msgspec.json.encode(line) + b"\n")
