"""`heat topics`: the catalogue, and the broker held against it."""

import json
from typing import Annotated, Final

import typer

from deploy.registration import register_schemas
from deploy.topics import apply, check, wanted_topics
from schemas.clock import DAY_MS, HOUR_MS, Millis
from schemas.settings import KafkaSection, RegistrySection, RoleSettings
from schemas.topics import FOREVER, TOPICS, Topic

topics = typer.Typer(help="The topics, and the broker held against them.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="one JSON document instead of text")]
COLUMNS: Final = ("topic", "records", "key", "partitions", "kept", "written by", "read by")


class TopicSettings(RoleSettings):
    """The broker, and the registry if there is one."""

    kafka: KafkaSection = KafkaSection()
    registry: RegistrySection = RegistrySection()


def register(app: typer.Typer) -> None:
    """Add `topics` to the `heat` command."""
    app.add_typer(topics, name="topics")


@topics.command("list")
def list_topics(
    as_json: AsJson = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="a table for the README")] = False,
) -> None:
    """Show the catalogue; no broker is asked."""
    if as_json:
        typer.echo(json.dumps([_plain(topic) for topic in TOPICS], indent=2))
    elif markdown:
        typer.echo(markdown_table())
    else:
        rows = [COLUMNS, *map(_cells, TOPICS)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = (f"{cell:{width}}" for cell, width in zip(row, widths, strict=True))
            typer.echo("  ".join(cells).rstrip())


@topics.command("apply")
def apply_topics(as_json: AsJson = False) -> None:
    """Create what is missing and mend settings; register schemas where a registry is set."""
    settings = TopicSettings.load()
    changes = apply(settings.kafka)
    if settings.registry.url:
        changes += register_schemas(settings.registry.url)
    if as_json:
        typer.echo(json.dumps({"changes": changes}))
    else:
        typer.echo("\n".join(changes) or "nothing to do")


@topics.command("check")
def check_topics(as_json: AsJson = False) -> None:
    """Compare the broker with the catalogue. Exit code 1 when something differs."""
    settings = TopicSettings.load()
    findings = check(settings.kafka)
    count = len(wanted_topics(settings.kafka))
    if as_json:
        typer.echo(json.dumps({"topics": count, "findings": [f.plain() for f in findings]}))
    else:
        typer.echo("\n".join(map(str, findings)) or f"{count} topics are as they should be")
    raise typer.Exit(1 if findings else 0)


def markdown_table() -> str:
    """The catalogue as the README shows it."""
    rows = [COLUMNS, tuple("---" for _ in COLUMNS), *map(_cells, TOPICS)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cells(topic: Topic) -> tuple[str, ...]:
    return (
        topic.name,
        ", ".join(record.schema_name for record in topic.records),
        topic.key,
        topic.partitions,
        _kept(topic),
        ", ".join(topic.written_by),
        ", ".join(topic.read_by),
    )


def _kept(topic: Topic) -> str:
    if topic.compact:
        return "the last of each key"
    return "for ever" if topic.retention_ms == FOREVER else _span(topic.retention_ms)


def _span(duration: Millis) -> str:
    whole_days = duration % DAY_MS == 0
    return f"{duration // DAY_MS} d" if whole_days else f"{duration // HOUR_MS} h"


def _plain(topic: Topic) -> dict[str, object]:
    return {
        "name": topic.name,
        "records": [record.schema_name for record in topic.records],
        "key": topic.key,
        "partitions": topic.partitions,
        "retention_ms": topic.retention_ms,
        "compact": topic.compact,
        "written_by": topic.written_by,
        "read_by": topic.read_by,
    }
