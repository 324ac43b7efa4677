"""`heat sink ...`, and the same as `python -m sinks ...`."""

import sys
from typing import Annotated

import psycopg
import typer

from schemas.errors import HeatError, SettingsError
from schemas.telemetry import configure_logging
from sinks.archive import cli as archive_cli
from sinks.base.drain import group_of
from sinks.base.errors import classed
from sinks.base.offsets import forget
from sinks.catalogue import BY_NAME, SINKS
from sinks.migrate import migrate
from sinks.run import STOPPED, WRONG_USAGE, run
from sinks.settings import SinkSettings

sink = typer.Typer(
    help="Topics into PostgreSQL, each record exactly once.",
    epilog=f"The tables, each a sink: {', '.join(BY_NAME)}.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
archive_cli.register(sink)
Names = Annotated[list[str] | None, typer.Argument(help=f"of {', '.join(BY_NAME)}; all by default")]


def register(app: typer.Typer) -> None:
    """Add `sink` to the `heat` command."""
    app.add_typer(sink, name="sink")


def main() -> None:
    """`python -m sinks`. Errors that we raise on purpose end in one line, not a traceback."""
    try:
        sink(prog_name="python -m sinks")
    except HeatError as error:
        sys.stderr.write(f"sinks: {error}\n")
        sys.exit(WRONG_USAGE if isinstance(error, SettingsError) else STOPPED)


@sink.command("run")
def run_sinks(
    names: Names = None,
    past_flood: Annotated[
        bool, typer.Option("--past-flood", help="set unreadable messages aside without limit")
    ] = False,
) -> None:
    """Write topics into their tables until stopped."""
    for name in names or ():
        _known(name)
    settings = SinkSettings.load()
    configure_logging("sink", settings.log)
    tables = [table for table in SINKS if not names or table.name in names]
    raise typer.Exit(run(settings, tables, past_flood=past_flood))


@sink.command("migrate")
def migrate_tables() -> None:
    """Bring the tables up to date and end."""
    applied = migrate(SinkSettings.load().database.dsn.get_secret_value())
    typer.echo("\n".join(f"applied {step}" for step in applied) or "nothing to do")


@sink.command("reset")
def reset(name: Annotated[str, typer.Argument(help="the sink whose topic is read again")]) -> None:
    """Forget how far a sink has come: it reads its topic from the start. Rows stay, once each."""
    _known(name)
    settings = SinkSettings.load()
    dsn = settings.database.dsn.get_secret_value()
    migrate(dsn)
    try:
        with psycopg.connect(dsn) as session:
            count = forget(session, group_of(BY_NAME[name], settings.kafka.namespace))
    except psycopg.Error as error:
        raise classed(error) from error
    typer.echo(f"forgot {count} partitions of {name}")


def _known(name: str) -> None:
    if name not in BY_NAME:
        raise typer.BadParameter(f"no sink {name}; there are {', '.join(BY_NAME)}")
