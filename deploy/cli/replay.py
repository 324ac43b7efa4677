"""`heat replay`: a recording through real topics, or through the same core in this process."""

import json
import secrets
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from deploy.local.settings import LocalSettings
from deploy.local.stack import Stack
from deploy.replay.plan import Plan
from producers.catalogue.load import STARTER
from schemas.errors import SettingsError
from schemas.settings import KafkaSection

Overrides = Annotated[
    list[str] | None,
    typer.Option("--set", help="Change one setting of the computation: gates.min_types=1."),
]


def register(app: typer.Typer) -> None:
    app.command()(replay)


def replay(
    file: Annotated[Path, typer.Argument(help="JSONL, CSV or Parquet, plain or gzipped.",
                                         exists=True, dir_okay=False)],
    column_map: Annotated[str, typer.Option(
        "--map", help="known_time=first_seen,text=title+description,url=url,...")],
    source: Annotated[str, typer.Option(help="The source the rows speak for.")] = "file",
    speed: Annotated[str, typer.Option(help="max, or times real time: 60x.")] = "max",
    in_this_process: Annotated[bool, typer.Option(
        "--in-process", help="No broker: the same core, the same digest.")] = False,
    workers: Annotated[int, typer.Option(min=1, help="Worker processes of each role.")] = 1,
    raw_partitions: Annotated[int, typer.Option(min=1)] = 2,
    keyed_partitions: Annotated[int, typer.Option(min=1)] = 4,
    catalogue: Annotated[Path, typer.Option(help="Catalogue file.", exists=True)] = STARTER,
    overrides: Overrides = None,
    keep: Annotated[bool, typer.Option(help="Leave the namespace's topics in place.")] = False,
    models: Annotated[Path | None, typer.Option(
        help="Folder of spam models that --set evidence.spam_models names.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole account.")] = False,
) -> None:
    """Replay a recording in a namespace of its own and print the digest of what it emitted.

    Reaches no gateway and no Slack. Exit 1 when an article is not accounted for.
    """
    plan = Plan(file, column_map, source, _speed(speed), settings_of(overrides or []), catalogue,
                workers, raw_partitions, keyed_partitions, keep, models)
    plan.spam_models()  # refuses an unknown setting or model before anything starts
    console = Console(stderr=True)
    told = _run_here(plan) if in_this_process else _run_on_kafka(plan, console)
    if as_json:
        sys.stdout.write(json.dumps(told, indent=2) + "\n")
    else:
        _show(told)
    if told["missing"]:
        raise typer.Exit(1)


def _speed(text: str) -> Any:
    if text == "max":
        return "max"
    try:
        speed = float(text.removesuffix("x"))
    except ValueError:
        raise SettingsError(f"--speed {text!r}: `max`, or a number of times like 60x") from None
    if speed <= 0:
        raise SettingsError(f"--speed {text!r}: time does not run backwards")
    return speed


def settings_of(pairs: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for pair in pairs:
        name, mark, value = pair.partition("=")
        if not mark:
            raise SettingsError(f"--set {pair!r}: name=value is expected")
        try:
            found[name.strip()] = json.loads(value)
        except ValueError:
            found[name.strip()] = value
    return found


def _run_here(plan: Plan) -> dict[str, Any]:
    from deploy.replay.run import in_process, summary

    return summary(*in_process(plan), plan)


def _run_on_kafka(plan: Plan, console: Console) -> dict[str, Any]:
    from deploy.replay.run import on_kafka, summary

    settings = LocalSettings.load()
    namespace = f"replay-{secrets.token_hex(3)}"
    with tempfile.TemporaryDirectory(prefix="heat-replay-") as folder, console.status("") as line:

        def say(words: str) -> None:
            line.update(words)
            if not console.is_terminal:
                console.print(words, markup=False, highlight=False)

        running = settings.external.get("kafka")  # given, or of the stack that runs at home
        if running:
            kafka = _section(settings, running, namespace, plan)
            return summary(*on_kafka(plan, kafka, Path(folder), say), plan)
        say("starting a broker for this replay")
        with Stack(Path(folder) / "stack", parts={"kafka"}, usual_ports=False,
                   durable=False) as stack:
            kafka = _section(settings, stack.kafka_bootstrap, namespace, plan)
            return summary(*on_kafka(plan, kafka, Path(folder), say), plan)


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
                 "events", "sent_again", "alerts"):
        console.print(f"{name:>12}  {told[name]}", highlight=False)
    for alert in told["alert_list"][-20:]:
        console.print(f"{alert['at']}  {alert['kind']:<10} {alert['entity']}", highlight=False)
    for day, names in list(told["hottest"].items())[-14:]:
        console.print(f"{day}  {', '.join(names)}", highlight=False)
    console.print(f"{'digest':>12}  {told['digest']}", highlight=False)


