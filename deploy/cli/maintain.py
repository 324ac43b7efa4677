"""`heat maintain`: tidy the tables once, or for as long as it runs."""

import signal
import threading
from typing import Annotated

import msgspec
import typer

from schemas.clock import now
from schemas.settings import DatabaseSection, MaintenanceSection, RoleSettings
from sinks.maintenance.report import Report
from sinks.maintenance.tidy import tidy
from sinks.maintenance.watch import Tidier

LEFT = 1  # something could not be done now


class MaintainSettings(RoleSettings):
    """The database, and how long rows stay."""

    database: DatabaseSection = DatabaseSection()
    maintenance: MaintenanceSection = MaintenanceSection()


def register(app: typer.Typer) -> None:
    app.command("maintain")(maintain)


def maintain(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what is to do; change nothing.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="The report as one line of JSON.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Again and again, until stopped.")] = False,
) -> None:
    """Make partitions, drop what is too old, refresh sums, analyse, list who is quiet.

    Safe while sinks write, and when two run at once. Exit code 1: something was left for later.
    """
    settings = MaintainSettings.load()
    dsn = settings.database.dsn.get_secret_value()
    if watch and dry_run:
        raise typer.BadParameter("--watch and --dry-run do not go together")
    if watch:
        _watch(dsn, settings.maintenance, as_json)
        return
    report = tidy(dsn, settings.maintenance, now(), dry_run=dry_run)
    _tell(report, as_json)
    raise typer.Exit(LEFT if report.left else 0)


def _tell(report: Report, as_json: bool) -> None:
    typer.echo(msgspec.json.encode(report).decode() if as_json else "\n".join(report.lines()))


def _watch(dsn: str, ages: MaintenanceSection, as_json: bool) -> None:
    if not ages.every_minutes:
        raise typer.BadParameter(
            "HEAT_MAINTENANCE__EVERY_MINUTES is 0: there is nothing to wait for"
        )
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    tidier = Tidier(dsn, ages, lambda report: _tell(report, as_json))
    tidier.start()
    stopping.wait()
    tidier.stop()
