"""`heat train forecast`: fit on files, measure on later time, say whether it may be served."""

from hashlib import blake2b
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer

from deploy.cli.counts import read_counts, widths
from deploy.cli.lines import write_line
from schemas.clock import now
from schemas.errors import SettingsError
from schemas.records import TrainingRun
from streams.training.counts import Series
from streams.training.hours import hourly
from streams.training.runs import CountsRun, train

MAX_SERIES: Final = 500


def train_forecast(
    files: Annotated[list[Path], typer.Option(
        "--input", help="CSV of counts: time,value or series,time,value. May be repeated.",
        exists=True, dir_okay=False)],
    out: Annotated[Path | None, typer.Option(
        help="Where the table goes when it may be served; for `heat forecast --weights`.")] = None,
    runs: Annotated[Path | None, typer.Option(
        help="A file of JSON lines that the training run is added to.")] = None,
) -> None:
    """Fit on the first 60 % of every series, measure on the rest, then fit on all of it.

    Prints the training run: errors beside those of seasonal naive, and whether the table may be
    served. One that is not better than seasonal naive is not written, and the exit code is 1.
    """
    series, digest = _read(files)
    try:
        found = train(series)
    except ValueError as reason:
        raise SettingsError(f"--input: {reason}") from None
    run = _record(found, series, digest, ", ".join(file.name for file in files))
    if runs:
        with runs.open("ab") as kept:
            kept.write(msgspec.json.encode(run) + b"\n")
    write_line(msgspec.to_builtins(msgspec.structs.replace(run, artifact="")))
    if not run.served:
        raise typer.Exit(1)
    if out:
        out.write_bytes(msgspec.json.encode(found.table))


def _read(files: list[Path]) -> tuple[Series, str]:
    series: dict[str, list[float]] = {}
    digest = blake2b(digest_size=8)
    for file in files:
        digest.update(file.read_bytes())
        buckets = read_counts(file)
        width = widths(buckets)
        for name in dict.fromkeys(bucket.series for bucket in buckets):
            own = [bucket for bucket in buckets if bucket.series == name]
            key = f"{file.name} {name}"
            end = own[-1].start + width[name]
            series[key] = hourly([(b.start, b.seen) for b in own], width[name], end)
    if len(series) > MAX_SERIES:
        raise SettingsError(f"--input: {len(series)} series; {MAX_SERIES} at most")
    return series, digest.hexdigest()


def _record(found: CountsRun, series: Series, digest: str, told: str) -> TrainingRun:
    return found.record(ended=now(), trained_on=told, series=len(series), input_hash=digest)
