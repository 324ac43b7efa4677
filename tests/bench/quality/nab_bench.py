"""Spike detection on NAB's ten series of posts, by the very code of the stream, in NAB's scoring.

    python -m tests.bench.quality.nab_bench [--nab FOLDER] [--thin 0.01 ...] [--json]

First at full volume, then as if only a share of the posts had been seen, which is cold and sparse.
`sent` are the alerts that the stream sends at its own bar; `gated` are its scores under one
cool-down for every detector, at that bar; `left out` takes each series at the bar that is best on
the other nine; `low_false` and `low_missed` are NAB's other two profiles. The mission's literal z
is beside it. To beat: 86.5 gated, 86.3 left out; the best
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
from tests.bench.quality.nab_scoring import Found, Labelled, cooled, earned, judge, load, normal

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
    return normal(total, sum(len(series.windows) for series in all_series))


def told(found: Found) -> dict[str, Any]:
    delays = sorted(found.delays)
    return {
        "score": round(found.score, 2),
        "low_false": round(found.low_false, 2),
        "low_missed": round(found.low_missed, 2),
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


def sparse(all_series: list[Labelled], gate: str) -> dict[str, Any]:
    """At the default bar only."""
    [own] = run(all_series, [configure({"gates.gate": gate}).gates])
    return {
        "gate": gate, "bar": own.bar,
        "sent": told(judge(all_series, own.sent)), "gated": told(judge(all_series, gated(own))),
    }


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--nab", type=Path, default=USUAL_PLACE)
    words.add_argument("--thin", type=float, nargs="*", default=[0.1, 0.01])
    words.add_argument("--json", action="store_true")
    asked = words.parse_args()
    if not (asked.nab / "labels").is_dir():
        sys.stdout.write(f"no NAB at {asked.nab}: give its folder with --nab\n")
        return
    all_series = load(asked.nab)
    for gate in BARS:
        show(figures(all_series, gate), as_json=asked.json)
    for share in asked.thin:
        dice = Random(7)
        few = [thinned(series, share, dice) for series in all_series]
        for gate in BARS:
            show(sparse(few, gate) | {"share": share}, as_json=asked.json)


def show(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(found) + "\n")
        return
    share = f", {found['share']:g} of the posts" if "share" in found else ""
    sys.stdout.write(f"{found['gate']} at {found['bar']}{share}\n")
    for name in ("sent", "gated", "left_out"):
        if name in found:
            sys.stdout.write(f"  {name:>8} {found[name]}\n")
    for bar, line in found.get("by_bar", {}).items():
        sys.stdout.write(f"  {bar:>8} {line}\n")


if __name__ == "__main__":
    main()
