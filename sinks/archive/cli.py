"""`heat sink archive`: topics into sealed files."""

from typing import Annotated

import typer

from schemas.errors import SettingsError
from schemas.settings import ArchiveSection, KafkaSection, RoleSettings
from schemas.telemetry import configure_logging
from schemas.topics import TOPICS, Topic


class ArchiveSettings(RoleSettings):
    """Kafka to read from, a folder or a bucket to seal files in."""

    kafka: KafkaSection = KafkaSection()
    archive: ArchiveSection = ArchiveSection()


def is_archived(topic: Topic) -> bool:
    """All but dead letters, whose messages are sealed where they came from, and the gateway's own
    copy of heat and alerts."""
    return topic.name != "feed" and not topic.name.endswith(".dlq")


def archived_topics() -> list[str]:
    return [topic.name for topic in TOPICS if is_archived(topic)]


def register(sink: typer.Typer) -> None:
    """Add `archive` to `heat sink`."""
    sink.command("archive")(archive)


def archive(
    topics: Annotated[list[str] | None, typer.Argument(help="all by default")] = None,
    once: Annotated[
        bool, typer.Option("--once", help="seal what there is now, and end; for a nightly job")
    ] = False,
) -> None:
    """Seal topics into files that outlive them, until stopped.

    HEAT_ARCHIVE__ADDRESS names a folder or s3://bucket/prefix. Several of these may run, for other
    topics each; of two for one topic, the second waits behind the first.
    """
    from sinks.archive.run import run

    known = archived_topics()
    unknown = [name for name in topics or () if name not in known]
    if unknown:
        raise typer.BadParameter(f"no topic {unknown[0]} to archive; there are {', '.join(known)}")
    settings = ArchiveSettings.load()
    if not settings.archive.address:
        raise SettingsError("HEAT_ARCHIVE__ADDRESS names no folder and no s3:// address")
    configure_logging("archive", settings.log)
    code = run(settings.kafka, settings.archive, topics or known, settings.health_file, once=once)
    raise typer.Exit(code)
