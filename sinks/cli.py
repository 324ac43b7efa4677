"""`heat sink ...`, and the same as `python -m sinks ...`."""

from typing import Annotated

import psycopg
import typer

from schemas.errors import HeatError, SettingsError
from schemas.telemetry import configure_logging
from sinks.base.drain import group_of
from sinks.base.offsets import forget
from sinks.catalogue import BY_NAME, SINKS
from sinks.migrate import migrate
from sinks.run import STOPPED, WRONG_USAGE, run
from sinks.settings import SinkSettings

sink = typer.Typer(help="Topics into PostgreSQL, each record exactly once.", no_args_is_help=True)
Names = Annotated[list[str] | None, typer.Argument(help=f"of {', '.join(BY_NAME)}; all by default")]


def register(app: typer.Typer) -> None:
    """Add `sink` to the `heat` command."""
    app.add_typer(sink, name="sink")


def main() -> int:
    """`python -m sinks`: exit code 2 for wrong usage, 70 for what a restart will not mend."""
    outcome = sink(standalone_mode=True, prog_name="python -m sinks")
    return int(outcome or 0)


@sink.command("run")
def run_sinks(
    names: Names = None,
    past_flood: Annotated[
        bool, typer.Option("--past-flood", help="set unreadable messages aside without limit")
    ] = False,
) -> None:
    """Write topics into their tables until stopped."""
    settings = _settings()
    unknown = sorted(set(names or ()) - BY_NAME.keys())
    if unknown:
        raise typer.BadParameter(f"no sink {unknown[0]}; there are {', '.join(BY_NAME)}")
    configure_logging("sink", settings.log)
    tables = [table for table in SINKS if not names or table.name in names]
    raise typer.Exit(run(settings, tables, past_flood=past_flood))


@sink.command("migrate")
def migrate_tables() -> None:
    """Bring the tables up to date and end."""
    try:
        for step in migrate(_dsn()):
            typer.echo(f"applied {step}")
    except HeatError as error:
        raise _ended(error) from None


@sink.command("reset")
def reset(name: Annotated[str, typer.Argument(help="the sink whose topic is read again")]) -> None:
    """Forget how far a sink has come: it reads its topic from the start. Rows stay, once each."""
    settings = _settings()
    if name not in BY_NAME:
        raise typer.BadParameter(f"no sink {name}; there are {', '.join(BY_NAME)}")
    try:
        migrate(settings.database.dsn.get_secret_value())
        with psycopg.connect(settings.database.dsn.get_secret_value()) as session:
            count = forget(session, group_of(BY_NAME[name], settings.kafka.namespace))
    except HeatError as error:
        raise _ended(error) from None
    typer.echo(f"forgot {count} partitions of {name}")


def _settings() -> SinkSettings:
    try:
        return SinkSettings.load()
    except SettingsError as error:
        raise _ended(error) from None


def _dsn() -> str:
    return _settings().database.dsn.get_secret_value()


def _ended(error: HeatError) -> typer.Exit:
    typer.echo(f"heat sink: {error}", err=True)
    return typer.Exit(WRONG_USAGE if isinstance(error, SettingsError) else STOPPED)
