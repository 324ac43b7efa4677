"""What a recording consists of: every file with its digests, chained, and the seal over all.

The seal is one figure to write down elsewhere: whoever changes a byte and every digest beside it
ends up with another seal.
"""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from deploy.replay.recording.container import DamagedError, Sealed, damage
from schemas.clock import Millis
from schemas.errors import SettingsError

NAME: Final = "manifest.json"
FORMAT: Final = 1


class Original(msgspec.Struct, frozen=True, kw_only=True):
    """The plain file that a recording was made of."""

    file: str
    sha256: str
    column_map: str
    rejected: dict[str, int]  # rows that were no mention, by reason


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about a recording but its records."""

    format: int = FORMAT
    made_from: Literal["topics", "archive", "file"]
    namespace: str = ""
    simulated: bool = False
    sources: tuple[str, ...]
    catalogue_version: int  # the newest that a tick names
    code_version: str
    config: dict[str, Any] | None  # of the computation; null when nobody knows it
    config_hash: str | None
    since: Millis | None = None
    until: Millis | None = None
    first_tick: int
    last_tick: int
    first_known: Millis
    last_known: Millis
    mentions: int
    unreadable: int = 0  # messages that were no record of ours
    original: Original | None = None
    files: tuple[Sealed, ...]
    seal: str = ""


def chained(files: Iterable[Sealed]) -> tuple[Sealed, ...]:
    """In the order of their names, each with the hash over itself and what was before."""
    found: list[Sealed] = []
    before = ""
    for one in sorted(files, key=lambda f: f.file):
        told = f"{before}\n{one.file}\n{one.size}\n{one.sha256}"
        before = blake2b(told.encode(), digest_size=16).hexdigest()
        found.append(msgspec.structs.replace(one, chain=before))
    return tuple(found)


def sealed(manifest: Manifest) -> Manifest:
    """With its chain and its seal."""
    told = msgspec.structs.replace(manifest, files=chained(manifest.files), seal="")
    return msgspec.structs.replace(told, seal=_seal(told))


def _seal(manifest: Manifest) -> str:
    bare = msgspec.structs.replace(manifest, seal="")
    return blake2b(msgspec.json.encode(bare, order="deterministic"), digest_size=16).hexdigest()


def _written(manifest: Manifest) -> bytes:
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"


def write(folder: Path, manifest: Manifest) -> None:
    (folder / NAME).write_bytes(_written(manifest))


def read(folder: Path) -> Manifest:
    """Raises SettingsError when the folder is no recording, DamagedError for a broken manifest."""
    try:
        told = (folder / NAME).read_bytes()
    except OSError as error:
        raise SettingsError(f"{folder} is no recording: {NAME}: {error.strerror}") from None
    try:
        manifest = msgspec.json.decode(told, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DamagedError(f"{folder}: {NAME}: {error}") from None
    if manifest.format != FORMAT:
        raise SettingsError(
            f"{folder}: {NAME}: format {manifest.format}; this version reads {FORMAT}")
    for one in manifest.files:
        if Path(one.file).name != one.file:
            raise DamagedError(f"{folder}: {NAME}: {one.file!r} is no file of this folder")
    return manifest


def damages(folder: Path, manifest: Manifest, seal: str | None = None) -> list[str]:
    """Everything that is not what was sealed, by file and block; none for a sound recording.

    `seal` is what the reader wrote down when the recording was made.
    """
    found: list[str] = []
    if chained(manifest.files) != manifest.files:
        found.append(f"{NAME}: the chain over its files is broken")
    if _seal(manifest) != manifest.seal:
        found.append(f"{NAME}: its seal does not fit what it says")
    elif line := _other_line((folder / NAME).read_bytes(), _written(manifest)):
        # What is read is sealed; a blank or the name of what is left out would be read over.
        found.append(f"{NAME}: line {line} is not as it was written")
    if seal and seal != manifest.seal:
        found.append(f"{NAME}: its seal is {manifest.seal}, not {seal}")
    found += [words for one in manifest.files if (words := damage(folder, one))]
    return found + _strays(folder, manifest.files)


def _other_line(told: bytes, written: bytes) -> int:
    """The first line that differs, counted from 1; 0 for equal bytes."""
    pairs = zip_longest(told.split(b"\n"), written.split(b"\n"))
    return next((n for n, (one, other) in enumerate(pairs, 1) if one != other), 0)


def _strays(folder: Path, files: Sequence[Sealed]) -> list[str]:
    known = {one.file for one in files}
    return [f"{path.name}: not in the manifest" for path in sorted(folder.glob("*.avro"))
            if path.name not in known]


def require_sound(folder: Path) -> Manifest:
    """The manifest of a recording that is what was sealed. Raises DamagedError naming what not."""
    manifest = read(folder)
    found = damages(folder, manifest)
    if found:
        raise DamagedError(f"{folder}: {'; '.join(found)}")
    return manifest
