"""`heat kpis`: lead, luck, usefulness and false alerts of the last days, from the topics."""

import sys
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from deploy.cli.reached import reached
from deploy.replay.topic_reader import read_topics
from schemas.clock import DAY_MS, now
from schemas.settings import KafkaSection, RoleSettings
from streams.kpis.material import Material
from streams.kpis.shares import Estimate, Share
from streams.kpis.table import Kpis, Line, kpis

TOPICS = ("mentions", "entities.candidates", "alerts", "actions")


class KpiSettings(RoleSettings):
    """A reader needs the broker and nothing else."""

    kafka: KafkaSection = KafkaSection()


def register(app: typer.Typer) -> None:
    app.command("kpis")(show)


def show(
    days: Annotated[float, typer.Option(min=0.1, help="How far back.")] = 28.0,
    as_json: Annotated[bool, typer.Option("--json", help="The whole table as JSON.")] = False,
) -> None:
    """The KPIs of the last days, each with its number of cases and its uncertainty."""
    material = Material()
    seen: set[str] = set()

    def take(topic: str, record: Any, payload: bytes) -> None:
        if record.id not in seen:  # a resolver that was killed may have said it twice
            seen.add(record.id)
            material.add(record)

    kafka = reached(KpiSettings.load().kafka)
    read_topics(kafka, TOPICS, take, since=now() - round(days * DAY_MS))
    material.settle()
    found = kpis(material, material.last)
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
    else:
        _print(found)


def _print(found: Kpis) -> None:
    console = Console()
    table = Table("", "alerts", "early", "echo", "picked up", "unknown", "median lead")
    for line in (found.system, found.chance, *found.baselines):
        table.add_row(*_cells(line))
    console.print(table)
    for name, value in (
        ("early minus chance", _estimate(found.early_minus_chance, 100.0, "points")),
        ("useful", _share(found.useful)), ("voted", _share(found.voted)),
        ("false alerts", _share(found.false_alerts)),
        ("not checked yet", str(found.unchecked)), ("repeats", _share(found.repeats)),
        ("latency", _estimate(found.latency_hours, 1.0, "h")),
    ):
        console.print(f"{name:>20}  {value}", highlight=False)


def _cells(line: Line) -> tuple[str, ...]:
    return (line.name, str(line.alerts), _share(line.early), _share(line.echo),
            _share(line.picked_up), _share(line.unknown), _estimate(line.lead_hours, 1.0, "h"))


def _share(found: Share) -> str:
    if found.share is None or found.low is None or found.high is None:
        return "none"
    return f"{found.share:.0%} ({found.low:.0%} to {found.high:.0%}, n {found.n})"


def _estimate(found: Estimate, factor: float, unit: str) -> str:
    if found.value is None:
        return "none"
    told = f"{factor * found.value:+.1f} {unit}"
    if found.low is None or found.high is None:
        return f"{told} (n {found.n})"
    return f"{told} ({factor * found.low:+.1f} to {factor * found.high:+.1f}, n {found.n})"
