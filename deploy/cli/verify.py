"""`heat verify`: are the alerts what their recorded inputs lead to, to the bit?"""

import re
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final, NamedTuple

import msgspec
import typer
from rich.console import Console

from deploy.cli.asked import MOST_PROCESSES, Asked, Overrides, settings_of
from deploy.cli.reached import reached
from deploy.cli.watching import watching
from deploy.replay.verify import Verdict, Wanted, verify
from schemas.errors import SettingsError
from streams.garbage import settle

UNPROVED: Final = 3  # 1 is wrong, 2 is asked wrongly
ID: Final = re.compile(r"[0-9a-f]{1,24}")  # of an alert, or its beginning


def register(app: typer.Typer) -> None:
    app.command("verify")(verify_command)


def verify_command(
    what: Annotated[str | None, typer.Argument(
        help="An alert's id, or its beginning; or a recording, for all in it.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every alert.")] = False,
    recording: Annotated[Path | None, typer.Option(
        help="A sealed recording; without one the running namespace is looked at.", exists=True,
        file_okay=False)] = None,
    seal: Annotated[str | None, typer.Option(help="The seal that was printed then.")] = None,
    overrides: Overrides = None,
    workers: Annotated[int | None, typer.Option(
        min=1, max=MOST_PROCESSES,
        help="Processes; by default a core each, where there is enough to do.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The verdict as JSON.")] = False,
) -> None:
    """Check every seal and the chain of hashes, then compute the alerts again and compare them.

    Exit 1 when anything differs; the first field that does is named, or the block of the file.
    Exit 3 when nothing is wrong and alerts could not be computed again, with the reason.
    """
    if what and recording is None and Path(what).is_dir():
        recording, what = Path(what), None
    if not (what or everything or recording):
        raise SettingsError("which alert? An id, --all, or the folder of a recording")
    if what and not ID.fullmatch(what):
        raise SettingsError(f"{what!r} is neither an existing folder nor an alert's id"
                            " (24 hex digits, or the first of them)")
    console = Console(stderr=True)
    asking = Asking(Wanted(what or ""), workers, console)
    verdict = (_sealed(recording, asking, seal, overrides or []) if recording
               else _running(asking, overrides or []))
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode(verdict) + b"\n")
    else:
        _show(verdict)
    if not verdict.holds:
        raise typer.Exit(1)
    if not verdict.proves:
        raise typer.Exit(UNPROVED)


class Asking(NamedTuple):
    """Which alerts, by how many processes, and where progress is shown."""

    wanted: Wanted
    workers: int | None
    console: Console


def _sealed(folder: Path, asking: Asking, seal: str | None, overrides: list[str]) -> Verdict:
    plan = replace(Asked(folder, overrides=overrides).plan(), workers=asking.workers)
    settle()
    with watching(asking.console, f"recomputing {folder.name}") as watch:
        return verify(folder, plan, asking.wanted, seal, watch)


def _running(asking: Asking, overrides: list[str]) -> Verdict:
    """Record what the topics still hold, and look at that."""
    from deploy.replay.recording.from_topics import record_topics
    from streams.core.config import configure
    from streams.settings import StreamSettings

    settings = StreamSettings.load()
    core = configure(settings_of(overrides), settings.core)
    with tempfile.TemporaryDirectory(prefix="heat-verify-") as folder:
        out = Path(folder) / (settings.kafka.namespace or "running")
        record_topics(reached(settings.kafka), out, core)
        return _sealed(out, asking, None, [])


def _show(verdict: Verdict) -> None:
    console = Console()

    def say(words: str) -> None:
        console.print(words, highlight=False, markup=False)

    for damage in verdict.damaged:
        say(f"damaged: {damage}")
    for kind, findings in (("chain", verdict.links), ("differs", verdict.differ)):
        for one in findings:
            whose = f"alert {one.alert_id} step {one.step} ({one.entity}, {one.at})"
            say(f"{kind}: {whose}: {one.wrong}")
    if not verdict.damaged:
        say(f"seals hold: {verdict.seal}")
        say(f"{verdict.alerts} steps on record, {len(verdict.links)} broken links")
    for one in verdict.pending:
        say(f"may be on its way: alert {one.alert_id} step {one.step} ({one.entity}, {one.at})")
    if verdict.not_recomputed:
        say(f"not recomputed: {verdict.not_recomputed}")
    else:
        say(f"{verdict.recomputed} steps recomputed, {len(verdict.differ)} differ")
