"""`heat backtest`: a recording to a report of what it would have told us, when, and how right."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.cli.asked import (
    MOST_PROCESSES,
    Asked,
    AsOf,
    Catalogue,
    Delay,
    Drop,
    Faults,
    Files,
    Kept,
    Maps,
    Overrides,
    Rounds,
    Sources,
    as_sealed_or_today,
    keeping,
    reels_of,
)
from deploy.cli.watching import watching


def register(app: typer.Typer) -> None:
    app.command()(backtest)


def backtest(
    files: Files,
    column_map: Maps = None,
    source: Sources = None,
    catalogue: Catalogue = None,
    overrides: Overrides = None,
    drop: Drop = None,
    delay: Delay = None,
    faults: Faults = None,
    as_of: AsOf = None,
    rounds: Rounds = "auto",
    leave_one_out: Annotated[bool, typer.Option(
        "--leave-one-out", help="Tell which type of source each alert needed.")] = False,
    out: Annotated[Path, typer.Option(help="Folder for report.html and report.json.",
                                      file_okay=False)] = Path("bench-out"),
    workers: Annotated[int | None, typer.Option(
        min=1, max=MOST_PROCESSES,
        help="Processes; by default a core each, and one for every 5 000 mentions at the "
                    "most: a small recording runs in one. The report is that of one.")] = None,
    cache: Kept = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print report.json too.")] = False,
) -> None:
    """Replay a recording in this process and write what it is worth, beside simpler rules.

    The texts are resolved once, and what was computed is kept: one that was stopped or killed goes
    on where it stood when it is asked for again, and other settings begin with what is resolved.
    """
    from deploy.backtest.report import figures, page
    from deploy.backtest.run import backtest as run_backtest
    from streams.garbage import settle

    settle()

    first, *more = reels_of(files, column_map, source)
    asked = Asked(*first, catalogue, overrides, drop, delay, faults, as_of, tuple(more), rounds)
    plan = replace(as_sealed_or_today(asked.plan()), workers=workers)
    plan.core  # noqa: B018 - refuses an unknown setting before anything starts
    console = Console(stderr=True)
    with keeping(cache, console) as place, watching(
            console, f"replaying {first.file.name}") as watch:
        found = run_backtest(plan, place, watch, leave_one_out)
        parts = found.told, found.kpis, found.others, found.chapters, found.bins
        out.mkdir(parents=True, exist_ok=True)
        (out / "report.html").write_text(page(*parts), "utf-8")
        told = figures(*parts)
        (out / "report.json").write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    if as_json:
        sys.stdout.write(json.dumps(told, indent=1) + "\n")
    early = found.kpis.early_minus_chance.value
    console.print(
        f"{found.kpis.system.alerts} alerts in {found.kpis.days:.1f} days, early minus chance "
        f"{'none' if early is None else f'{100 * early:+.1f} points'}: {out / 'report.html'}",
        highlight=False,
    )
