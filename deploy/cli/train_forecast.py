"""`heat train forecast`: fit on files, measure on later time, say whether it may be served."""

from hashlib import blake2b
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
import typer

from deploy.cli.counts import read_counts, widths
from deploy.cli.lines import write_line
from deploy.cli.reached import reached
from deploy.live_training import publish, train_live
from deploy.local.settings import LocalSettings
from schemas.clock import now
from schemas.errors import SettingsError
from schemas.records import TrainingRun
from streams.guests import guest
from streams.training.counts import Series
from streams.training.hours import hourly
from streams.training.runs import CountsRun, train

MAX_SERIES: Final = 500


def train_forecast(
    files: Annotated[list[Path] | None, typer.Option(
        "--input", help="CSV of counts: time,value or series,time,value. May be repeated.",
        exists=True, dir_okay=False)] = None,
    live: Annotated[bool, typer.Option(
        "--live", help="The table for heat, on the heat topic; the forecast role takes it up.",
    )] = False,
    model: Annotated[str, typer.Option(
        help="With --live: an installed model, by its name under heat.forecasters, "
             "instead of ours.")] = "",
    out: Annotated[Path | None, typer.Option(
        help="Where the table goes when it may be served; for `heat forecast --weights`.")] = None,
    runs: Annotated[Path | None, typer.Option(
        help="A file of JSON lines that the training run is added to.")] = None,
) -> None:
    """Fit on the earlier time, measure on the later, then fit on all of it. For every week.

    Prints the training run: errors beside those of seasonal naive, and whether the table may be
    served. One that is not better than seasonal naive is not written, and the exit code is 1.
    """
    if bool(files) == live:
        raise SettingsError("one of --input FILE and --live is needed")
    if model and not live:
        raise SettingsError("--model is for --live: --input fits the table for counts")
    ready(runs, out)
    if live:
        beside = guest(model) if model else None
        kafka = reached(LocalSettings.load().kafka)
        run = train_live(kafka, guest=beside)
        publish(run, kafka)
        conclude(run, runs, out)
        return
    series, digest = _read(files or [])
    try:
        found = train(series)
    except ValueError as reason:
        raise SettingsError(f"--input: {reason}") from None
    run = _record(found, series, digest, ", ".join(file.name for file in files or ()))
    conclude(run, runs, out)


def conclude(run: TrainingRun, runs: Path | None, out: Path | None) -> None:
    """Keep the run and the weights where it was asked, print it, and exit 1 for a refusal."""
    if runs:
        _write("--runs", runs, "ab", msgspec.json.encode(run) + b"\n")
    write_line(msgspec.to_builtins(msgspec.structs.replace(run, artifact="")))
    if not run.served:
        raise typer.Exit(1)
    if out:
        _write("--out", out, "wb", run.artifact.encode())


def ready(runs: Path | None, out: Path | None) -> None:
    """Raises SettingsError for a place that cannot be written, before anything is fitted."""
    for option, place in (("--runs", runs), ("--out", out)):
        if place is None:
            continue
        try:
            new = not place.exists()
            if new or place.is_file() or place.is_dir():  # who reads a pipe would think it ended
                place.open("ab").close()
            if new:
                place.resolve().unlink()
        except OSError as refusal:
            raise SettingsError(f"{option} {place}: {refusal.strerror}") from None


def _write(option: str, place: Path, mode: Literal["ab", "wb"], told: bytes) -> None:
    try:
        with place.open(mode) as kept:
            kept.write(told)
    except OSError as refusal:
        raise SettingsError(f"{option} {place}: {refusal.strerror}") from None


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
