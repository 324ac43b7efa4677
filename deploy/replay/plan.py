"""What to replay: which file, read how, as which source, with which settings."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from producers.catalogue.load import STARTER, load_entities
from producers.file.column_map import parse_map
from producers.file.publish import Speed
from producers.file.recording import Recording, load_recording
from schemas.records import Entity
from streams.calendar import calendar_overrides
from streams.core.config import CoreConfig, configure
from streams.core.spam_model import SpamModel
from streams.models import load_spam_models


@dataclass(frozen=True, slots=True)
class Plan:
    """One replay, before anything is opened."""

    file: Path
    column_map: str
    source: str
    speed: Speed = "max"
    overrides: dict[str, Any] = field(default_factory=dict)
    catalogue: Path = STARTER
    workers: int = 1
    raw_partitions: int = 2
    keyed_partitions: int = 4
    keep: bool = False
    models: Path | None = None  # folder of trained spam models

    @property
    def core(self) -> CoreConfig:
        return configure({**calendar_overrides(), **self.overrides})

    def recording(self) -> Recording:
        return load_recording(self.file, parse_map(self.column_map), self.source)

    def spam_models(self) -> dict[str, SpamModel]:
        return load_spam_models(self.core.evidence.spam_models, self.models)

    def entities(self) -> tuple[Entity, ...]:
        return load_entities(self.catalogue)
