"""`heat backup`: the database into a file that can be brought back, kept by an order."""

import sys
from typing import Annotated, Any

import msgspec
import orjson
import typer
from rich.console import Console

from deploy.backup.dump import back_up
from deploy.backup.manifest import Manifest
from deploy.backup.restore import verify
from deploy.backup.target import Target
from deploy.cli.watching import watching
from schemas.clock import now
from schemas.settings import BackupSection, DatabaseSection, RoleSettings


class BackupSettings(RoleSettings):
    """The database, and where its backups go."""

    database: DatabaseSection = DatabaseSection()
    backup: BackupSection = BackupSection()


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("backup")(backup)


def backup(
    listed: Annotated[bool, typer.Option("--list", help="Show the backups there are.")] = False,
    check: Annotated[str | None, typer.Option(
        help="Compare a backup's bytes with its manifest: its name, or latest.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines.")] = False,
) -> None:
    """Dump the database with pg_dump, put it away with a manifest, delete what is too old."""
    settings = BackupSettings.load()
    target = Target(settings.backup)
    if listed:
        for name in target.names():
            _say(target.read(name), as_json, "")
        return
    if check is not None:
        manifest = target.read(check)
        with target.opened(manifest) as dump:
            verify(manifest, dump)
        _say(manifest, as_json, "is whole: ")
        return
    dsn = settings.database.dsn.get_secret_value()
    with watching(Console(stderr=True), "backing up", "tables") as watch:
        made = back_up(dsn, target, now(), watch)
    _say(made, as_json, f"is at {target.address}: ")


def _say(manifest: Manifest, as_json: bool, words: str) -> None:
    if as_json:
        told: dict[str, Any] = {**msgspec.to_builtins(manifest), "rows": manifest.rows}
        sys.stdout.buffer.write(orjson.dumps(told) + b"\n")
        return
    sys.stdout.write(
        f"{manifest.name} {words}{manifest.rows} rows in {len(manifest.tables)} tables,"
        f" {manifest.size} bytes\n"
    )
