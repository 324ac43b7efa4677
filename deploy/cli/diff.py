"""`heat diff`: which alerts a change makes appear, vanish or move, and by how much."""

import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from deploy.cli.asked import Asked, Catalogue, Delay, Drop, Faults, Map, Overrides, Source
from deploy.cli.watching import watching
from schemas.clock import iso
from schemas.errors import SettingsError
from streams.replay.alert_diff import AlertDiff, alert_diff


def register(app: typer.Typer) -> None:
    app.command("diff")(diff)


def diff(
    before: Annotated[Path, typer.Argument(
        help="An outcome (replay --json, report.json), a recording or a plain file.",
        exists=True)],
    after: Annotated[Path | None, typer.Argument(
        help="Likewise; without it the first one again, changed by the options.",
        exists=True)] = None,
    column_map: Map = "",
    source: Source = "file",
    catalogue: Catalogue = None,
    overrides: Overrides = None,
    drop: Drop = None,
    delay: Delay = None,
    faults: Faults = None,
    exit_code: Annotated[bool, typer.Option(
        "--exit-code", help="Exit 1 when there is a difference.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The difference as JSON.")] = False,
) -> None:
    """Compare two outcomes, or one recording with itself under other settings or faults.

    Settings and faults change the second side only.
    """
    from deploy.replay.outcomes import alerts_of

    changed = any((overrides, drop, delay, faults))
    if after is None and not changed:
        raise SettingsError("a second outcome, or what to change: --set, --fault, --drop-source")
    other = after or before
    if changed and other.suffix == ".json":
        raise SettingsError(f"{other} is an outcome; only a recording can be run with changes")
    one = Asked(before, column_map, source, catalogue).plan()
    two = Asked(other, column_map, source, catalogue, overrides, drop, delay, faults).plan()
    with watching(Console(stderr=True), "comparing") as watch:
        found = alert_diff(alerts_of(one, watch), alerts_of(two, watch))
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
    else:
        _show(found)
    if exit_code and found:
        raise typer.Exit(1)


def _show(found: AlertDiff) -> None:
    console = Console()
    table = Table("", "alert", "before", "after", "minutes", "heat")
    for told in found.appear:
        table.add_row("appears", told.entity, "", iso(told.at), "", f"{told.heat:.2f}")
    for told in found.vanish:
        table.add_row("vanishes", told.entity, iso(told.at), "", "", f"{told.heat:.2f}")
    for moved in found.move:
        table.add_row("moves", moved.before.entity, iso(moved.before.at), iso(moved.after.at),
                      f"{moved.minutes:+.0f}", f"{moved.heat:+.2f}")
    if found:
        console.print(table)
    console.print(
        f"{len(found.appear)} appear, {len(found.vanish)} vanish, {len(found.move)} move, "
        f"{found.same} are the same", highlight=False,
    )
