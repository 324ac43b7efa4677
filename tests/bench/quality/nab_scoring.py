"""NAB's way of scoring alerts on labelled series, its three profiles, and plain recall and delay.

Lavin and Ahmad, 2015: an alert within a window earns the more the earlier it comes, one outside of
all windows costs; a perfect detector has 100, one that never speaks 0.
"""

import csv
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import exp
from pathlib import Path
from typing import NamedTuple

from schemas.clock import Millis, millis

UNSCORED = 0.15  # of a series, at most of 5000 rows
COOL_DOWN_ROWS = 150  # 12.5 h: no second alert so soon, whoever detects
EARLY, LATE = timedelta(hours=-1), timedelta(hours=12)  # an alert so far from a label found it
WEEK = timedelta(days=7)


class Profile(NamedTuple):
    """What a false alert and a missed window cost; a hit earns 1."""

    false: float
    missed: float


STANDARD = Profile(0.11, 1.0)
LOW_FALSE = Profile(0.22, 1.0)  # NAB's reward_low_FP_rate
LOW_MISSED = Profile(0.11, 2.0)  # NAB's reward_low_FN_rate


class Labelled(NamedTuple):
    """A series of five-minute counts, with windows of rows, labelled rows, and what a row earns."""

    name: str
    starts: list[Millis]
    counts: list[int]
    windows: list[tuple[int, int]]
    labels: list[int]
    worth: list[float]  # outside of windows to be weighed by the profile
    window_at: list[int]  # -1 outside
    scored_from: int


class Found(NamedTuple):
    """What a detector's alerts did on some series."""

    score: float
    low_false: float  # the score where false alerts cost double
    low_missed: float  # and where a missed window does
    delays: list[float]  # minutes, of the labels that were found
    labels: int
    false: int
    weeks: float

    @property
    def recall(self) -> float:
        return len(self.delays) / self.labels

    @property
    def false_a_week(self) -> float:
        return self.false / self.weeks


def load(folder: Path) -> list[Labelled]:
    windows = json.loads((folder / "labels" / "combined_windows.json").read_text("utf-8"))
    labels = json.loads((folder / "labels" / "combined_labels.json").read_text("utf-8"))
    files = sorted((folder / "data" / "realTweets").glob("*.csv"))
    return [_series(f, windows[f"realTweets/{f.name}"], labels[f"realTweets/{f.name}"])
            for f in files]


def _series(file: Path, spans: list[list[str]], marks: list[str]) -> Labelled:
    with file.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    starts = [_moment(row["timestamp"]) for row in rows]
    row_of = {start: row for row, start in reversed(list(enumerate(starts)))}
    windows = [(row_of[_moment(first)], row_of[_moment(last)]) for first, last in spans]
    labels = [_nearest(starts, _moment(mark)) for mark in marks]
    worth, window_at = worth_of(len(rows), windows)
    scored_from = int(min(UNSCORED * len(rows), UNSCORED * 5000))
    counts = [int(float(row["value"])) for row in rows]
    return Labelled(file.stem, starts, counts, windows, labels, worth, window_at, scored_from)


def _moment(stamp: str) -> Millis:
    return millis(datetime.fromisoformat(stamp[:19]).replace(tzinfo=UTC))


def _nearest(starts: list[Millis], moment: Millis) -> int:
    return min(range(len(starts)), key=lambda row: abs(starts[row] - moment))


def _credit(position: float) -> float:
    """1 long before a window's end, 0 at the end, -1 far behind it."""
    return 2.0 / (1.0 + exp(5.0 * position)) - 1.0 if position <= 3.0 else -1.0


def worth_of(rows: int, windows: list[tuple[int, int]]) -> tuple[list[float], list[int]]:
    """What an alert at each row earns, and in which window the row is."""
    worth, window_at = [-1.0] * rows, [-1] * rows
    for number, (first, last) in enumerate(windows):
        until = windows[number + 1][0] if number + 1 < len(windows) else rows
        for row in range(first, last + 1):
            window_at[row] = number
            worth[row] = _credit(-(last - row + 1) / (last - first + 1)) / _credit(-1.0)
        for row in range(last + 1, until):
            worth[row] = _credit((row - last) / (last - first))
    return worth, window_at


def earned(
    series: Labelled, alerts: Sequence[int], profile: Profile = STANDARD
) -> float:
    """The sum of a series: the best alert of each window, minus what is missed or false."""
    best = [-profile.missed] * len(series.windows)
    total = 0.0
    for row in alerts:
        window = series.window_at[row]
        if row < series.scored_from:
            continue
        if window < 0:
            total += profile.false * series.worth[row]
        else:
            best[window] = max(best[window], series.worth[row])
    return total + sum(best)


def score(
    all_series: Sequence[Labelled], alerts: Sequence[Sequence[int]], profile: Profile = STANDARD
) -> float:
    """100 for an alert at the beginning of every window and no other, 0 for none at all."""
    pairs = zip(all_series, alerts, strict=True)
    total = sum([earned(series, rows, profile) for series, rows in pairs])
    return normal(total, sum(len(series.windows) for series in all_series), profile)


def normal(total: float, windows: int, profile: Profile = STANDARD) -> float:
    silent = -profile.missed * windows
    return 100.0 * (total - silent) / (windows - silent)


def judge(all_series: Sequence[Labelled], alerts: Sequence[Sequence[int]]) -> Found:
    delays, false, labels, weeks = list[float](), 0, 0, timedelta()
    for series, rows in zip(all_series, alerts, strict=True):
        scored = [row for row in rows if row >= series.scored_from]
        found = [_delay(series, label, scored) for label in series.labels]
        delays += [delay / timedelta(minutes=1) for delay in found if delay is not None]
        false += sum(1 for row in scored if series.window_at[row] < 0 and not _near(series, row))
        labels += len(series.labels)
        weeks += (len(series.starts) - series.scored_from) * timedelta(minutes=5)
    return Found(
        score(all_series, alerts, STANDARD), score(all_series, alerts, LOW_FALSE),
        score(all_series, alerts, LOW_MISSED), delays, labels, false, weeks / WEEK,
    )


def _apart(series: Labelled, label: int, row: int) -> timedelta:
    return timedelta(milliseconds=series.starts[row] - series.starts[label])


def _delay(series: Labelled, label: int, alerts: list[int]) -> timedelta | None:
    """From the label to the first alert that found it."""
    near = [_apart(series, label, row) for row in alerts]
    return min((delay for delay in near if EARLY <= delay <= LATE), default=None)


def _near(series: Labelled, row: int) -> bool:
    return any(EARLY <= _apart(series, label, row) <= LATE for label in series.labels)


def cooled(scores: Sequence[float], threshold: float) -> list[int]:
    """The rows at which an alert goes out when every detector has the same cool-down."""
    alerts: list[int] = []
    for row, score in enumerate(scores):
        if score >= threshold and (not alerts or row - alerts[-1] >= COOL_DOWN_ROWS):
            alerts.append(row)
    return alerts


