"""Sudden onsets of names that hardly anybody mentioned, as small samples show them, made up.

    python -m tests.bench.quality.onsets_bench [--events 40] [--set gates.quiet=1.7] [--json]

Six days of a name's usual chatter, then a burst of a hundredth of what a real one has: a rise of
minutes to an hour, a slow fall. Told: the delay from the burst's first post, and alerts before it.
Chatter is Poisson in some worlds, and comes in conversations in others. Nothing here was recorded.
"""

import argparse
import json
import sys
from math import exp
from random import Random
from statistics import median
from typing import Any, Final, NamedTuple

from schemas.clock import DAY_MS, HOUR_MS, MINUTE_MS
from streams.core.config import CoreConfig, configure
from streams.core.series import Series

WIDTH: Final = 5 * MINUTE_MS
BUCKETS_A_DAY: Final = DAY_MS // WIDTH
BEGUN: Final = 500_000 * HOUR_MS
QUIET_DAYS: Final = 6
USUAL: Final = (0.0, 0.3, 1.0, 3.0, 10.0)  # posts in 12 h
PEAKS: Final = (0.3, 0.5, 1.0, 2.0, 4.0)  # posts in 5 min
RISES: Final = (1, 4, 12)  # buckets
GIVEN_UP: Final = 24 * 60.0  # minutes


class Event(NamedTuple):
    """Counts, and the bucket in which the burst's first post lies."""

    counts: list[int]
    onset: int


def poisson(dice: Random, mean: float) -> int:
    """By counting arrivals; means are small."""
    left, n = exp(-mean), 0
    product = dice.random()
    while product > left:
        n += 1
        product *= dice.random()
    return n


def event(dice: Random) -> Event:
    usual, peak, rise = dice.choice(USUAL), dice.choice(PEAKS), dice.choice(RISES)
    talkative = dice.random() < 0.5  # posts come in conversations of three
    start = QUIET_DAYS * BUCKETS_A_DAY + dice.randrange(BUCKETS_A_DAY)
    counts, onset = [], -1
    for bucket in range(start + BUCKETS_A_DAY):
        mean = usual / 144
        chatter = 3 * poisson(dice, mean / 3) if talkative else poisson(dice, mean)
        since = bucket - start
        burst = 0
        if since >= 0:
            shape = min((since + 1) / rise, 1.0) * exp(-max(since - rise, 0) / 72)
            burst = poisson(dice, peak * shape)
        if burst and onset < 0:
            onset = bucket
        counts.append(chatter + burst)
    return Event(counts, onset if onset >= 0 else start)


def delay(one: Event, config: CoreConfig) -> tuple[float, int]:
    """Minutes from the first post to the end of the bucket that alerts, and alerts before it."""
    series, early = Series(BEGUN, WIDTH, config), 0
    for bucket, count in enumerate(one.counts):
        if series.push(BEGUN + bucket * WIDTH, count).alert:
            if bucket >= one.onset:
                return (bucket + 1 - one.onset) * WIDTH / MINUTE_MS, early
            early += 1
    return GIVEN_UP, early


def figures(events: list[Event], config: CoreConfig) -> dict[str, Any]:
    told = [delay(one, config) for one in events]
    delays = sorted(minutes for minutes, _ in told)
    weeks = sum(one.onset for one in events) / BUCKETS_A_DAY / 7
    return {
        "events": len(events),
        "found": sum(minutes < GIVEN_UP for minutes in delays),
        "median_min": median(delays),
        "p75_min": delays[len(delays) * 3 // 4],
        "early_a_week": round(sum(early for _, early in told) / weeks, 2),
    }


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--events", type=int, default=40)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--set", action="append", default=[], help="gates.quiet=1.7")
    words.add_argument("--json", action="store_true")
    asked = words.parse_args()
    dice = Random(asked.seed)
    events = [event(dice) for _ in range(asked.events)]
    pairs = (pair.partition("=") for pair in asked.set)
    changed = configure({name: json.loads(value) for name, _, value in pairs})
    literal = configure({"gates.gate": "literal"}, changed)
    for name, config in (("detection", changed), ("literal", literal)):
        found = figures(events, config)
        sys.stdout.write(json.dumps({"gate": name, **found}) + "\n" if asked.json
                         else f"{name:>10} {found}\n")


if __name__ == "__main__":
    main()
