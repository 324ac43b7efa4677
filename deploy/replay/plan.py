"""What to replay: which file or recording, read how, with which settings and which faults."""

from collections import Counter
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import msgspec

from deploy.replay.recording.container import sha256_of
from producers.catalogue.imports import read_file
from producers.catalogue.load import STARTER
from producers.file.column_map import parse_map
from producers.file.publish import Speed
from producers.file.recording import (
    Recording,
    counted,
    load_recording,
    require_no_hole,
    spliced,
)
from schemas.clock import Millis
from schemas.errors import SettingsError
from schemas.records import Entity
from streams.calendar import calendar_overrides
from streams.core.config import CoreConfig, configure, differing
from streams.core.spam_model import SpamModel
from streams.models import file_name, load_spam_models

Looking = Literal["auto", "always"]
RESOLVING: Final = frozenset({"evidence.spam_models"})  # settings that a resolver knows


class Reel(NamedTuple):
    """One plain file, and how it is read."""

    file: Path
    column_map: str
    source: str


@dataclass(frozen=True, slots=True)
class Plan:
    """One replay, before anything is opened."""

    file: Path  # or the folder of a sealed recording, which needs no map
    column_map: str = ""
    source: str = "file"
    speed: Speed = "max"
    overrides: dict[str, Any] = field(default_factory=dict)
    catalogue: Path | None = None  # the starter's, or the recording's own
    workers: int | None = None  # 1 of each role; in this process as many as are worth it
    raw_partitions: int = 2
    keyed_partitions: int = 4
    keep: bool = False
    models: Path | None = None  # folder of trained spam models
    drop: tuple[str, ...] = ()  # sources or types that are left out
    delay: tuple[str, ...] = ()  # such as reddit=2h
    faults: tuple[str, ...] = ()
    until: Millis | None = None  # what was known by then
    config: dict[str, Any] | None = None  # in place of the defaults, as a recording keeps it
    more: tuple[Reel, ...] = ()  # further plain files, of the same weeks
    rounds: Looking = "auto"  # of plain files: a source is away when its round is overdue

    @property
    def core(self) -> CoreConfig:
        if self.config is not None:
            return configure(self.overrides, convert(self.config))
        return configure({**calendar_overrides(), **self.overrides})

    @property
    def sealed_with(self) -> dict[str, Any]:
        """What the recording was sealed with, where that is not what this version begins with."""
        if self.config is None:
            return {}
        return differing(convert(self.config), configure(calendar_overrides()))

    @property
    def sealed(self) -> bool:
        """Whether it is a recording of ours."""
        return self.file.is_dir() and not self.more

    @property
    def reels(self) -> tuple[Reel, ...]:
        """The plain files."""
        return (Reel(self.file, self.column_map, self.source), *self.more)

    @property
    def sources(self) -> tuple[str, ...]:
        """Of the plain files, each once."""
        return tuple(dict.fromkeys(reel.source for reel in self.reels))

    @property
    def files(self) -> str:
        """The plain files, as an error names them."""
        return ", ".join(str(reel.file) for reel in self.reels)

    def recording(self) -> Recording:
        """The rows of the plain files, as one recording. Raises SettingsError for one that no run
        comes to the end of."""
        for reel in self.reels:
            if reel.file.is_dir():
                raise SettingsError(f"{reel.file} is a folder: several files have to be plain ones")
            if not reel.column_map:
                said = f"{reel.file} is a plain file: --map says what its columns mean"
                raise SettingsError(said)
        found = spliced([
            load_recording(reel.file, parse_map(reel.column_map), reel.source)
            for reel in self.reels
        ])
        require_no_hole(found.mentions, self.files)
        return found

    def sha256(self) -> str:
        """Of the plain file; of several, over those of all."""
        sums = [sha256_of(reel.file) for reel in self.reels]
        return sums[0] if len(sums) == 1 else sha256("\n".join(sums).encode()).hexdigest()

    def spam_models(self) -> dict[str, SpamModel]:
        return load_spam_models(self.core.evidence.spam_models, self.models)

    def model_sums(self) -> list[str]:
        """Of the trained models that it names, by source."""
        wanted = sorted(self.core.evidence.spam_models.items())
        return [sha256_of(self.models / file_name(*one)) for one in wanted if self.models]

    def to_resolve(self) -> "Plan":
        """The plan of whoever only resolves: of what `--set` changes, that alone makes a
        difference."""
        kept = {name: told for name, told in self.overrides.items() if name in RESOLVING}
        return replace(self, overrides=kept)

    def entities(self) -> tuple[Entity, ...]:
        """The catalogue of a plain file."""
        return read_file(self.catalogue or STARTER)


def convert(config: dict[str, Any]) -> CoreConfig:
    """A configuration as a manifest keeps it. Raises SettingsError when this version has another
    set of settings."""
    try:
        return msgspec.convert(config, CoreConfig)
    except msgspec.ValidationError as refusal:
        said = f"the recorded configuration is not of this version: {refusal}"
        raise SettingsError(said) from None


def rejected(recording: Recording) -> Counter[str]:
    """Rows that were no mention, by kind of reason as its first row tells it; copies of a row
    already read are one of them."""
    reasons = Counter(dict(counted(recording.rejections)))
    if recording.copies:
        reasons["a copy of another row"] += recording.copies
    return reasons
