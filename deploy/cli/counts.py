"""Files of counts: CSV of `time,value` or `series,time,value`, read strictly."""

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

import typer

from schemas.clock import DAY_MS, MINUTE_MS, Millis, iso, parse_lenient_time
from schemas.errors import SettingsError

COLUMNS: Final = ("series", "time", "value")
ALIASES: Final = {"timestamp": "time", "count": "value"}
STDIN: Final = Path("-")
ONLY: Final = "series"  # the name of the series of a file that has one
# What lies between two buckets is computed, too: every five minutes of it. Nobody has counted
# anything for so long; the first time or the last is written wrongly.
LONGEST_YEARS: Final = 200
YEAR_MS: Final = 365.25 * DAY_MS
USUAL_WIDTH: Final = 5 * MINUTE_MS  # of a series with a single bucket


def _there(file: Path) -> Path:
    """In the words of typer, which has no check that lets `-` pass."""
    if file != STDIN and not file.exists():
        raise typer.BadParameter(f"file {str(file)!r} does not exist.")
    return file


CountsFile = Annotated[Path, typer.Argument(
    help="CSV: time,value or series,time,value; the header may be left out. - is standard input.",
    dir_okay=False, callback=_there)]


class Bucket(NamedTuple):
    """One line: how many were `seen` from `start` on; `time` is `start` as the file writes it."""

    series: str
    time: str
    start: Millis
    seen: int


def read_counts(file: Path) -> list[Bucket]:
    """The lines in their order; of `-`, those of standard input.

    Raises SettingsError naming file, line and what is wrong.
    """
    name = called(file)
    try:
        text = (sys.stdin.buffer.read() if file == STDIN else file.read_bytes()).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SettingsError(f"{name} is not UTF-8 text") from None
    buckets = list(_buckets(name, text))
    if not buckets:
        raise SettingsError(f"{name} has no counts")
    return buckets


def called(file: Path) -> str:
    """The file in a message."""
    return "standard input" if file == STDIN else file.name


def widths(buckets: list[Bucket]) -> dict[str, Millis]:
    """How long each series' buckets are: the most frequent distance, of equals the least."""
    distances: dict[str, Counter[Millis]] = {}
    last: dict[str, Millis] = {}
    for bucket in buckets:
        found = distances.setdefault(bucket.series, Counter())
        if bucket.series in last:
            found[bucket.start - last[bucket.series]] += 1
        last[bucket.series] = bucket.start
    return {
        name: min(found, key=lambda width: (-found[width], width)) if found else USUAL_WIDTH
        for name, found in distances.items()
    }


def _buckets(name: str, text: str) -> Iterator[Bucket]:
    columns: tuple[str, ...] | None = None
    first: dict[str, Bucket] = {}
    last: dict[str, Millis] = {}
    lines = csv.reader(text.splitlines())
    for cells in _cells(lines, name):
        place = f"{name}, line {lines.line_num}"
        if not any(cell.strip() for cell in cells):
            continue
        if columns is None:
            columns, is_header = _columns(cells, place)
            if is_header:
                continue
        bucket = _bucket(dict(zip(columns, cells, strict=False)), len(cells), columns, place)
        if bucket.start <= last.get(bucket.series, bucket.start - 1):
            what = "twice" if bucket.start == last[bucket.series] else "after a later one"
            raise SettingsError(f"{place}: time {bucket.time} comes {what}")
        _near(first.setdefault(bucket.series, bucket), bucket, place)
        last[bucket.series] = bucket.start
        yield bucket


def _near(first: Bucket, bucket: Bucket, place: str) -> None:
    years = (bucket.start - first.start) / YEAR_MS
    if years > LONGEST_YEARS:
        raise SettingsError(
            f"{place}: time {bucket.time} is {years:.0f} years after {first.time}, the first of"
            f" series {bucket.series!r}; at most {LONGEST_YEARS} are read")


def _cells(lines: Any, name: str) -> Iterator[list[str]]:
    try:
        yield from lines
    except csv.Error as refusal:
        raise SettingsError(f"{name}, line {lines.line_num + 1}: {refusal}") from None


def _columns(cells: list[str], place: str) -> tuple[tuple[str, ...], bool]:
    """The names of the columns, and whether this line is a header that gives them."""
    if _is_number(cells[-1]):
        if len(cells) not in (2, 3):
            raise SettingsError(f"{place}: {len(cells)} columns; 2 or 3 are expected")
        return COLUMNS[-len(cells):], False
    if any(map(_is_time, cells)):
        value = cells[-1].strip()
        wrong = f"value {value!r} is not a count" if value else "a row without a value"
        raise SettingsError(f"{place}: {wrong}, and no header ({', '.join(COLUMNS)})")
    names = tuple(ALIASES.get(name, name) for name in (c.strip().lower() for c in cells))
    for name in names:
        if name not in COLUMNS:
            raise SettingsError(f"{place}: unknown column {name!r}; there are {', '.join(COLUMNS)}")
        if names.count(name) > 1:
            raise SettingsError(f"{place}: column {name!r} comes twice")
    for name in COLUMNS[1:]:
        if name not in names:
            raise SettingsError(f"{place}: no column {name!r}")
    return names, True


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _is_time(cell: str) -> bool:
    try:
        _time(cell, "")
    except SettingsError:
        return False
    return True


def _bucket(row: dict[str, str], width: int, columns: tuple[str, ...], place: str) -> Bucket:
    if width != len(columns):
        raise SettingsError(f"{place}: {width} columns; {len(columns)} are expected")
    return Bucket(
        row.get("series", ONLY).strip(), row["time"].strip(), _time(row["time"], place),
        _count(row["value"], place),
    )


def _time(cell: str, place: str) -> Millis:
    plain = cell.strip()
    try:
        moment = parse_lenient_time(plain)
        iso(moment)  # refuses what no calendar has
    except (ValueError, OverflowError, OSError):
        raise SettingsError(
            f"{place}: time {plain!r} is neither ISO 8601 nor seconds since 1970"
        ) from None
    return moment


def _count(cell: str, place: str) -> int:
    number = float(cell) if _is_number(cell) else -1.0
    if not 0 <= number < 2**53 or number != int(number):
        raise SettingsError(f"{place}: value {cell.strip()!r} is not a count")
    return int(number)
