"""`heat replay`: a recording through real topics, or through the same core in this process."""

import json
import math
import secrets
import sys
import tempfile
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import platformdirs
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
    Map,
    Rounds,
    Source,
    as_sealed_or_today,
    keeping,
    time_of,
)
from deploy.cli.asked import Overrides as Overrides  # where other commands look for it
from deploy.cli.asked import settings_of as settings_of
from deploy.cli.watching import watching
from deploy.local.settings import LocalSettings
from deploy.local.stack import Stack
from deploy.replay.plan import Plan
from deploy.replay.recording.from_archive import fetched, unpacked
from schemas.errors import SettingsError
from schemas.settings import KafkaSection


def register(app: typer.Typer) -> None:
    app.command()(replay)


def replay(
    file: Annotated[Path | None, typer.Argument(
        help="A sealed recording, or JSONL, CSV or Parquet, plain or gzipped.",
        exists=True)] = None,
    column_map: Map = "",
    source: Source = "file",
    speed: Annotated[str | None, typer.Option(
        help="Through a broker: max, or times real time: 60x.  [default: max]")] = None,
    in_this_process: Annotated[bool, typer.Option(
        "--in-process", help="No broker: the same core, the same digest.")] = False,
    workers: Annotated[int | None, typer.Option(
        min=1, max=MOST_PROCESSES,
        help="Worker processes: of each role, one by default; with --in-process in all, by "
                    "default a core each, and one for every 5 000 mentions at the most: a small "
                    "recording runs in one. The digest is that of one.")] = None,
    archive: Annotated[str | None, typer.Option(
        help="In place of FILE: a folder or s3://bucket/prefix, with the keys of HEAT_ARCHIVE__*."
    )] = None,
    since: Annotated[str | None, typer.Option(
        "--from", help="Of an archive: 2020-05-01[T..Z].")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Of an archive, likewise.")] = None,
    resume: Annotated[bool, typer.Option(
        help="With --in-process: go on where the same run was cut short.")] = True,
    raw_partitions: Annotated[int | None, typer.Option(
        min=1, help="Through a broker.  [default: 2]")] = None,
    keyed_partitions: Annotated[int | None, typer.Option(
        min=1, help="Through a broker.  [default: 4]")] = None,
    catalogue: Catalogue = None,
    overrides: Overrides = None,
    drop: Drop = None,
    delay: Delay = None,
    faults: Faults = None,
    as_of: AsOf = None,
    rounds: Rounds = "auto",
    leave_one_out: Annotated[bool, typer.Option(
        "--leave-one-out", help="Tell which type of source each alert needed.")] = False,
    keep: Annotated[bool | None, typer.Option(
        help="Through a broker: leave the namespace's topics in place.  [default: no-keep]"
    )] = None,
    models: Annotated[Path | None, typer.Option(
        help="Folder of spam models that --set evidence.spam_models names.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole account.")] = False,
) -> None:
    """Replay a recording in a namespace of its own and print the digest of what it emitted.

    FILE may also be the folder of an archive: then all that is in it is replayed. With
    --in-process a run that was stopped or killed goes on where it stood when it is asked for again.

    Reaches no gateway and no Slack: nothing that it imports can. Exit 1 when an article is not
    accounted for, or a fault that was asked for never fired.
    """
    here = in_this_process or leave_one_out
    of_a_broker = {"--speed": speed, "--raw-partitions": raw_partitions,
                   "--keyed-partitions": keyed_partitions, "--keep": keep}
    if here:
        _refuse_idle(of_a_broker, "--in-process" if in_this_process else "--leave-one-out")
    with _recording(file, archive, since, until) as recorded:
        asked = Asked(recorded, column_map, source, catalogue, overrides, drop, delay, faults,
                      as_of, rounds=rounds)
        plan = replace(
            as_sealed_or_today(asked.plan()), speed=_speed(speed or "max"), workers=workers,
            keep=bool(keep),
            raw_partitions=raw_partitions or 2, keyed_partitions=keyed_partitions or 4,
            models=models,
        )
        plan.spam_models()  # refuses an unknown setting or model before anything starts
        console = Console(stderr=True)
        if here:
            told = _run_here(plan, console, leave_one_out, resume)
        else:
            told = _run_on_kafka(plan, console)
    if as_json:
        sys.stdout.write(json.dumps(told, indent=2) + "\n")
    else:
        _show(told)
    if told["missing"]:
        raise typer.Exit(1)


def _recording(
    file: Path | None, archive: str | None, since: str | None, until: str | None
) -> AbstractContextManager[Path]:
    """Of the file, or of the part of an archive that was asked for."""
    if (file is None) == (archive is None):
        raise SettingsError("what to replay: a FILE, or --archive with a folder or s3:// address")
    if archive is not None:
        from sinks.archive.cli import ArchiveSettings

        place = ArchiveSettings.load().archive.model_copy(update={"address": archive})
        return fetched(place, time_of(since, "--from"), time_of(until, "--to"))
    if since or until:
        raise SettingsError("--from and --to are of an archive; --as-of ends a recording earlier")
    assert file is not None
    return unpacked(file)


def _refuse_idle(options: Mapping[str, object], here: str) -> None:
    """Raises SettingsError naming what would have no effect without a broker."""
    idle = [name for name, value in options.items() if value is not None]
    if idle:
        raise SettingsError(f"{', '.join(idle)}: of a replay through a broker; {here} has none")


def _speed(text: str) -> Any:
    if text == "max":
        return "max"
    try:
        speed = float(text.removesuffix("x"))
    except ValueError:
        raise SettingsError(f"--speed {text!r}: `max`, or a number of times like 60x") from None
    if not math.isfinite(speed):
        raise SettingsError(f"--speed {text!r}: a number of times is expected; `max` is fastest")
    if speed <= 0:
        raise SettingsError(f"--speed {text!r}: time does not run backwards")
    return speed


def _run_here(
    plan: Plan, console: Console, leave_one_out: bool, resume: bool
) -> dict[str, Any]:
    from deploy.replay.again import Again, resolved_of
    from deploy.replay.in_process import Resuming, in_process
    from deploy.replay.needed import needed
    from deploy.replay.run import summary
    from streams.garbage import settle

    settle()

    def say(words: str) -> None:
        console.print(words, markup=False, highlight=False)

    resuming = Resuming(platformdirs.user_cache_path("heat") / "replay", resume, say)
    with watching(console, f"replaying {plan.file.name}") as watch:
        account, shown = in_process(plan, watch, resuming)
        told = summary(account, shown, plan)
        if leave_one_out:
            with keeping(None, console) as cache:
                resolved = resolved_of(shown.footage, plan, cache, watch)
                again = Again(shown.footage, resolved, cache)
                told["needed"] = needed(again, plan, account, watch)
    return told


def _run_on_kafka(plan: Plan, console: Console) -> dict[str, Any]:
    from deploy.replay.footage import footage
    from deploy.replay.run import on_kafka, summary

    settings = LocalSettings.load()
    namespace = f"replay-{secrets.token_hex(3)}"
    with tempfile.TemporaryDirectory(prefix="heat-replay-") as folder, console.status("") as line:

        def say(words: str) -> None:
            line.update(words)
            if not console.is_terminal:
                console.print(words, markup=False, highlight=False)

        say(f"reading {plan.file.name}")
        shown = footage(plan)  # what cannot be replayed is refused before a broker is started
        running = settings.external.get("kafka")  # given, or of the stack that runs at home
        if running:
            kafka = _section(settings, running, namespace, plan)
            return summary(*on_kafka(plan, kafka, Path(folder), say, shown), plan)
        say("starting a broker for this replay")
        with Stack(Path(folder) / "stack", parts={"kafka"}, usual_ports=False,
                   durable=False) as stack:
            kafka = _section(settings, stack.kafka_bootstrap, namespace, plan)
            return summary(*on_kafka(plan, kafka, Path(folder), say, shown), plan)


def _section(
    settings: LocalSettings, bootstrap: str, namespace: str, plan: Plan
) -> KafkaSection:
    return settings.kafka.model_copy(update={
        "bootstrap": bootstrap, "namespace": namespace,
        "raw_partitions": plan.raw_partitions, "keyed_partitions": plan.keyed_partitions,
    })


def _show(told: dict[str, Any]) -> None:
    console = Console()
    for name in ("file", "articles", "published", "resolved", "unresolved", "rejected", "missing",
                 "events", "sent_again", "workers", "alerts"):
        console.print(f"{name:>12}  {told[name]}", highlight=False)
    for alert in told["alert_list"][-20:]:
        console.print(f"{alert['at']}  {alert['kind']:<10} {alert['entity']}", highlight=False)
    for fault in told["faults"]:
        console.print(f"{fault['fault']}: {fault['fired']} mentions {fault['effect']}",
                      highlight=False)
    for one in told.get("needed", ()):
        types = ", ".join(one["needs"]) or "no single type"
        console.print(f"{one['at']}  {one['entity']} needed {types}", highlight=False)
    for day, names in list(told["hottest"].items())[-14:]:
        console.print(f"{day}  {', '.join(names)}", highlight=False)
    console.print(f"{'digest':>12}  {told['digest']}", highlight=False)
