"""`heat diff`: which alerts a change makes appear, vanish or move, and by how much."""

import sys
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import typer
from rich.console import Console
from rich.table import Column, Table

from deploy.cli.asked import Asked, Catalogue, Delay, Drop, Faults, Map, Overrides, Source
from deploy.cli.watching import watching
from deploy.replay.plan import Plan
from schemas.clock import iso
from schemas.errors import SettingsError
from streams.replay.alert_diff import AlertDiff, Told, alert_diff

COLUMNS: Final = ("", "alert", "before", "after", "minutes", "heat", "became")
UNBOUNDED: Final = 1000  # characters a line


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
    plain = not (before.is_dir() and other.is_dir())
    maps = ["" if plain and side.is_dir() else column_map for side in (before, other)]
    one = Asked(before, maps[0], source, catalogue).plan()
    two = Asked(other, maps[1], source, catalogue, overrides, drop, delay, faults).plan()
    for side, against in ((one, two), (two, one)):
        _tell_settings(side, against)
    with watching(Console(stderr=True), "comparing") as watch:
        found = alert_diff(alerts_of(one, watch), alerts_of(two, watch))
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode(_told(found)) + b"\n")
    else:
        _show(found)
    if exit_code and found:
        raise typer.Exit(1)


def _tell_settings(sealed: Plan, against: Plan) -> None:
    """A plain file knows nothing of the settings that a recording was sealed with."""
    from deploy.replay.sealed import as_sealed

    if not sealed.sealed or against.sealed or against.file.suffix == ".json":
        return
    try:
        settings = as_sealed(sealed).sealed_with
    except SettingsError:  # of another version; sealed alerts can be compared all the same
        return
    if settings:
        named = ", ".join(f"{name}={value}" for name, value in settings.items())
        typer.echo(f"heat: {sealed.file} was sealed with {named}; {against.file} runs without"
                   " unless --set says so", err=True)


def _told(found: AlertDiff) -> dict[str, Any]:
    """As JSON, with times that people read."""
    return {
        "appear": [_alert(told) for told in found.appear],
        "vanish": [_alert(told) for told in found.vanish],
        "move": [{"before": _alert(moved.before), "after": _alert(moved.after),
                  "minutes": moved.minutes, "heat": moved.heat} for moved in found.move],
        "same": found.same,
    }


def _alert(told: Told) -> dict[str, Any]:
    return {"at": iso(told.at), "entity": told.entity, "heat": told.heat or None,
            "steps": told.steps}


def _show(found: AlertDiff) -> None:
    console = Console()
    if not console.is_terminal:  # a pipe has no edge to wrap at
        console.width = UNBOUNDED
    table = Table(*(Column(name, overflow="fold") for name in COLUMNS))
    for word, alerts in (("appears", found.appear), ("vanishes", found.vanish)):
        for told in alerts:
            at = ("", iso(told.at)) if word == "appears" else (iso(told.at), "")
            table.add_row(word, told.entity, *at, "", f"{told.heat:.2f}" if told.heat else "",
                          " ".join(told.steps))
    for moved in found.move:
        before, after = moved.before, moved.after
        lives = [" ".join(told.steps) or "nothing" for told in (before, after)]
        table.add_row("moves", before.entity, iso(before.at), iso(after.at),
                      f"{moved.minutes:+.0f}", f"{moved.heat:+.2f}", " -> ".join(lives)
                      if before.steps != after.steps else "")
    if found:
        console.print(table)
    console.print(
        f"{len(found.appear)} appear, {len(found.vanish)} vanish, {len(found.move)} move, "
        f"{found.same} are the same", highlight=False,
    )
