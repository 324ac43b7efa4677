"""`heat entities`: the catalogue on its topic, looked at and changed."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
import typer

from deploy.cli.reached import reached
from producers.catalogue import edits
from producers.catalogue.edits import Held
from producers.catalogue.held import HeldCatalogue, written_at
from producers.catalogue.imports import import_entities, read_file
from producers.catalogue.load import CatalogueError
from producers.catalogue.search import search
from producers.catalogue.tables import is_json, write_table
from schemas.records import ENTITY_TYPES, Entity
from schemas.settings import KafkaSection, RoleSettings

entities = typer.Typer(
    help="The catalogue: who and what the news may be about.", no_args_is_help=True
)
AsJson = Annotated[bool, typer.Option("--json", help="JSON lines instead of text")]
Id = Annotated[str, typer.Argument(help="id of an entity")]
By = Annotated[str, typer.Option("--by", help="who says so; kept with the alias")]
PERSON = "person"


class EntitySettings(RoleSettings):
    """The broker."""

    kafka: KafkaSection = KafkaSection()


PATIENCE_S: Final = 8.0  # of a person, for a broker that no longer answers


def register(app: typer.Typer) -> None:
    """Add `entities` to the `heat` command."""
    app.add_typer(entities, name="entities")


@contextmanager
def _catalogue() -> Iterator[HeldCatalogue]:
    with HeldCatalogue(reached(EntitySettings.load().kafka), PATIENCE_S) as held:
        yield held


def _line(entity: Entity) -> str:
    marks = [entity.status] if entity.status != "active" else []
    marks += [] if entity.verified else ["unverified"]
    marks += [f"merged into {entity.merged_into}"] if entity.merged_into else []
    told = f"  [{', '.join(marks)}]" if marks else ""
    aliases = f"  ({'; '.join(entity.aliases)})" if entity.aliases else ""
    return f"{entity.id}  {entity.entity_type}  {entity.name}{aliases}{told}"


def _say(changed: list[Entity], as_json: bool) -> None:
    if as_json:
        for entity in changed:
            typer.echo(msgspec.json.encode(entity).decode())
    else:
        typer.echo("\n".join(map(_line, changed)) or "nothing to change")


@entities.command("search")
def search_entities(
    words: Annotated[str, typer.Argument(help="part of a name, an alias or an id")],
    kind: Annotated[str | None, typer.Option("--type", help=", ".join(ENTITY_TYPES))] = None,
    limit: Annotated[int, typer.Option(min=1, help="most to show")] = 20,
    as_json: AsJson = False,
) -> None:
    """Find entities by name; exit code 1 when there is none."""
    if kind is not None and kind not in ENTITY_TYPES:
        raise CatalogueError(f"--type {kind!r}; one of {', '.join(ENTITY_TYPES)}")
    with _catalogue() as held:
        found = search(held.entities, words, kind)[:limit]
    if not found:
        raise typer.Exit(1)
    _say(found, as_json)


@entities.command("show")
def show_entity(entity_id: Id, as_json: AsJson = False) -> None:
    """Everything about an entity; of a merged id the one that took over."""
    with _catalogue() as held:
        entity = edits.named(held.entities, entity_id)
    if as_json:
        typer.echo(msgspec.json.encode(entity).decode())
        return
    told: dict[str, Any] = msgspec.to_builtins(entity)
    for field, value in told.items():
        if value not in (None, "", [], {}):
            typer.echo(f"{field:14} {value}")


@entities.command("add")
def add_entity(
    name: Annotated[str, typer.Argument(help="as people write it")],
    kind: Annotated[str, typer.Option("--type", help=", ".join(ENTITY_TYPES))],
    entity_id: Annotated[str | None, typer.Option("--id", help="else of the name")] = None,
    alias: Annotated[list[str] | None, typer.Option(help="another name; repeatable")] = None,
    context: Annotated[list[str] | None, typer.Option(help="word that speaks for it")] = None,
    prior: Annotated[float, typer.Option(help="0 to 1: how surely the name means it")] = 0.5,
    ambiguous: Annotated[bool, typer.Option(help="the name means other things, too")] = False,
    by: By = PERSON,
    as_json: AsJson = False,
) -> None:
    """A new entity."""
    at, chosen = written_at(), entity_id or edits.slug_of(name)
    if not chosen:
        raise CatalogueError(f"{name!r} has no Latin letter to make an id of: give one with --id")
    aliases = tuple(alias or ())
    entity = Entity(
        id=chosen, event_time=at, known_time=at, first_seen=at, source="catalogue", name=name,
        entity_type=kind, aliases=aliases, alias_sources=dict.fromkeys(aliases, by), prior=prior,
        context=tuple(context or ()), ambiguous=ambiguous, provenance=by,
    )
    with _catalogue() as held:
        _say(held.apply(lambda known: edits.added(known, entity)), as_json)


@entities.command("alias")
def alias_entity(
    entity_id: Id,
    alias: Annotated[str, typer.Argument(help="another name; @ and # count only as tags")],
    remove: Annotated[bool, typer.Option("--remove", help="take it back")] = False,
    by: By = PERSON,
    as_json: AsJson = False,
) -> None:
    """Give an entity another name."""
    at = written_at()

    def edit(known: Held) -> list[Entity]:
        if remove:
            return edits.without_alias(known, entity_id, alias, at)
        return edits.with_alias(known, entity_id, alias, by, at)

    with _catalogue() as held:
        _say(held.apply(edit), as_json)


@entities.command("relate")
def relate_entity(
    entity_id: Id,
    relation: Annotated[str, typer.Argument(help="cast-of, member-of, partner-of, ...")],
    other_id: Annotated[str, typer.Argument(help="id of the other entity")],
    as_json: AsJson = False,
) -> None:
    """Say how an entity belongs to another one."""
    at = written_at()
    with _catalogue() as held:
        _say(held.apply(lambda known: edits.related_to(known, entity_id, relation, other_id, at)),
             as_json)


@entities.command("merge")
def merge_entities(
    old_id: Annotated[str, typer.Argument(help="id that goes; it stays as a pointer")],
    into_id: Annotated[str, typer.Argument(help="id that takes its names over")],
    by: By = PERSON,
    as_json: AsJson = False,
) -> None:
    """Make two entities one."""
    at = written_at()
    with _catalogue() as held:
        _say(held.apply(lambda known: edits.merged(known, old_id, into_id, by, at)), as_json)


@entities.command("rename")
def rename_entity(
    entity_id: Id,
    name: Annotated[str, typer.Argument(help="the new name")],
    new_id: Annotated[str | None, typer.Option("--id", help="a new id, too")] = None,
    by: By = PERSON,
    as_json: AsJson = False,
) -> None:
    """Give an entity a new name; the old one stays as an alias."""
    at = written_at()
    with _catalogue() as held:
        _say(held.apply(lambda known: edits.renamed(known, entity_id, name, by, at, new_id)),
             as_json)


@entities.command("retire")
def retire_entity(
    entity_id: Id,
    status: Annotated[str, typer.Option(help="deleted, dormant, or active to take it back")]
    = "deleted",
    as_json: AsJson = False,
) -> None:
    """Take an entity out of the texts, or back in."""
    if status not in ("deleted", "dormant", "active"):
        raise CatalogueError(f"--status {status!r}; one of deleted, dormant, active")
    at = written_at()
    with _catalogue() as held:
        _say(held.apply(lambda known: edits.with_status(known, entity_id, status, at)), as_json)


@entities.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="a .tsv or .jsonl file")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what would change")] = False,
    as_json: AsJson = False,
) -> None:
    """Add and change what a file says. The whole file is read before anything is written."""
    read = read_file(file)
    with _catalogue() as held:
        changed = import_entities(held, read, written_at(), dry_run=dry_run)
    if as_json:
        _say(changed, as_json)
    else:
        typer.echo(f"{len(changed)} entities {'would change' if dry_run else 'changed'}")


@entities.command("export")
def export_entities(
    file: Annotated[Path | None, typer.Argument(help="a .tsv or .jsonl file, or stdout")] = None,
    form: Annotated[Literal["tsv", "jsonl"] | None, typer.Option("--format")] = None,
    whole: Annotated[bool, typer.Option("--all", help="merged and deleted ones, too")] = False,
) -> None:
    """Write the catalogue to a file that `import` reads back as it was."""
    as_json = form == "jsonl" if form else file is None or is_json(file)
    with _catalogue() as held:
        chosen = [
            entity for _, entity in sorted(held.entities.items())
            if whole or entity.status in ("active", "dormant")
        ]
    if file is None:
        write_table(chosen, sys.stdout, as_json=as_json)
        return
    try:
        with file.open("w", encoding="utf-8", newline="\n") as out:
            write_table(chosen, out, as_json=as_json)
    except OSError as error:
        raise CatalogueError(f"{file}: {error.strerror or error}") from error
    typer.echo(f"{len(chosen)} entities written to {file}")
