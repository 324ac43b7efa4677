"""`heat backtest`: a recording to a report of what it would have told us, when, and how right."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.cli.replay import Overrides, settings_of
from deploy.replay.plan import Plan
from producers.catalogue.load import STARTER


def register(app: typer.Typer) -> None:
    app.command()(backtest)


def backtest(
    file: Annotated[Path, typer.Argument(help="JSONL, CSV or Parquet, plain or gzipped.",
                                         exists=True, dir_okay=False)],
    column_map: Annotated[str, typer.Option(
        "--map", help="known_time=first_seen,text=title+description,url=url,...")],
    source: Annotated[str, typer.Option(help="The source the rows speak for.")] = "file",
    catalogue: Annotated[Path, typer.Option(help="Catalogue file.", exists=True)] = STARTER,
    overrides: Overrides = None,
    out: Annotated[Path, typer.Option(help="Folder for report.html and report.json.",
                                      file_okay=False)] = Path("bench-out"),
    as_json: Annotated[bool, typer.Option("--json", help="Print report.json too.")] = False,
) -> None:
    """Replay a recording in this process and write what it is worth, beside simpler rules."""
    from deploy.backtest.report import figures, page
    from deploy.backtest.run import backtest as run_backtest

    plan = Plan(file, column_map, source, overrides=settings_of(overrides or []),
                catalogue=catalogue)
    plan.core  # noqa: B018 - refuses an unknown setting before anything starts
    console = Console(stderr=True)
    with console.status(f"replaying {file.name}"):
        found = run_backtest(plan)
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
