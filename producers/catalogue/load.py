"""A catalogue file to entities, with errors that name the line.

The file is YAML: `released:` (a date) and `entities:` (a list), or only the list. Every scalar is
read as text, so that a film called 1917 or a song called No stays what it is.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from schemas.clock import Millis, parse_time
from schemas.errors import SettingsError
from schemas.records import Entity

STARTER: Final = Path(__file__).with_name("starter.yml")
ENTITY_TYPES: Final = ("person", "film", "show", "song", "album", "group", "franchise", "event")
FIELDS: Final = (
    "id",
    "name",
    "type",
    "aliases",
    "prior",
    "context",
    "ambiguous",
    "related",
    "external_ids",
    "provenance",
)
TRUTHS: Final = {"true": True, "yes": True, "false": False, "no": False}
_LOADER: Final[Any] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class CatalogueError(SettingsError):
    """A catalogue file that cannot be used."""


def load_entities(path: Path = STARTER) -> tuple[Entity, ...]:
    """Every entity of the file, in its order; the same file gives equal records.

    Raises CatalogueError naming file, line and id.
    """
    try:
        root = yaml.compose(path.read_text("utf-8"), Loader=_LOADER)
    except OSError as error:
        raise CatalogueError(f"{path}: {error.strerror or error}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{path}: not YAML: {' '.join(str(error).split())}") from error
    entities = tuple(_entities(root, path.name))
    _refuse_unknown_relations(entities, path.name)
    return entities


def _entities(root: yaml.Node | None, where: str) -> Iterator[Entity]:
    released, listed = _top(root, where)
    seen: dict[str, int] = {}
    for node in listed.value:
        line = node.start_mark.line + 1
        entity = _entity(_fields(node, where), f"{where} line {line}", where, released)
        if entity.id in seen:
            raise CatalogueError(
                f"{where} line {line}: id {entity.id!r} is already on line {seen[entity.id]}"
            )
        seen[entity.id] = line
        yield entity


def _top(root: yaml.Node | None, where: str) -> tuple[Millis, yaml.SequenceNode]:
    if isinstance(root, yaml.SequenceNode):
        return 0, root
    if not isinstance(root, yaml.MappingNode):
        raise CatalogueError(f"{where}: neither a list of entities nor `entities:` with one")
    parts = _pairs(root, where)
    listed = parts.pop("entities", None)
    released = parts.pop("released", None)
    if parts:
        raise CatalogueError(f"{where}: unknown key {next(iter(parts))!r} beside `entities`")
    if not isinstance(listed, yaml.SequenceNode):
        raise CatalogueError(f"{where}: `entities:` is no list")
    return _date(released, where), listed


def _date(node: yaml.Node | None, where: str) -> Millis:
    if node is None:
        return 0
    try:
        stamp = str(node.value)
        return parse_time(stamp if "T" in stamp else f"{stamp}T00:00:00Z")
    except ValueError as error:
        raise CatalogueError(f"{where}: `released: {node.value}` is no date") from error


def _pairs(node: yaml.MappingNode, where: str) -> dict[str, yaml.Node]:
    found: dict[str, yaml.Node] = {}
    for key, value in node.value:
        if key.value in found:
            line = key.start_mark.line + 1
            raise CatalogueError(f"{where} line {line}: {key.value!r} is given twice")
        found[key.value] = value
    return found


def _fields(node: yaml.Node, where: str) -> dict[str, Any]:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        raise CatalogueError(f"{where} line {line}: an entity is `id: ..., name: ..., type: ...`")
    pairs = _pairs(node, where)
    for key in pairs:
        if key not in FIELDS:
            raise CatalogueError(f"{where} line {line}: unknown key {key!r}; {', '.join(FIELDS)}")
    return {key: _plain(value) for key, value in pairs.items()}


def _plain(node: yaml.Node) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child) for child in node.value]
    if isinstance(node, yaml.MappingNode):
        return {key.value: _plain(value) for key, value in node.value}
    return node.value


def _entity(fields: dict[str, Any], at: str, source: str, released: Millis) -> Entity:
    for required in ("id", "name", "type"):
        if not isinstance(fields.get(required), str) or not fields[required].strip():
            raise CatalogueError(f"{at}: {required} is missing ({fields.get('id', 'no id')})")
    named = f"{at} ({fields['id']})"
    if fields["type"] not in ENTITY_TYPES:
        raise CatalogueError(f"{named}: type {fields['type']!r}; one of {', '.join(ENTITY_TYPES)}")
    return Entity(
        id=fields["id"],
        name=fields["name"],
        entity_type=fields["type"],
        aliases=_texts(fields, "aliases", named),
        context=_texts(fields, "context", named),
        related=_texts(fields, "related", named),
        prior=_prior(fields.get("prior", "0.5"), named),
        ambiguous=_truth(fields.get("ambiguous", "false"), named),
        external_ids=_names(fields.get("external_ids", {}), named),
        provenance=str(fields.get("provenance", source)),
        source="catalogue",
        event_time=released,
        known_time=released,
        first_seen=released,
    )


def _texts(fields: dict[str, Any], key: str, at: str) -> tuple[str, ...]:
    listed = fields.get(key, [])
    if not isinstance(listed, list) or not all(isinstance(text, str) for text in listed):
        raise CatalogueError(f"{at}: {key} is no list of texts")
    return tuple(listed)


def _names(given: Any, at: str) -> dict[str, str]:
    if not isinstance(given, dict) or not all(isinstance(text, str) for text in given.values()):
        raise CatalogueError(f"{at}: external_ids is no mapping of texts")
    return given


def _prior(text: Any, at: str) -> float:
    try:
        prior = float(text)
    except (TypeError, ValueError):
        prior = -1.0
    if not 0 <= prior <= 1:
        raise CatalogueError(f"{at}: prior {text!r} is not between 0 and 1")
    return prior


def _truth(text: Any, at: str) -> bool:
    truth = TRUTHS.get(str(text).lower())
    if truth is None:
        raise CatalogueError(f"{at}: ambiguous {text!r} is neither true nor false")
    return truth


def _refuse_unknown_relations(entities: tuple[Entity, ...], where: str) -> None:
    known = {entity.id for entity in entities}
    for entity in entities:
        for other in entity.related:
            if other not in known:
                raise CatalogueError(f"{where}: {entity.id!r} is related to unknown id {other!r}")
