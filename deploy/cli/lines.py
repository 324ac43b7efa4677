"""JSON lines in and out, for commands that measure what the stream does on a file."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final, TypeVar

import msgspec
import orjson

from schemas.errors import SettingsError

T = TypeVar("T")
MARK: Final = b"\xef\xbb\xbf"  # some editors begin a file of UTF-8 with it


def read_lines(name: str, kind: type[T]) -> Iterator[tuple[int, T]]:
    """Each line as a record with its number; blank lines are passed over.

    `-` is standard input. Raises SettingsError naming the file, the line and what is wrong there.
    """
    decoder = msgspec.json.Decoder(kind)
    with _opened(name) as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                yield number, decoder.decode(line.removeprefix(MARK) if number == 1 else line)
            except (msgspec.DecodeError, UnicodeDecodeError) as refusal:
                raise SettingsError(f"{name} line {number}: {refusal}") from None


def _opened(name: str) -> IO[bytes]:
    if name == "-":
        return sys.stdin.buffer
    try:
        return Path(name).open("rb")
    except OSError as refusal:
        raise SettingsError(f"{name}: {refusal.strerror}") from None


def write_line(record: dict[str, Any]) -> None:
    sys.stdout.buffer.write(orjson.dumps(record) + b"\n")
