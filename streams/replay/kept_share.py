"""A share's rows in a file, and the shares of a run out of the files of all of them."""

import os
from hashlib import sha256
from pathlib import Path
from time import monotonic

import msgspec

from schemas.records import Candidate, Mention
from streams.core.naming import name_of
from streams.replay.blocks import DamagedKeptError
from streams.replay.share import Rows, Share, parted, share_of


class KeptShare(msgspec.Struct, frozen=True):
    """A file, the digest of it, and how long it took."""

    file: str
    sha256: str
    seconds: float = 0.0


class _Kept(msgspec.Struct, array_like=True):
    mentions: Rows
    names: Rows
    waiting: list[Mention]
    waiting_names: list[Candidate]


_decode = msgspec.msgpack.Decoder(_Kept).decode


def settle(file: Path, body: bytes) -> str:
    """Write it whole or not at all; its digest."""
    growing = file.with_name(f".{file.name}.{os.getpid()}")
    with growing.open("wb") as out:
        out.write(body)
        out.flush()
        os.fsync(out.fileno())
    growing.replace(file)
    return sha256(body).hexdigest()


def unsealed(folder: Path, kept: KeptShare) -> bytes:
    """The bytes of a file. Raises DamagedKeptError naming it when they are not what was kept."""
    try:
        body = (folder / kept.file).read_bytes()
    except OSError as error:
        raise DamagedKeptError(f"{kept.file}: {error.strerror}") from None
    if sha256(body).hexdigest() != kept.sha256:
        raise DamagedKeptError(f"{kept.file} is not what was written")
    return body


def write_share(share: Share, file: Path) -> KeptShare:
    began = monotonic()
    kept = _Kept(share.mentions.rows(), share.names.rows(), [], [])
    for one in (*share.mentions.waiting(), *share.names.waiting()):
        if isinstance(one, Mention):
            kept.waiting.append(one)
        else:
            kept.waiting_names.append(one)
    told = settle(file, msgspec.msgpack.encode(kept))
    return KeptShare(file.name, told, monotonic() - began)


def read_shares(
    share: Share, files: list[KeptShare], folder: Path, number: int, shares: int
) -> None:
    """Share `number` of so many, whatever number of them wrote the files."""
    mentions: Rows = {}
    names: Rows = {}
    waiting: list[Mention] = []
    waiting_names: list[Candidate] = []
    for one in files:
        kept = _decode(unsealed(folder, one))
        mentions |= parted(kept.mentions, number, shares)
        names |= parted(kept.names, number, shares)
        waiting += [m for m in kept.waiting if share_of(m.entity_id, shares) == number]
        waiting_names += [c for c in kept.waiting_names
                          if share_of(name_of(c), shares) == number]
    share.mentions.restore(mentions, waiting)
    share.names.restore(names, waiting_names)
