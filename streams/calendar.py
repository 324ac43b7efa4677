"""The calendar of scheduled events as files: the one that comes with the package, and one's own."""

import re
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from schemas.errors import SettingsError
from streams.core.config import Tentpole

PACKAGED: Final = Path(__file__).with_name("tentpoles.yml")
_DAY: Final = re.compile(r"(?:\d{4}-)?(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")


def load_tentpoles(own: Path | None = None) -> tuple[Tentpole, ...]:
    """The events of the package, then one's own; one's own of the same name replaces."""
    found = {tentpole.name: tentpole for tentpole in _read(PACKAGED)}
    if own is not None:
        found.update((tentpole.name, tentpole) for tentpole in _read(own))
    return tuple(found[name] for name in sorted(found))


def calendar_overrides(own: Path | None = None) -> dict[str, Any]:
    """The calendar as settings of the computation, so that it is part of their hash."""
    return {"calendar.tentpoles": msgspec.to_builtins(load_tentpoles(own))}


def _read(path: Path) -> list[Tentpole]:
    try:
        tree = yaml.safe_load(path.read_text("utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"calendar {path}: {error}") from None
    if not isinstance(tree, dict) or set(tree) - {"tentpoles"}:
        raise SettingsError(f"calendar {path}: one key is expected, tentpoles")
    entries = tree.get("tentpoles") or []
    if not isinstance(entries, list):
        raise SettingsError(f"calendar {path}: tentpoles: a list is expected")
    return [_tentpole(path, number, entry) for number, entry in enumerate(entries, 1)]


def _tentpole(path: Path, number: int, entry: object) -> Tentpole:
    """Raises SettingsError naming the entry; a date may be a YAML date or a text."""
    named = entry.get("name") if isinstance(entry, dict) else None
    where = f"calendar {path}: entry {number} ({named or 'without a name'})"
    if isinstance(entry, dict) and isinstance(entry.get("starts"), list):
        entry = {**entry, "starts": [str(day) for day in entry["starts"]]}
    try:
        tentpole = msgspec.convert(entry, Tentpole)
    except msgspec.ValidationError as refusal:
        raise SettingsError(f"{where}: {refusal}") from None
    wrong = [day for day in tentpole.starts if not _DAY.fullmatch(day)]
    if wrong:
        raise SettingsError(f"{where}: {wrong[0]!r} is no day: 2026-03-15 or 10-31")
    if tentpole.bar <= 0:
        raise SettingsError(f"{where}: its bar must be positive")
    return tentpole
