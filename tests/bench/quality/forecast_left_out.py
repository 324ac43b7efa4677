"""Leave-one-series-out figures of the counts forecast: fitted on all other series, told of one.

    python -m tests.bench.quality.forecast_left_out FOLDER_OF_CSV

One line per series and one for all: MASE of 1 to 6 hours, pinball of 1 to 12, the share inside the
80 % band, and seasonal naive beside them. With numpy installed the fits take a tenth of the time.
"""

import json
import sys
from pathlib import Path

import streams.training.quantile as fits
from deploy.cli.counts import read_counts
from schemas.clock import HOUR_MS
from streams.training.counts import Score, examples, fit, measure
from streams.training.hours import hourly

try:
    import numpy
except ImportError:
    numpy = None


def _fast_least_squares(columns, target, importance, ridge=fits.RIDGE):  # type: ignore[no-untyped-def]
    table = numpy.array(columns).T
    weighted = table * numpy.array(importance)[:, None]
    variance = table.var(axis=0)
    penalty = ridge * len(target) * numpy.where(variance > 0, variance, 1.0)
    matrix = weighted.T @ table + numpy.diag(penalty)
    return [float(w) for w in numpy.linalg.solve(matrix, weighted.T @ numpy.array(target))]


def _fast_combined(columns, weights):  # type: ignore[no-untyped-def]
    return [float(v) for v in numpy.array(weights) @ numpy.array(columns)]


def load(folder: Path) -> dict[str, list[float]]:
    """Clock hours of each file; the first and the last, which may be cut, are left out."""
    found = {}
    for file in sorted(folder.glob("*.csv")):
        buckets = read_counts(file)
        end = buckets[-1].start // HOUR_MS * HOUR_MS
        counts = hourly([(b.start, b.seen) for b in buckets], HOUR_MS // 12, end)
        begun = buckets[0].start // HOUR_MS * HOUR_MS
        found[file.stem] = counts[-((end - begun) // HOUR_MS - 1):]
    return found


def main(folder: Path) -> None:
    if numpy is not None:
        fits.least_squares, fits.combined = _fast_least_squares, _fast_combined
    series = load(folder)
    known = {name: examples(counts) for name, counts in series.items()}
    scores: list[Score] = []
    for name, counts in series.items():
        table = fit([one for other in series if other != name for one in known[other]], "left-out")
        scores.append(measure(table, {name: counts}))
        print(json.dumps({"series": name, **_rounded(scores[-1])}), flush=True)
    whole = sum(score.forecasts for score in scores)
    told = {
        field: sum(getattr(score, field) * score.forecasts for score in scores) / whole
        for field in Score._fields[:-1]
    }
    print(json.dumps({"series": "all", **{k: round(v, 4) for k, v in told.items()}}))


def _rounded(score: Score) -> dict[str, float]:
    return {name: round(value, 4) for name, value in score._asdict().items()}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
