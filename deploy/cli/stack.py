"""`heat up`, `demo`, `status`, `down`, `doctor`: the whole system on this machine."""

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deploy.local import doctor as examination
from deploy.local.facts import gather
from deploy.local.home import Home, StackState
from deploy.local.remote import start_apart, stop_from_afar, supervisor_of
from deploy.local.run import World, run_world, world_of
from deploy.local.settings import LocalSettings

Detach = Annotated[bool, typer.Option("--detach", "-d", help="Start in the background.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Demo = Annotated[bool, typer.Option("--demo", help="The simulated world instead of the live one.")]
LEVEL_COLOURS = {"ok": "green", "warning": "yellow", "problem": "red"}


def register(app: typer.Typer) -> None:
    """Add these commands to the `heat` command."""
    for command in (up, demo, status, down, doctor):
        app.command()(command)


def up(detach: Detach = False) -> None:
    """Start servers and roles on this machine; Ctrl-C stops everything."""
    _run("live", detach)


def demo(detach: Detach = False) -> None:
    """Like `up`, with a simulated world whose clock runs faster than ours."""
    _run("demo", detach)


def _run(name: str, detach: bool) -> None:
    settings = LocalSettings.load()
    world = world_of(name, settings)
    if not detach:
        run_world(world, settings, _console())
        return
    state = start_apart(supervisor_of(name), Home(world.folder))
    _console().print(f"Running in the background. Dashboard: {state.dashboard}")
    which = " --demo" if name == "demo" else ""
    _console().print(f"Look with `heat status{which}`, stop it with `heat down{which}`.")


Dsn = Annotated[
    bool, typer.Option("--dsn", help="Print only the database's address, password and all.")
]


def status(demo: Demo = False, as_json: Json = False, dsn: Dsn = False) -> None:
    """What runs, and how each role fares. Exit 1 when nothing runs or a role is not ready."""
    home = Home(_world(demo).folder)
    state = home.read() if home.is_held() else None
    if dsn and state is not None:
        typer.echo(state.addresses["postgres"])
        return
    if as_json:
        typer.echo(json.dumps(report(state), indent=2))
    elif state is None:
        typer.echo(f"Not running in {home.folder}")
    else:
        _show(state)
    raise typer.Exit(0 if state and state.ready else 1)


def down(demo: Demo = False) -> None:
    """Stop what `heat up` started, from any terminal."""
    typer.echo(stop_from_afar(Home(_world(demo).folder)))


def doctor(as_json: Json = False) -> None:
    """Look for what keeps the stack from running, and say what to do. Exit 1 for a problem."""
    findings = examination.judge(gather(LocalSettings.load()))
    if as_json:
        typer.echo(json.dumps([finding.plain() for finding in findings], indent=2))
    else:
        for finding in findings:
            _tell(finding)
    raise typer.Exit(0 if examination.is_well(findings) else 1)


def report(state: StackState | None) -> dict[str, object]:
    """For scripts. The password of the database stays in the state file."""
    if state is None:
        return {"running": False}
    told = asdict(state)
    told["addresses"] = {part: without_password(url) for part, url in state.addresses.items()}
    return {"running": True, **told}


def without_password(address: str) -> str:
    """`scheme://user:secret@host` becomes `scheme://user@host`."""
    scheme, mark, rest = address.rpartition("://")
    who, at, where = rest.rpartition("@")
    return f"{scheme}{mark}{who.split(':')[0]}{at}{where}"


def _world(demo: bool) -> World:
    return world_of("demo" if demo else "live", LocalSettings.load())


def _show(state: StackState) -> None:
    table = Table.grid(padding=(0, 2))
    for name, told in state.roles.items():
        again = f"restarted {told['restarts']}x" if told["restarts"] else ""
        notes = "; ".join(filter(None, (again, str(told["why"]))))
        table.add_row(name, str(told["phase"]), escape(notes))
    console = _console()
    console.print(table)
    for part, address in state.addresses.items():
        console.print(f"{part}: {without_password(address)}", soft_wrap=True)
    console.print(f"Dashboard: {state.dashboard}", soft_wrap=True)


def _tell(finding: examination.Finding) -> None:
    console = _console()
    colour = LEVEL_COLOURS[finding.level]
    found = escape(finding.found)
    console.print(f"[{colour}]{finding.level:<8}[/] {finding.subject:<9} {found}", soft_wrap=True)
    if finding.todo:
        console.print(f"{'':<18} -> {escape(finding.todo)}", soft_wrap=True)


def _console() -> Console:
    return Console(file=sys.stdout, highlight=False)
