"""Speed of a replay in one process, part by part, on one core; no broker.

    python -m tests.bench.replay [--days N | --full] [--raw N] [--profile] [--json]

Mentions are of 500 entities and eight sources, seeded. Rates are by processor time, so that a busy
machine changes them less. A part that is not named (`decode` beside `fold`) is not in its figure.
"""

import argparse
import cProfile
import json
import pstats
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

import psutil
from msgspec.structs import replace

from schemas.clock import is_poll
from schemas.codec import decode, encode
from schemas.records import Mention, RawMention, Record, Tick
from schemas.settings import KafkaSection
from streams.core import measure
from streams.core.config import CoreConfig
from streams.core.craft import ENTITIES, Craft
from streams.core.evidence import absorb
from streams.core.intervals import MentionPartition
from streams.core.measure import Lineage
from streams.core.pipeline import run
from streams.core.state import EntityState
from streams.garbage import settle
from streams.replay.in_process import catalogue_of
from tests.bench.parts.chatter import SOURCE, chatter
from tests.bench.parts.dense import Dense

DAYS, FULL_DAYS = 3, 30
DECODED: Final = 20_000
SLOWEST: Final = 15  # lines of the profile
QUIET: Final = "anybody else still awake, that was a very long evening with number"


class Part(NamedTuple):
    """What one part of the way took."""

    name: str
    events: int
    seconds: float  # of processor
    evaluations: int = 0

    @property
    def rate(self) -> float:
        return self.events / self.seconds

    def told(self) -> str:
        line = f"{self.name:<34} {self.rate:>9,.0f}/s  {1e6 / self.rate:>7.1f} us"
        if self.evaluations:
            line += f"  {self.evaluations / self.seconds:>9,.0f} evaluations/s"
        return line


class Counting:
    """Crafts over entities that note how often a row was evaluated, or never evaluate."""

    def __init__(self) -> None:
        self.evaluations = 0

    def absorbing(self) -> Craft:
        return ENTITIES._replace(step=self._absorb)

    def evaluating(self) -> Craft:
        return ENTITIES._replace(step=self._evaluate)

    def _absorb(
        self, state: EntityState, _name: str, n: int, mentions: Sequence[Mention],
        config: CoreConfig, _lineage: Lineage,
    ) -> list[Record]:
        state.closed = n
        for mention in mentions:
            absorb(state, mention, config.velocity, config.evidence)
        state.due = measure.next_poll(n + 24 * 60)  # the row stays; its past is never pruned
        return []

    def _evaluate(
        self, state: EntityState, name: str, n: int, mentions: Sequence[Mention],
        config: CoreConfig, lineage: Lineage,
    ) -> list[Record]:
        self.evaluations += is_poll(n) and (bool(mentions) or state.due == n)
        return ENTITIES.step(state, name, n, mentions, config, lineage)


def fold(
    name: str, dense: Dense, days: int, craft: Callable[[Counting], Craft], encoded: bool = False
) -> Part:
    """Days of mentions through one partition; making them is not counted."""
    counting, spent, mentions, offset = Counting(), 0.0, 0, 0
    partition = MentionPartition(CoreConfig(), {}, craft(counting))
    for number in range(days):
        log = dense.day(number)
        mentions += sum(isinstance(record, Mention) for record in log)
        began = time.process_time()
        for record in log:
            offset += 1
            if isinstance(record, Mention):
                partition.mention(record, offset)
                continue
            partition.tick(record)
            if not partition.closable:
                continue
            for event in partition.close():
                if encoded:
                    encode(event)
        spent += time.process_time() - began
    return Part(name, mentions, spent, counting.evaluations)


def decoding(dense: Dense) -> Part:
    """Values of the topic `mentions` to records."""
    said = [record for record in dense.day(0)[: 2 * DECODED] if isinstance(record, Mention)]
    values = [encode(mention) for mention in said[:DECODED]]
    began = time.process_time()
    for value in values:
        decode(value)
    return Part("decode", len(values), time.process_time() - began)


def raw_text(name: str, wanted: int, quiet: int) -> Part:
    """Posts through everything to encoded events; after each of them `quiet` that name nobody."""
    told = chatter(wanted, KafkaSection())
    log = list(_with_quiet(told.raw, quiet))
    catalogue = catalogue_of(told.entities)
    catalogue(0)
    raws = sum(isinstance(record, RawMention) for record in log)
    began = time.process_time()
    for _, event in run(log, (SOURCE,), catalogue, CoreConfig()):
        encode(event)
    return Part(name, raws, time.process_time() - began)


def _with_quiet(raw: Iterable[RawMention | Tick], quiet: int) -> Iterable[RawMention | Tick]:
    for record in raw:
        if isinstance(record, Tick):
            yield replace(record, present={SOURCE: 1})
            continue
        yield record
        for k in range(quiet):
            yield replace(
                record, id=f"{record.id}-{k}", title="", text=f"{QUIET} {k} {record.id[:6]}",
                url=f"https://reddit.com/{record.id}-{k}",
            )


def parts(days: int, raws: int, dense: Dense) -> Iterable[Part]:
    yield decoding(dense)
    yield fold("fold, nothing evaluated", dense, days, Counting.absorbing)
    yield fold("fold and evaluate", dense, days, Counting.evaluating)
    yield fold("fold, evaluate, encode events", dense, days, Counting.evaluating, encoded=True)
    yield raw_text("raw text, each names somebody", raws, 0)
    yield raw_text("raw text, one in ten does", raws // 4, 9)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.replay", description=__doc__)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--full", action="store_true", help=f"{FULL_DAYS} days")
    parser.add_argument("--per-day", type=int, default=Dense.per_day,
                        help="mentions of each entity")
    parser.add_argument("--raw", type=int, default=10_000)
    parser.add_argument("--profile", action="store_true", help="and where the time goes")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    days = FULL_DAYS if chosen.full else chosen.days
    settle()  # as every process of a replay
    dense, found = Dense(per_day=chosen.per_day), list[Part]()
    profile = cProfile.Profile()
    for part in parts(days, chosen.raw, dense):
        found.append(part)
        sys.stderr.write(part.told() + "\n")
    if chosen.profile:
        profile.runcall(lambda: list(parts(1, chosen.raw // 4, dense)))
        pstats.Stats(profile, stream=sys.stdout).sort_stats("tottime").print_stats(SLOWEST)
    sys.stdout.write(report(found, days, dense, chosen.json) + "\n")


def report(found: Sequence[Part], days: int, dense: Dense, as_json: bool) -> str:
    resident = psutil.Process().memory_info().rss / 1e6
    if as_json:
        told: dict[str, Any] = {
            "days": days, "entities": dense.entities, "rss_mb": round(resident),
            "parts": [{**part._asdict(), "per_s": round(part.rate)} for part in found],
        }
        return json.dumps(told, indent=1)
    head = f"{days} days of {dense.entities} entities, {resident:,.0f} MB resident at the end"
    return "\n".join([head, "", *(part.told() for part in found)])


if __name__ == "__main__":
    main()
