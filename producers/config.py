"""`sources.yml`: what a person sets for each source, typed by the source's own options."""

import difflib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

from producers.base.options import SourceOptions
from producers.base.source import Source
from producers.sources import BY_NAME, source_named
from schemas.errors import SettingsError
from schemas.settings import KeysSection

PACKAGED: Final = "sources.yml"
# Asked for by the mission, and set elsewhere: a key that does nothing here would be a lie.
ELSEWHERE: Final = {
    "weight": "what a source counts for is a matter of the computation: type_weights in the file"
    " that HEAT_STREAM__CONFIG names",
}


class _StrictLoader(yaml.SafeLoader):
    """Refuses a key that is there twice: the last one would win silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        told: set[str] = set()
        for key_node, _ in node.value:
            key = str(getattr(key_node, "value", key_node))
            if key in told:
                line = key_node.start_mark.line + 1
                raise SettingsError(f"line {line}: {key!r} is there twice")
            told.add(key)
        return super().construct_mapping(node, deep)


def options_in(text: str, where: str) -> dict[str, SourceOptions]:
    """The options of the sources that the text names. Raises SettingsError naming what is wrong."""
    try:
        told = yaml.load(text, _StrictLoader)  # noqa: S506 - a safe loader, only stricter
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        raise SettingsError(f"{where}{line}: {getattr(error, 'problem', error)}") from None
    except SettingsError as error:
        raise SettingsError(f"{where} {error}") from None
    except (ValueError, OverflowError, RecursionError) as error:  # a date that no calendar has
        raise SettingsError(f"{where}: {str(error)[:200]}") from None
    sources = _mapping(told, where, ("sources",)).get("sources")
    named = _mapping(sources, f"{where}: sources", BY_NAME)
    return {name: _options(name, given, where) for name, given in named.items()}


def load_options(file: Path | None) -> dict[str, SourceOptions]:
    """Those of the file, or of the packaged one. Raises SettingsError."""
    if file is None:
        return options_in(files("producers").joinpath(PACKAGED).read_text("utf-8"), PACKAGED)
    try:
        return options_in(file.read_text("utf-8"), str(file))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise SettingsError(f"{file}: {reason}") from None


def made(name: str, options: Mapping[str, SourceOptions], keys: KeysSection) -> Source:
    """The source of this name, as a person set it. Raises SettingsError for an unknown name."""
    kind = source_named(name)
    return kind(options.get(name) or kind.Options(), keys)


def why_disabled(source: Source) -> str | None:
    """Why the source does not run until a person has done something; None when it may."""
    missing = source.missing()
    if missing:
        wanted = [f"HEAT_KEYS__{c.key.upper()} (get one at {c.get_it_at})" for c in missing]
        return f"needs {' and '.join(wanted)}"
    if source.options.enabled is False:
        return "switched off in sources.yml"
    if source.options.enabled is None and not source.facts.on_by_default:
        return "off unless sources.yml says enabled: true"
    return None


def runnable(options: Mapping[str, SourceOptions], keys: KeysSection) -> list[str]:
    """The sources that run as things are: nobody switched them off, and no key is missing."""
    return [name for name in BY_NAME if why_disabled(made(name, options, keys)) is None]


def _mapping(told: object, where: str, known: Iterable[str]) -> dict[str, Any]:
    """A mapping of known names; nothing at all is an empty one."""
    if told is None:
        return {}
    if not isinstance(told, dict):
        raise SettingsError(f"{where}: names and values are expected, not {type(told).__name__}")
    for name in told:
        if name not in known:
            raise SettingsError(f"{where}: {_unknown(str(name), known)}")
    return told


def _options(name: str, given: object, where: str) -> SourceOptions:
    kind, place = BY_NAME[name].Options, f"{where}: sources.{name}"
    for key in given if isinstance(given, dict) else ():
        if key in ELSEWHERE and key not in kind.model_fields:
            raise SettingsError(f"{place}.{key}: {ELSEWHERE[key]}")
    told = _mapping(given, place, kind.model_fields)
    try:
        return kind.model_validate(told)
    except ValidationError as refusal:
        first = refusal.errors(include_input=False, include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise SettingsError(f"{place}.{key}: {first['msg']}") from None


def _unknown(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    hint = f"did you mean {near[0]}?" if near else f"one of {', '.join(known)}"
    return f"unknown {name!r}; {hint}"
