"""`heat diff`: which alerts a change makes appear, vanish or move, and by how much."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
import typer
from rich.console import Console
from rich.table import Column, Table

from deploy.cli.asked import Asked, Catalogue, Delay, Drop, Faults, Map, Overrides, Source
from deploy.cli.watching import watching
from schemas.clock import iso
from schemas.errors import SettingsError
from streams.replay.alert_diff import AlertDiff, Told, alert_diff

if TYPE_CHECKING:
    from deploy.replay.outcomes import Side

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
    from deploy.replay.outcomes import Side

    changed = any((overrides, drop, delay, faults))
    if after is None and not changed:
        raise SettingsError("a second outcome, or what to change: --set, --fault, --drop-source")
    other = after or before
    if changed and other.suffix == ".json":
        raise SettingsError(f"{other} is an outcome; only a recording can be run with changes")
    plain = not (before.is_dir() and other.is_dir())
    maps = ["" if plain and side.is_dir() else column_map for side in (before, other)]
    one = Side.of(Asked(before, maps[0], source, catalogue).plan())
    two = Side.of(
        Asked(other, maps[1], source, catalogue, overrides, drop, delay, faults).plan(), one)
    _tell_settings(one, two, "unless --set says so")
    _tell_settings(two, one, "whatever --set says, which changes the other side")
    with watching(Console(stderr=True), "comparing") as watch:
        found = alert_diff(one.alerts(watch), two.alerts(watch))
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode(_told(found)) + b"\n")
    else:
        _show(found)
    if exit_code and found:
        raise typer.Exit(1)


def _tell_settings(sealed: "Side", against: "Side", limits: str) -> None:
    """A plain file knows nothing of the settings that a recording was sealed with."""
    plain = against.plan
    if plain.sealed or plain.file.suffix == ".json":
        return
    settings = sealed.sealed_with()
    if settings:
        named = ", ".join(f"{name}={value}" for name, value in settings.items())
        typer.echo(f"heat: {sealed.plan.file} was sealed with {named}; {plain.file} runs without"
                   f" {limits}", err=True)


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
