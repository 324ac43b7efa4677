"""`heat record`: a live namespace, or a plain file, into a sealed recording."""

import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from deploy.cli.asked import (
    Asked,
    Catalogue,
    Maps,
    Overrides,
    Rounds,
    Sources,
    reels_of,
    settings_of,
    time_of,
)
from deploy.cli.reached import reached
from deploy.cli.watching import watching
from deploy.replay.recording.manifest import Manifest
from schemas.clock import shown
from schemas.errors import SettingsError


def register(app: typer.Typer) -> None:
    app.command()(record)


def record(
    files: Annotated[list[Path] | None, typer.Argument(
        help="Plain files of the same weeks; without one the running namespace is recorded.",
        exists=True, dir_okay=False)] = None,
    out: Annotated[Path | None, typer.Option(help="Folder to make; it must not exist.")] = None,
    column_map: Maps = None,
    source: Sources = None,
    catalogue: Catalogue = None,
    overrides: Overrides = None,
    rounds: Rounds = "auto",
    with_alerts: Annotated[bool, typer.Option(
        "--with-alerts", help="Of a file: run it, and seal the alerts beside it.")] = False,
    since: Annotated[str | None, typer.Option(help="Of a namespace: 2020-05-01[T..Z].")] = None,
    until: Annotated[str | None, typer.Option(help="Of a namespace: 2020-05-01[T..Z].")] = None,
    topics: Annotated[list[str] | None, typer.Option(
        help="Of a namespace: these in place of all raw topics, alerts and actions. The ticks and"
             " the catalogue are always there.")] = None,
    archive: Annotated[bool, typer.Option(
        "--archive", help="Of the archive at HEAT_ARCHIVE__ADDRESS, not of its topics.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the manifest.")] = False,
) -> None:
    """Seal what was heard, so that any run of it can be repeated and proved."""
    if out is None:
        raise SettingsError("--out names the folder to make")
    console = Console(stderr=True)
    if files:
        if since or until or topics or archive:
            raise SettingsError(
                "--since, --until, --topics and --archive are of a namespace, not of a file")
        first, *more = reels_of(files, column_map, source)
        asked = Asked(*first, catalogue, overrides, more=tuple(more), rounds=rounds)
        manifest = _of_file(asked, out, with_alerts, console)
    else:
        if column_map or source or with_alerts:
            raise SettingsError("--map, --source and --with-alerts need a file")
        manifest = _of_namespace(out, since, until, topics or [], overrides or [], archive)
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode(manifest) + b"\n")
    else:
        show(out, manifest)


def _of_file(asked: Asked, out: Path, with_alerts: bool, console: Console) -> Manifest:
    from deploy.replay.in_process import in_process
    from deploy.replay.recording.from_file import record_file

    plan = asked.plan()
    if not with_alerts:
        return record_file(plan, out)
    with watching(console, f"replaying {plan.file.name}") as watch:
        account, _ = in_process(plan, watch)
    return record_file(plan, out, sorted(account.alerts, key=lambda a: (a.known_time, a.id)))


def _of_namespace(
    out: Path, since: str | None, until: str | None, topics: list[str], overrides: list[str],
    archive: bool,
) -> Manifest:
    from deploy.replay.recording.from_topics import record_topics
    from streams.core.config import configure
    from streams.settings import StreamSettings

    settings = StreamSettings.load()
    core = configure(settings_of(overrides), settings.core)
    begin, end = time_of(since, "--since") or 0, time_of(until, "--until")
    if archive:
        from deploy.replay.recording.from_archive import record_archive
        from sinks.archive.cli import ArchiveSettings

        place, namespace = ArchiveSettings.load().archive, settings.kafka.namespace
        return record_archive(place, namespace, out, core, begin, end, topics)
    return record_topics(reached(settings.kafka), out, core, begin, end, topics)


def show(out: Path, manifest: Manifest) -> None:
    console = Console()
    files = len(manifest.files)
    size = sum(one.size for one in manifest.files)
    console.print(
        f"{manifest.mentions} mentions of {', '.join(manifest.sources)}, "
        f"{shown(manifest.first_known)} to {shown(manifest.last_known)}: {files} files, "
        f"{size / 1e6:.1f} MB in {out}", highlight=False,
    )
    if manifest.unreadable:
        console.print(f"{manifest.unreadable} messages were no record of ours", highlight=False)
    console.print(f"seal {manifest.seal}", highlight=False)
