"""Sudden onsets of names that hardly anybody mentioned, as small samples show them, made up.

    python -m tests.bench.quality.onsets_bench [--events 100] [--set gates.quiet=1.7] [--json]

Some days of a name's usual chatter, then a burst of a hundredth of what a real one has. `some`:
names of up to ten posts in half a day, a rise of minutes to an hour, a slow fall. `cold`: names of
whom nobody spoke, that rise at once, evenly, by doubling, or fall from the first minute on. Told:
the delay from the burst's first post, alerts before it, and, as `posts_4`, the delay of whoever
waits for no more than the burst's fourth post. Chatter is Poisson in some worlds, and comes in
conversations of three in others. Nothing here was recorded.
"""

import argparse
import json
import sys
from math import exp
from random import Random
from statistics import median
from typing import Any, Final, Literal, NamedTuple, get_args

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


SHAPES: Final = ("ramp", "step", "doubling", "shock")
Set = Literal["some", "cold"]


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


def event(dice: Random, kind: Set = "some") -> Event:
    usual, peak, rise = dice.choice(USUAL), dice.choice(PEAKS), dice.choice(RISES)
    talkative = dice.random() < 0.5  # posts come in conversations of three
    shape = "ramp" if kind == "some" else dice.choice(SHAPES)
    usual = usual if kind == "some" else 0.0
    start = QUIET_DAYS * BUCKETS_A_DAY + dice.randrange(BUCKETS_A_DAY)
    counts, onset = [], -1
    for bucket in range(start + BUCKETS_A_DAY):
        mean = usual / 144
        chatter = 3 * poisson(dice, mean / 3) if talkative else poisson(dice, mean)
        since = bucket - start
        burst = poisson(dice, peak * loudness(shape, since, rise)) if since >= 0 else 0
        if burst and onset < 0:
            onset = bucket
        counts.append(chatter + burst)
    return Event(counts, onset if onset >= 0 else start)


def loudness(shape: str, since: int, rise: int) -> float:
    """Share of its peak that a burst has so many buckets after its beginning."""
    if shape == "shock":
        return 1.0 / (1.0 + since / 6)
    falls = exp(-max(since - rise, 0) / 72)
    if shape == "step":
        return falls
    if shape == "doubling":
        doubled: float = 2.0 ** ((since - 2 * rise) / max(rise / 3, 1.0))
        return min(doubled, 1.0) * falls
    return min((since + 1) / rise, 1.0) * falls


def waited(one: Event, posts: int) -> float:
    """Minutes from the first post until there were so many, chatter included."""
    seen = 0
    for bucket in range(one.onset, len(one.counts)):
        seen += one.counts[bucket]
        if seen >= posts:
            return (bucket + 1 - one.onset) * WIDTH / MINUTE_MS
    return GIVEN_UP


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
        "posts_4": posts_4(events),
        "early_a_week": round(sum(early for _, early in told) / weeks, 2),
    }


def posts_4(events: list[Event]) -> tuple[float, float]:
    waits = sorted(waited(one, 4) for one in events)
    return median(waits), waits[len(waits) * 3 // 4]


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--events", type=int, default=100)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--set", action="append", default=[], help="gates.quiet=1.7")
    words.add_argument("--json", action="store_true")
    asked = words.parse_args()
    pairs = (pair.partition("=") for pair in asked.set)
    changed = configure({name: json.loads(value) for name, _, value in pairs})
    literal = configure({"gates.gate": "literal"}, changed)
    for kind in get_args(Set):
        dice = Random(asked.seed)
        events = [event(dice, kind) for _ in range(asked.events)]
        for name, config in (("detection", changed), ("literal", literal)):
            found = {"gate": name, "set": kind, **figures(events, config)}
            sys.stdout.write(f"{json.dumps(found) if asked.json else found}\n")


if __name__ == "__main__":
    main()
