"""`heat forget`: what somebody said out of every store, with a report that proves it."""

import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from deploy.cli.watching import watching
from schemas.clock import now
from schemas.errors import HeatError, SettingsError
from schemas.settings import (
    ArchiveSection,
    BackupSection,
    DatabaseSection,
    KafkaSection,
    RedisSection,
    RoleSettings,
)
from schemas.sources import SOURCE_TYPES
from sinks.forget.report import Report, told
from sinks.forget.run import Stores, forget
from sinks.forget.sought import Author, Sought

app = typer.Typer(
    help="Take what somebody said out of topics, tables, archive and caches, and prove it.",
    no_args_is_help=True,
)
STORES = ("topics", "tables", "archive", "caches")
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only tell where it is.")]
Without = Annotated[list[str] | None, typer.Option(
    help=f"A store that is not there: {', '.join(STORES)}. The report says so.")]
AsJson = Annotated[bool, typer.Option("--json", help="The report as one JSON document.")]
PROVEN_EXIT = "Exit 1 when a second search still finds something."


class ForgetSettings(RoleSettings):
    """Every store that there is."""

    kafka: KafkaSection = KafkaSection()
    database: DatabaseSection = DatabaseSection()
    archive: ArchiveSection = ArchiveSection()
    redis: RedisSection = RedisSection()
    backup: BackupSection = BackupSection()


def register(heat: typer.Typer) -> None:
    """Add `forget` to the `heat` command."""
    heat.add_typer(app, name="forget")


@app.command("mention", epilog=PROVEN_EXIT)
def forget_mention(
    mention_id: Annotated[str, typer.Argument(help="of a raw mention, or as a receipt names it")],
    dry_run: DryRun = False, without: Without = None, as_json: AsJson = False,
) -> None:
    """Forget one mention, by its id."""
    if not mention_id.strip():
        raise SettingsError("an empty id names nobody")
    _forget(Sought(ids={mention_id}), f"mention {mention_id}", without, dry_run, as_json)


@app.command("author", epilog=PROVEN_EXIT)
def forget_author(
    source: Annotated[str, typer.Argument(help="such as reddit")],
    name: Annotated[str, typer.Argument(help="as the source names them")],
    dry_run: DryRun = False, without: Without = None, as_json: AsJson = False,
) -> None:
    """Forget everything that an author said on a source."""
    if source not in SOURCE_TYPES:
        raise SettingsError(f"no source {source!r}; there are {', '.join(SOURCE_TYPES)}")
    if not name.strip():
        raise SettingsError("an empty name names nobody")
    sought = Sought(author=Author(source, name))
    _forget(sought, f"author {name} of {source}", without, dry_run, as_json)


@app.command("sweep", epilog=PROVEN_EXIT)
def sweep(dry_run: DryRun = False, without: Without = None, as_json: AsJson = False) -> None:
    """Forget again what sources or people took back: for every night, and after a restore."""
    _forget(Sought(sweep=True), "all that was taken back", without, dry_run, as_json)


def _forget(
    sought: Sought, asked: str, without: list[str] | None, dry_run: bool, as_json: bool
) -> None:
    unknown = [name for name in without or () if name not in STORES]
    if unknown:
        raise SettingsError(f"--without {unknown[0]!r}: one of {', '.join(STORES)}")
    settings = ForgetSettings.load()
    stores = _stores(settings, set(without or ()))
    stores.notes += backups_told(settings.backup)
    console = Console(stderr=True)
    try:
        if sought.sweep and stores.sealed:
            sought.ids |= stores.sealed.forgotten_before()
        report = forget(sought, asked, stores, now(),
                        lambda words, unit: watching(console, words, unit), dry_run=dry_run)
    finally:
        stores.close()
    _tell(report, as_json)
    raise typer.Exit(0 if report.proven else 1)


def _stores(settings: ForgetSettings, without: set[str]) -> Stores:
    """Open what is to be searched. Each import is of a client that only its store needs."""
    from sinks.archive.store import Store
    from sinks.forget.caches import Caches
    from sinks.forget.sealed import Sealed
    from sinks.forget.tables import Tables
    from sinks.forget.topics import Topics

    kafka = settings.kafka
    stores = Stores(not_searched=[f"{name}: as asked" for name in STORES if name in without])
    if "topics" not in without:
        stores.topics = Topics(kafka)
    if "tables" not in without:
        stores.tables = Tables(settings.database.dsn.get_secret_value())
        if stores.tables.empty:
            stores.not_searched.append("tables: HEAT_DATABASE__DSN has none of ours")
    if "archive" not in without:
        if settings.archive.address:
            stores.sealed = Sealed(Store(settings.archive), kafka.namespace)
        else:
            stores.not_searched.append("archive: HEAT_ARCHIVE__ADDRESS names none")
    if "caches" not in without:
        stores.caches = Caches(settings.redis.url.get_secret_value(), kafka.namespace)
    return stores


def backups_told(section: BackupSection) -> list[str]:
    """Which backups may hold it. They are not opened: what they restore is swept."""
    from deploy.backup.target import Target

    remote = section.address.startswith("s3://")
    if not remote and not Path(section.address).expanduser().is_dir():
        return []
    try:
        names = Target(section).names()
    except HeatError as error:
        return [f"backups at {section.address} cannot be listed: {error}"]
    if not names:
        return []
    return [f"{len(names)} backups at {section.address} were made before now, the oldest"
            f" {names[0]}, the newest {names[-1]}"]


def _tell(report: Report, as_json: bool) -> None:
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode(report) + b"\n")
    else:
        sys.stdout.write("\n".join(told(report)) + "\n")
