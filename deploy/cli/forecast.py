"""`heat forecast`: a file of counts through the forecast that the stream serves."""

from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer

from deploy.cli.counts import Bucket, read_counts, widths
from deploy.cli.lines import write_line
from schemas.clock import HOUR_MS, Millis, iso
from schemas.errors import SettingsError
from streams.core.forecast import Table, fits, naive, packaged
from streams.core.forecast import forecast as foretell
from streams.core.profile import DAY, FURTHEST
from streams.training.hours import hourly, parse_moment

DECIMALS: Final = 4
LONGEST_SILENCE_MS: Final = DAY * HOUR_MS


def register(app: typer.Typer) -> None:
    app.command()(forecast)


def forecast(
    file: Annotated[Path, typer.Argument(
        help="CSV: time,value or series,time,value; the header may be left out.",
        exists=True, dir_okay=False)],
    at: Annotated[list[str] | None, typer.Option(
        help="The moment of the forecast, ISO 8601 or epoch seconds; nothing after it is read. "
             "May be repeated. The end of each series when left out.")] = None,
    horizon: Annotated[str, typer.Option(help="Hours ahead, up to 12.")] = "1h,3h,6h,12h",
    weights: Annotated[Path | None, typer.Option(
        help="A table that `heat train forecast` wrote.", exists=True, dir_okay=False)] = None,
) -> None:
    """Print a band of counts for the hour that ends at each horizon, one JSON line each.

    `p10`, `p50`, `p90` and `naive`, the same hour of the day before, are counts of the one hour
    that begins `horizon_h` - 1 hours after `at`. Counts are added up to hours that end at `at`. At
    least a day of them is needed, and 21 days make full use of the model.
    """
    hours = _horizons(horizon)
    table = _table(weights)
    buckets = read_counts(file)
    width = widths(buckets)
    for name in dict.fromkeys(bucket.series for bucket in buckets):
        series = [bucket for bucket in buckets if bucket.series == name]
        for moment in [parse_moment(text, "--at") for text in at or ()] or [
            series[-1].start + width[name]
        ]:
            _tell(name, series, width[name], moment, hours, table)


def _tell(
    name: str, series: list[Bucket], width: Millis, at: Millis, hours: list[int], table: Table
) -> None:
    counts = hourly([(bucket.start, bucket.seen) for bucket in series], width, at)
    last = max((bucket.start for bucket in series if bucket.start < at), default=None)
    if last is None or len(counts) < DAY:
        raise SettingsError(
            f"series {name}: {len(counts)} complete hours before {iso(at)}; {DAY} are needed"
        )
    if at - last > LONGEST_SILENCE_MS:
        raise SettingsError(f"series {name}: nothing in the 24 h before {iso(at)}")
    bands, usual = foretell(counts, table), naive(counts)
    for hour in hours:
        band = bands[hour - 1]
        write_line({
            "series": name, "at": iso(at), "horizon_h": hour,
            **{key: round(value, DECIMALS) for key, value in band._asdict().items()},
            "naive": usual[hour - 1], "model": table.name,
        })


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
    return table
