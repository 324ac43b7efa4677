"""`heat sweep`: a grid of settings over one recording, chosen on its first part, judged on the
rest."""

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.table import Column, Table

from deploy.cli.asked import (
    MOST_PROCESSES,
    Asked,
    AsOf,
    Catalogue,
    Delay,
    Drop,
    Faults,
    Kept,
    Map,
    Overrides,
    Recorded,
    Rounds,
    Source,
    as_sealed_or_today,
    keeping,
)
from deploy.cli.watching import watching

SHOWN = 20


def register(app: typer.Typer) -> None:
    app.command("sweep")(sweep_command)


def sweep_command(
    file: Recorded,
    grid: Annotated[Path, typer.Argument(
        help="YAML: grid: {gates.detection: [2.0, 2.4]}, split: 2020-05-15.", exists=True,
        dir_okay=False)],
    column_map: Map = "",
    source: Source = "file",
    catalogue: Catalogue = None,
    overrides: Overrides = None,
    drop: Drop = None,
    delay: Delay = None,
    faults: Faults = None,
    as_of: AsOf = None,
    rounds: Rounds = "auto",
    jobs: Annotated[int, typer.Option(min=1, max=MOST_PROCESSES, help="Processes.")] = min(
        os.cpu_count() or 1, MOST_PROCESSES),
    cache: Kept = None,
    as_json: Annotated[bool, typer.Option("--json", help="The whole table as JSON.")] = False,
) -> None:
    """KPIs of every combination of settings, the best of the tuning span first."""
    from deploy.replay.sweep import sweep

    asked = Asked(file, column_map, source, catalogue, overrides, drop, delay, faults, as_of,
                  rounds=rounds)
    console = Console(stderr=True)
    with keeping(cache, console) as place, watching(
            console, f"sweeping {file.name}", "steps") as watch:
        found = sweep(grid, as_sealed_or_today(asked.plan()), place, jobs, watch)
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(found) + b"\n")
    else:
        _show(found)


def _show(found: dict[str, Any]) -> None:
    settings_column = Column("settings", overflow="fold")
    table = Table(settings_column, "span", "alerts", "early - chance", "false", "lead")
    for row in found["rows"][:SHOWN]:
        settings = ", ".join(f"{name}={value}" for name, value in row["overrides"].items())
        for name in ("tune", "test"):
            told = row[name]
            table.add_row(
                settings if name == "tune" else "", name, str(told["alerts"]),
                _interval(told["early_minus_chance"], "value", 100, "points"),
                _interval(told["false_alerts"], "share", 100, "%"),
                _interval(told["lead_hours"], "value", 1, "h"),
            )
    console = Console()
    console.print(table)
    console.print(
        f"{len(found['rows'])} combinations, {found['computed']} computed, "
        f"{found['from_cache']} kept from before; split at {found['split']}", highlight=False,
    )


def _interval(told: dict[str, Any], name: str, factor: float, unit: str) -> str:
    if told[name] is None:
        return "none"
    value = f"{factor * told[name]:.1f} {unit}"
    if told["low"] is None:
        return value
    return f"{value} ({factor * told['low']:.1f} to {factor * told['high']:.1f})"
