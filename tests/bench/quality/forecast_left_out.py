"""Leave-one-series-out figures of the counts forecast: fitted on all other series, told of one.

    python -m tests.bench.quality.forecast_left_out FOLDER_OF_CSV

One line per series and one for all: MASE of 1 to 6 hours, pinball of 1 to 12, the share inside the
80 % band, and seasonal naive beside them. With numpy installed the fits take a tenth of the time.
"""

import json
import sys
from pathlib import Path

import streams.training.counts as counts_fit
import streams.training.quantile as fits
from deploy.cli.counts import read_counts
from schemas.clock import HOUR_MS
from streams.training.counts import Score, examples, fit, measure
from streams.training.hours import hourly

try:
    import numpy
except ImportError:
    numpy = None


def _fast_quantile_weights(columns, target, importance, share):  # type: ignore[no-untyped-def]
    """The same steps as the plain one's."""
    table, wanted = numpy.array(columns).T, numpy.array(target)
    plain = numpy.array(importance) / numpy.mean(importance)
    ridge = numpy.maximum(fits.RIDGE * table.var(axis=0), fits.LEAST_RIDGE)

    def solved(pull):  # type: ignore[no-untyped-def]
        weighted = table * pull[:, None]
        matrix = weighted.T @ table + numpy.diag(pull.sum() * ridge)
        return numpy.linalg.solve(matrix, weighted.T @ wanted)

    found = solved(plain)
    for _ in range(fits.ROUNDS):
        errors = wanted - table @ found
        side = numpy.where(errors >= 0.0, share, 1.0 - share)
        found = solved(plain * side / numpy.maximum(abs(errors), fits.SMALLEST_ERROR))
    return [float(weight) for weight in found]


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
        counts_fit.quantile_weights = _fast_quantile_weights
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
