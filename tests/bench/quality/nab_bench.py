"""Spike detection on NAB's ten series of posts, by the very code of the stream, in NAB's scoring.

    python -m tests.bench.quality.nab_bench [--nab FOLDER] [--thin 0.01] [--json]

`sent` are the alerts that the stream sends at its own bar; `gated` are its scores under one
cool-down for every detector, at that bar; `left out` takes each series at the bar that is best on
the other nine. The mission's literal z is beside it. To beat: 86.5 gated, 86.3 left out; the best
published detector has 83.9 and 79.2.
"""

import argparse
import json
import sys
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple

from schemas.clock import MINUTE_MS
from streams.core.config import CoreConfig, GateConfig, configure
from streams.core.series import Gate, Reading, Series
from tests.bench.quality.nab_scoring import Found, Labelled, cooled, earned, judge, load

USUAL_PLACE: Final = Path(__file__).parents[4] / "shared" / "data" / "quality" / "nab"
WIDTH: Final = 5 * MINUTE_MS
BARS: Final = {  # the same share above and below each default
    "detection": [2.2, 2.3, 2.4, 2.45, 2.5, 2.6, 2.7],
    "literal": [1.5, 2.0, 2.5, 3.0, 3.5, 4.0],
}


class Run(NamedTuple):
    """A detector over all series at one bar: its scores and the alerts it sends."""

    bar: float
    scores: list[list[float]]
    sent: list[list[int]]


def thinned(series: Labelled, share: float, dice: Random) -> Labelled:
    """As if only this share of the posts had been seen."""
    if share >= 1.0:
        return series
    return series._replace(
        counts=[sum(dice.random() < share for _ in range(n)) for n in series.counts]
    )


def run(all_series: list[Labelled], gates: list[GateConfig]) -> list[Run]:
    """The same statistic under several bars."""
    runs = [Run(getattr(one, one.gate), [], []) for one in gates]
    for series in all_series:
        stream = Series(series.starts[0], WIDTH, CoreConfig())
        judges = [Gate(stream.kind, one) for one in gates]
        looks = (stream.look(*row) for row in zip(series.starts, series.counts, strict=True))
        readings = [[judge.judge(*look) for judge in judges] for look in looks]
        for found, column in zip(runs, zip(*readings, strict=True), strict=True):
            found.scores.append([_statistic(reading, gates[0]) for reading in column])
            found.sent.append([row for row, reading in enumerate(column) if reading.alert])
    return runs


def _statistic(reading: Reading, gates: GateConfig) -> float:
    return reading.literal_z if gates.gate == "literal" else reading.score


def gated(found: Run) -> list[list[int]]:
    return [cooled(scores, found.bar) for scores in found.scores]


def left_out(all_series: list[Labelled], runs: list[Run]) -> float:
    """Each series at the bar that is best on the others."""
    table = [
        [earned(s, rows) for s, rows in zip(all_series, gated(one), strict=True)] for one in runs
    ]
    total = 0.0
    for at in range(len(all_series)):
        others = [sum(row) - row[at] for row in table]
        total += table[others.index(max(others))][at]
    windows = sum(len(series.windows) for series in all_series)
    return 50.0 * (total + windows) / windows


def told(found: Found) -> dict[str, Any]:
    delays = sorted(found.delays)
    return {
        "score": round(found.score, 2),
        "recall": round(found.recall, 3),
        "false_a_week": round(found.false_a_week, 2),
        "median_delay_min": delays[len(delays) // 2] if delays else None,
    }


def figures(all_series: list[Labelled], gate: str) -> dict[str, Any]:
    runs = run(all_series, [
        configure({"gates.gate": gate, f"gates.{gate}": bar}).gates for bar in BARS[gate]
    ])
    usual = getattr(CoreConfig().gates, gate)
    own = next(one for one in runs if one.bar == usual)
    scored = {one.bar: judge(all_series, gated(one)) for one in runs}
    best = max(scored, key=lambda bar: scored[bar].score)
    return {
        "gate": gate, "bar": usual,
        "sent": told(judge(all_series, own.sent)),
        "gated": told(scored[usual]),
        "best_bar": best, "best": told(scored[best]),
        "left_out": round(left_out(all_series, runs), 2),
        "by_bar": {
            one.bar: {"gated": round(scored[one.bar].score, 2), **told(judge(all_series, one.sent))}
            for one in runs
        },
    }


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--nab", type=Path, default=USUAL_PLACE)
    words.add_argument("--thin", type=float, default=1.0)
    words.add_argument("--json", action="store_true")
    asked = words.parse_args()
    if not (asked.nab / "labels").is_dir():
        sys.stdout.write(f"no NAB at {asked.nab}: give its folder with --nab\n")
        return
    dice = Random(7)
    all_series = [thinned(series, asked.thin, dice) for series in load(asked.nab)]
    for gate in BARS:
        found = figures(all_series, gate)
        if asked.json:
            sys.stdout.write(json.dumps(found) + "\n")
            continue
        sys.stdout.write(f"{gate} at {found['bar']}: left out {found['left_out']}\n")
        for name in ("sent", "gated"):
            sys.stdout.write(f"  {name:>6} {found[name]}\n")
        for bar, line in found["by_bar"].items():
            sys.stdout.write(f"  {bar:>6} {line}\n")


if __name__ == "__main__":
    main()
