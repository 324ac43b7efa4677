"""`heat forecast`: a file of counts through the forecast that the stream serves."""

import sys
from bisect import bisect_right
from collections.abc import Iterator
from itertools import chain
from math import isfinite
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

import msgspec
import typer

from deploy.cli.counts import ONLY, Bucket, CountsFile, called, read_counts, widths
from deploy.cli.lines import write_line
from schemas.clock import HOUR_MS, Millis, iso
from schemas.errors import SettingsError
from streams.core.forecast import Band, Table, fits, naive, packaged
from streams.core.forecast import forecast as foretell
from streams.core.profile import DAY, FURTHEST
from streams.training.hours import hourly, parse_moment

DECIMALS: Final = 4
LONGEST_SILENCE_MS: Final = DAY * HOUR_MS
MOST_WEIGHT: Final = 1000  # of logarithms: beyond, one sign alone says more than any count


def register(app: typer.Typer) -> None:
    app.command()(forecast)


def forecast(
    file: CountsFile,
    at: Annotated[list[str] | None, typer.Option(
        help="The moment of the forecast, ISO 8601 or epoch seconds; no count after it is read. "
             "May be repeated. The end of each series when left out; at most one bucket later."),
    ] = None,
    horizon: Annotated[str, typer.Option(help="Hours ahead, up to 12.")] = "1h,3h,6h,12h",
    weights: Annotated[Path | None, typer.Option(
        help="A table that `heat train forecast` wrote.", exists=True, dir_okay=False)] = None,
) -> None:
    """Print a band of counts for the hour that ends at each horizon, one JSON line each.

    `p10`, `p50`, `p90` and `naive`, the same hour of the day before, are counts of the one hour
    that begins `horizon_h` - 1 hours after `at`. Counts are added up to hours, the last of which
    ends with the last bucket that is over by `at`; a bucket of many hours is spread over them, and
    `at` has to be within an hour of where one ends. At least a day is needed; 21 days make full
    use of the model, and 36 of its guard, which leans to last week's hour where the model was
    wrong: with less, a peak of every night is foretold too low, and so is a rise that stays. A
    series that cannot be foretold is named on standard error, and the others are printed; the
    exit code is 1 then, and 2 when there are none.
    """
    hours = _horizons(horizon)
    table = _table(weights)
    moments = [parse_moment(text, "--at") for text in at or ()]
    buckets = read_counts(file)
    told = refused = 0
    for known in _histories(buckets, called(file)):
        for moment in moments or [known.end]:
            try:
                found = _lines(known, moment, hours, table)
            except SettingsError as reason:
                sys.stderr.write(f"heat: {reason}\n")
                refused += 1
                continue
            told += 1
            for line in found:
                write_line(line)
    if refused:
        raise typer.Exit(1 if told else 2)


class History(NamedTuple):
    """The buckets of one series; `known_as` is what a message calls it."""

    series: str
    known_as: str
    width: Millis
    buckets: list[Bucket]

    @property
    def end(self) -> Millis:
        return self.buckets[-1].start + self.width


def _histories(buckets: list[Bucket], file: str) -> Iterator[History]:
    width = widths(buckets)
    held: dict[str, list[Bucket]] = {name: [] for name in width}
    for bucket in buckets:
        held[bucket.series].append(bucket)
    for name, own in held.items():
        known_as = file if list(held) == [ONLY] else f"{file}, series {name}"
        yield History(name, known_as, width[name], own)


def _lines(
    known: History, at: Millis, hours: list[int], table: Table
) -> list[dict[str, Any]]:
    """One line for each horizon. Raises SettingsError when there is nothing to foretell from."""
    counts = _past(known, at)
    bands, usual = _bands(counts, table), naive(counts)
    return [
        {
            "series": known.series, "at": iso(at), "horizon_h": hour,
            **{key: round(value, DECIMALS) for key, value in bands[hour - 1]._asdict().items()},
            "naive": round(usual[hour - 1], DECIMALS), "model": table.name,
        }
        for hour in hours
    ]


def _bands(counts: list[float], table: Table) -> list[Band]:
    """Raises SettingsError when the weights are such that no number comes of them."""
    try:
        bands = foretell(counts, table)
    except (OverflowError, ValueError):  # of e to some power, or of endless sums
        bands = []
    if not bands or not all(map(isfinite, chain.from_iterable(bands))):
        raise SettingsError(f"--weights: no number comes of the weights of table {table.name}")
    return bands


def _past(known: History, at: Millis) -> list[float]:
    """The hours before `at`. What no bucket covers is silence within the series, unknown after."""
    if at > known.end + known.width:
        raise SettingsError(
            f"{known.known_as}: {iso(at)} is more than a bucket after {iso(known.end)}, where the "
            "last bucket ends; if nothing was counted since, say so with a last bucket of 0"
        )
    at = _known_by(known, at)
    counts = hourly([(bucket.start, bucket.seen) for bucket in known.buckets], known.width, at)
    last = max((bucket.start for bucket in known.buckets if bucket.start < at), default=None)
    if last is None or len(counts) < DAY:
        raise SettingsError(
            f"{known.known_as}: {len(counts)} complete hours before {iso(at)}; {DAY} are needed"
        )
    if at - last - known.width >= LONGEST_SILENCE_MS:
        raise SettingsError(f"{known.known_as}: nothing in the 24 h before {iso(at)}")
    return counts


def _known_by(known: History, at: Millis) -> Millis:
    """Where the last bucket ends that is over by `at`. The phase may shift: clocks are put on."""
    begun = bisect_right(known.buckets, at, key=attrgetter("start"))
    if not begun:
        return at
    into = (at - known.buckets[begun - 1].start) % known.width
    if into >= HOUR_MS:
        end = min([at - into + known.width, *(b.start for b in known.buckets[begun:begun + 1])])
        raise SettingsError(
            f"{known.known_as}: {iso(at)} is in the midst of a bucket, of which nothing is known "
            f"before it is over; it begins {iso(at - into)} and ends {iso(end)}"
        )
    return at - into


def _horizons(text: str) -> list[int]:
    found = []
    for part in text.split(","):
        plain = part.strip().removesuffix("h")
        if not plain.isdecimal() or not 1 <= int(plain) <= FURTHEST:
            raise SettingsError(f"--horizon {part.strip()!r}: 1h to {FURTHEST}h is expected")
        found.append(int(plain))
    return found


def _table(file: Path | None) -> Table:
    """The table in a file, refused when its weights are not for this code's signs."""
    if file is None:
        return packaged()
    try:
        table = msgspec.json.decode(file.read_bytes(), type=Table)
    except msgspec.DecodeError as refusal:
        raise SettingsError(f"--weights {file.name}: {refusal}") from None
    if not fits(table):
        raise SettingsError(f"--weights {file.name}: fitted on other signs than this code has")
    for weight in (weight for rows in table.weights for row in rows for weight in row):
        if abs(weight) > MOST_WEIGHT:
            raise SettingsError(f"--weights {file.name}: weight {weight:g} is absurd; those of a "
                                f"fit are near 1, and {MOST_WEIGHT} at the most")
    return table
