"""`heat restore`: a backup into a database, compared with what it was; or a drill of that."""

import sys
import time
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console

from deploy.backup.age import warnings
from deploy.backup.manifest import made_at
from deploy.backup.restore import Restored, drill, restore
from deploy.backup.target import Target
from deploy.cli.backup import BackupSettings
from deploy.cli.watching import watching
from schemas.clock import now
from schemas.errors import SettingsError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("restore")(restore_backup)


def restore_backup(
    backup: Annotated[str, typer.Argument(help="Its name, or latest; see backup --list.")] = "",
    into: Annotated[str | None, typer.Option(
        help="Connection string of an empty database; a password is better in PGPASSWORD.")] = None,
    replace: Annotated[bool, typer.Option(
        "--replace", help="Delete everything that is in the database first.")] = False,
    drilled: Annotated[bool, typer.Option(
        "--drill", help="Into a fresh database beside the live one, dropped afterwards.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The outcome as JSON.")] = False,
) -> None:
    """Bring a backup back and compare counts and digests of every table with its manifest.

    The bytes are judged before the database is touched. Exit code 1 when something differs.
    Sinks that start on the restored database read on from its offsets.
    """
    settings = BackupSettings.load()
    target = Target(settings.backup)
    begun = time.monotonic()
    with watching(Console(stderr=True), "comparing", "tables") as watch:
        if drilled:
            if into is not None or replace:
                raise SettingsError("--drill makes a database of its own: no --into, no --replace")
            server = settings.database.dsn.get_secret_value()
            outcome = drill(target, backup or "latest", server, watch)
        elif into is None or not backup:
            raise SettingsError("a backup and --into DSN are needed, or --drill")
        else:
            outcome = restore(target, backup, into, replace=replace, watch=watch)
    _say(outcome, time.monotonic() - begun, as_json)
    raise typer.Exit(1 if outcome.differences else 0)


def _say(outcome: Restored, seconds: float, as_json: bool) -> None:
    manifest = outcome.manifest
    warned = warnings(made_at(manifest.name) or 0, now())
    if as_json:
        told: dict[str, Any] = {
            "backup": manifest.name, "made_at": manifest.made_at, "rows": manifest.rows,
            "tables": len(manifest.tables), "equal": not outcome.differences,
            "differences": outcome.differences, "complaints": outcome.complaints,
            "warnings": warned,
            "seconds": round(seconds, 1),
        }
        sys.stdout.buffer.write(orjson.dumps(told) + b"\n")
        return
    for line in (*outcome.complaints, *outcome.differences, *warned):
        sys.stdout.write(f"{line}\n")
    verdict = "as it was" if not outcome.differences else "NOT as it was"
    sys.stdout.write(
        f"{manifest.name} is back {verdict}: {manifest.rows} rows in {len(manifest.tables)} tables,"
        f" {seconds:.1f} s\n"
    )
