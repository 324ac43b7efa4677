"""What a stream worker needs from the environment."""

from pathlib import Path
from typing import Any

import yaml

from schemas.errors import SettingsError
from schemas.settings import KafkaSection, RoleSettings, StreamSection
from schemas.topics import qualified
from streams.calendar import calendar_overrides
from streams.core.config import CoreConfig, configure


class StreamSettings(RoleSettings):
    """Settings of both worker roles."""

    kafka: KafkaSection = KafkaSection()
    stream: StreamSection = StreamSection()

    @property
    def core(self) -> CoreConfig:
        """The computation's: defaults and the calendar, then the file, then single settings."""
        return configure({
            **calendar_overrides(self.stream.calendar), **_from_file(self.stream.config),
            **self.stream.overrides,
        })

    def app_id(self, role: str) -> str:
        return qualified(self.kafka.namespace, f"heat-{role}")


def _from_file(path: Path | None) -> dict[str, Any]:
    """`gates: {min_types: 1}` in YAML as `{"gates.min_types": 1}`."""
    if path is None:
        return {}
    try:
        sections = yaml.safe_load(path.read_text("utf-8")) or {}
    except (OSError, yaml.YAMLError) as error:
        raise SettingsError(f"HEAT_STREAM__CONFIG: {path}: {error}") from None
    if not isinstance(sections, dict) or not all(isinstance(s, dict) for s in sections.values()):
        raise SettingsError(f"HEAT_STREAM__CONFIG: {path}: sections of settings are expected")
    return {f"{section}.{name}": value for section, names in sections.items()
            for name, value in names.items()}
