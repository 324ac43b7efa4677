"""Events per second of the stream stages beside a bare loop over the same topics.

    python -m tests.bench.streams [--mentions N] [--rounds N] [--json]

A real broker, real worker processes with all their promises, medians of the rounds. Processes share
the machine: where its load is high, compare processor time per event, not the clock.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Final

from deploy.local.stack import Stack
from deploy.replay.finished import Left
from schemas.settings import KafkaSection, LogSection
from schemas.telemetry import configure_logging
from schemas.topics import raw_topic
from tests.bench.parts.bare import bare_loop
from tests.bench.parts.chatter import SOURCE, Chatter, chatter, mention_messages, raw_messages
from tests.bench.parts.core import measure_core, pipeline_core
from tests.bench.parts.figures import Figures, middle
from tests.bench.parts.stage import namespace, publish, run_stage, workers

PIPELINE_RAWS: Final = 20_000
Runs = dict[str, list[Figures]]


class Bench:
    """One broker, one input; every run adds its figures."""

    def __init__(self, told: Chatter, settings: KafkaSection, folder: Path, broker: int) -> None:
        self._told = told
        self._settings = settings
        self._folder = folder
        self._broker = broker
        self._mentions = mention_messages(told, settings)
        self._raw = raw_messages(told, settings)
        self.runs: Runs = {}

    def _add(self, name: str, figures: Figures) -> None:
        self.runs.setdefault(name, []).append(figures)
        _say(f"  {name:<14} {figures.rate:>9,.0f}/s  load {figures.load:.1f}")

    def warm(self) -> None:
        """Once unmeasured: a broker that just started is slower for whoever comes first."""
        with namespace(self._settings, self._folder, self._told.entities) as (kafka, _):
            publish(kafka, "mentions", self._mentions)
            bare_loop(kafka, "mentions", self._told.mention_count, len(self._mentions),
                      self._broker)

    def round(self) -> None:
        """Every stage once, each beside the bare loop over its own topic."""
        self._measure()
        self._resolve()
        self._chain()
        self._add("core measure", measure_core(self._told)[0])
        self._add("core pipeline", pipeline_core(self._told, PIPELINE_RAWS))

    def _measure(self) -> None:
        events = self._told.mention_count
        with namespace(self._settings, self._folder, self._told.entities) as (kafka, folder):
            with workers(kafka, folder, "measure") as running:
                self._add("measure", run_stage(
                    kafka, running, "mentions", self._mentions, events, self._broker,
                    lambda behind: behind["measure"] == 0,
                ))
            self._add("bare mentions", bare_loop(
                kafka, "mentions", events, len(self._mentions), self._broker
            ))

    def _resolve(self) -> None:
        events, topic = self._told.raw_count, raw_topic(SOURCE)
        with namespace(self._settings, self._folder, self._told.entities) as (kafka, folder):
            with workers(kafka, folder, "resolve") as running:
                self._add("resolve", run_stage(
                    kafka, running, topic, self._raw, events, self._broker,
                    lambda behind: behind["resolve"] == 0,
                ))
            self._add("bare raw", bare_loop(kafka, topic, events, len(self._raw), self._broker))

    def _chain(self) -> None:
        resting: list[bool] = []

        def done(behind: Left) -> bool:
            """Twice in a row: mentions grow until the resolver is done."""
            resting.append(not any(behind.values()))
            return resting[-2:] == [True, True]

        with (
            namespace(self._settings, self._folder, self._told.entities) as (kafka, folder),
            workers(kafka, folder, "resolve", "measure", "stories") as running,
        ):
            self._add("chain", run_stage(
                kafka, running, raw_topic(SOURCE), self._raw, self._told.raw_count,
                self._broker, done,
            ))


def _say(words: str) -> None:
    sys.stderr.write(words + "\n")


def table(found: dict[str, Figures]) -> list[str]:
    lines = [f"{'':<14} {'events/s':>9} {'load':>5}   processor, microseconds per event"]
    for name, figures in found.items():
        spent = "  ".join(f"{process} {figures.each(process):.0f}" for process in figures.cpu)
        lines.append(f"{name:<14} {figures.rate:>9,.0f} {figures.load:>5.1f}   {spent}")
    return lines


def ratios(found: dict[str, Figures]) -> dict[str, dict[str, float]]:
    """Each stage over its bare loop: by the clock, and by the processor time of its process."""
    told = {}
    for stage, bare in (("measure", "bare mentions"), ("resolve", "bare raw")):
        told[stage] = {
            "clock": found[stage].rate / found[bare].rate,
            "processor": found[bare].each("loop") / found[stage].each(stage),
        }
    return told


def limit(name: str, figures: Figures) -> str:
    """Who is busiest, and how busy: near 100 % of one core it is the limit."""
    busiest = max(figures.cpu, key=lambda process: figures.cpu[process])
    share = figures.cpu[busiest] / figures.seconds
    return f"{name}: {busiest} is busiest, {share:.0%} of a core"


def report(found: dict[str, Figures], told: Chatter, rounds: int, as_json: bool) -> str:
    if as_json:
        return json.dumps({
            "mentions": told.mention_count, "raw": told.raw_count, "entities": told.active,
            "cores": os.cpu_count(), "ratios": ratios(found),
            "stages": {name: {
                "events_per_s": figures.rate, "load": figures.load,
                "cpu_us_per_event": {p: figures.each(p) for p in figures.cpu},
            } for name, figures in found.items()},
        }, indent=1)
    shares = [
        f"{stage:<14} {both['clock']:.0%} of the bare loop by the clock, "
        f"{both['processor']:.0%} by processor time"
        for stage, both in ratios(found).items()
    ]
    head = (f"{told.raw_count:,} raw, {told.mention_count:,} mentions of {told.active} entities; "
            f"medians of {rounds}; {os.cpu_count()} cores")
    limits = [limit(name, figures) for name, figures in found.items()]
    return "\n".join([head, "", *table(found), "", *shares, "", *limits])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.streams", description=__doc__)
    parser.add_argument("--mentions", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    configure_logging("bench", LogSection(level="WARNING"))
    _say("making the input")
    told = chatter(chosen.mentions, KafkaSection())
    with (
        tempfile.TemporaryDirectory(prefix="heat-bench-", ignore_cleanup_errors=True) as home,
        Stack(folder := Path(home), parts={"kafka"}, usual_ports=False) as stack,
    ):
        settings = KafkaSection(bootstrap=stack.kafka_bootstrap)
        bench = Bench(told, settings, folder, stack.children["kafka"].pid)
        bench.warm()
        for number in range(1, chosen.rounds + 1):
            _say(f"round {number} of {chosen.rounds}")
            bench.round()
    found = {name: middle(runs) for name, runs in bench.runs.items()}
    sys.stdout.write(report(found, told, chosen.rounds, chosen.json) + "\n")


if __name__ == "__main__":
    main()
