"""Trained spam models from their folder, exactly those that the configuration names."""

from collections.abc import Mapping
from pathlib import Path

from schemas.errors import SettingsError
from streams.core.spam_model import SpamModel, unpack


def file_name(source: str, version: str) -> str:
    return f"spam-{source}-{version}.json"


def load_spam_models(wanted: Mapping[str, str], folder: Path | None) -> dict[str, SpamModel]:
    """The model of each source in `wanted` (source to version).

    Raises SettingsError when one is not there, or is not what its name says: with another model the
    same input would give other events.
    """
    if wanted and folder is None:
        raise SettingsError("evidence.spam_models is set; HEAT_STREAM__MODELS must name a folder")
    return {
        source: _load(source, version, folder) for source, version in wanted.items() if folder
    }


def _load(source: str, version: str, folder: Path) -> SpamModel:
    file = folder / file_name(source, version)
    try:
        model = unpack(file.read_bytes(), str(file))
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror}") from None
    if (model.source, model.version) != (source, version):
        raise SettingsError(f"{file} holds model {model.version} of {model.source}")
    return model
