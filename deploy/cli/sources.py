"""`heat sources`: every source, how it stands, what is left of its budget, and what it needs."""

from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deploy.cli.lines import write_line
from producers.base.errors import BrokerAwayError, LogError
from producers.config import load_options, made
from producers.defaults import defaults_text
from producers.settings import ProducerSettings
from producers.sources import BY_NAME, SOURCES, source_named
from producers.status import SourceStatus, Spent, status_of, told_by_log
from schemas.clock import now
from schemas.records import Health

BROKER_WITHIN_S = 5.0
COLOURS = {"ok": "green", "degraded": "yellow", "down": "red", "silent": "red"}


def register(app: typer.Typer) -> None:
    """Add `sources` to the `heat` command."""
    app.command("sources")(sources)


def sources(
    names: Annotated[
        list[str] | None, typer.Argument(help="Only these: reddit, trades...; default: all.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line for each source.")] = False,
    defaults: Annotated[
        bool, typer.Option("--defaults", help="Write a sources.yml with every key and its default.")
    ] = False,
) -> None:
    """Show every source: state, last and next run, budget left, missing keys, terms.

    States: ok, degraded, down, disabled, silent (due and not heard of), idle (has not run).
    Without a broker the state comes from keys and settings alone.
    """
    if defaults:
        typer.echo(defaults_text(SOURCES), nl=False)
        return
    settings = ProducerSettings.load()
    options = load_options(settings.producer.sources)
    for name in names or ():
        source_named(name)
    moment, (healths, spent), trouble = now(), *_told(settings)
    chosen = [made(name, options, settings.keys) for name in names or BY_NAME]
    stand = [status_of(source, healths.get(source.name), spent, moment) for source in chosen]
    if as_json:
        for status in stand:
            write_line(msgspec.to_builtins(status))
        return
    if trouble:
        Console(stderr=True).print(f"[yellow]{escape(trouble)}[/]; shown from keys and settings")
    console = Console()
    console.print(_table(stand))
    for line in _needs(stand):
        console.print(line, soft_wrap=True)


def _told(settings: ProducerSettings) -> tuple[tuple[dict[str, Health], Spent], str]:
    """What the log tells, or why it could not be asked."""
    try:
        return told_by_log(settings.kafka, now(), BROKER_WITHIN_S), ""
    except (BrokerAwayError, LogError) as error:
        return ({}, {}), str(error)


def _table(stand: list[SourceStatus]) -> Table:
    columns = ("source", "type", "kind", "state", "last run", "next run", "budget left")
    table = Table(*columns, box=None)
    for status in stand:
        colour = COLOURS.get(status.state, "dim")
        left = [f"{b.left:,.9g} of {b.ceiling:,.9g} {b.unit}" for b in status.budgets]
        table.add_row(
            status.source,
            status.type,
            status.kind,
            f"[{colour}]{status.state}[/]",
            status.last_run or "",
            status.next_run or "",
            "\n".join(left),
        )
    return table


def _needs(stand: list[SourceStatus]) -> list[str]:
    """What a person may want to know or do about each source."""
    lines = []
    for status in stand:
        is_keyless = any(not key.optional for key in status.missing_keys)
        told = [escape(status.reason)] if status.reason and not is_keyless else []
        for key in status.missing_keys:
            without = "sees more with" if key.optional else "needs"
            told.append(f"{without} {key.variable}, from {key.get_it_at}")
        told.append(f"terms: {escape(status.terms)}")
        lines.append(f"[bold]{status.source}[/]: {'; '.join(told)}")
    return lines
