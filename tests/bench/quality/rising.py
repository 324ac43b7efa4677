"""Who will rise to the list, on any CSV of boards: our trees beside the rank.

    python -m tests.bench.quality.rising BOARD.csv.gz [--top 20] [--step 1] [--ahead 1,3,6]

Columns: time (ISO), item, value, rank; one snapshot an hour is used, or one a day with `--step 24`.
Trees are grown on the first two thirds of the time, on all who are on the list, and measured on
the rest; AUC is over those who are below the line. `rank` is the plug-in for the shared bench: who
is on top stays, the packaged trees put the others in order.
"""

import argparse
import csv
import gzip
import json
from collections.abc import Sequence
from math import cos, log1p, pi, sin
from pathlib import Path
from typing import Final

import numpy as np

from schemas.clock import HOUR_MS, parse_lenient_time
from streams.core.climbing import SIGNS, STEPS, Places, climbing_signs, places
from streams.core.profile import DAY
from streams.core.risers import DIGITS, OWN, TOP, packaged
from streams.core.trees import Forest, chance
from streams.training.board_scores import calibration_error, reliability
from streams.training.boards import USUAL
from streams.training.boosting import binned, grown_chance, said
from streams.training.chances import auc

PAST = 0.67
LONGEST = 50  # places of a list that are looked at
Board = dict[int, Places]
Rows = list[tuple[int, int, tuple[float, ...], bool]]  # step, rank, signs, on top later
ALL: Final = ("log_heat", "sine", "cosine", *SIGNS)


def read(file: Path, step: int) -> Board:
    """The first snapshot of each step, best first."""
    found: dict[int, dict[str, list[tuple[int, str, float]]]] = {}
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", newline="") as text:
        for row in csv.DictReader(text):
            moment = row["time"] if len(row["time"]) > 13 else f"{row['time']}:00"
            place = parse_lenient_time(moment) // (HOUR_MS * step)
            own = found.setdefault(place, {}).setdefault(row["time"], [])
            own.append((int(row["rank"]), row["item"], float(row["value"] or 0.0)))
    return {
        place: places([(name, value) for _, name, value in sorted(told[min(told)])[:LONGEST]])
        for place, told in sorted(found.items())
    }


def history(board: Board, at: int) -> list[Places]:
    """A step without a snapshot keeps the list of the one before."""
    found: list[Places] = []
    for step in range(at - STEPS + 1, at + 1):
        if step in board or found:
            found.append(board.get(step, found[-1] if found else {}))
    return found


def rows(board: Board, top: int, ahead: int, width: int = 1) -> Rows:
    """Everybody on the list in each step of `width` hours, with what came of it."""
    found: Rows = []
    for at, now in board.items():
        if at + ahead not in board or len(now) <= top:
            continue
        later = {n for n, place in board[at + ahead].items() if place.rank <= top}
        signs = climbing_signs(history(board, at), top)
        turn = 2 * pi * (at * width % DAY) / DAY
        found += [
            (at, place.rank, _rounded((log1p(place.heat), sin(turn), cos(turn), *signs[n])),
             n in later)
            for n, place in now.items()
        ]
    return found


def measured(seen: Rows, top: int, ahead: int) -> dict[str, float]:
    first, last = seen[0][0], seen[-1][0]
    cut = first + (last - first) * PAST
    past = [row for row in seen if row[0] + ahead < cut]
    below = [row for row in seen if row[0] >= cut and row[1] > top]
    rose = [row[3] for row in below]
    told: dict[str, float] = {"ahead": ahead, "sights": len(below), "rose": sum(rose)}
    if len({row[3] for row in past}) < 2 or len(set(rose)) < 2:
        return told
    odds = said(grown(past), np.asarray([row[2] for row in below]))
    bins = reliability(1.0 / (1.0 + np.exp(-odds)), np.asarray(rose))
    return {
        **told, "auc": round(auc(odds.tolist(), rose), 3),
        "auc_of_rank": round(auc([-float(row[1]) for row in below], rose), 3),
        "best_riser_right": round(best_right(below, odds.tolist()), 3),
        "calibration": round(calibration_error(bins), 4),
    }


def grown(past: Rows) -> Forest:
    signs = binned([row[2] for row in past], range(len(ALL)))
    return grown_chance(signs, [row[3] for row in past], USUAL.chance)


def best_right(below: Rows, odds: Sequence[float]) -> float:
    """Share of the moments in which the likeliest to rise did."""
    best: dict[int, tuple[float, bool]] = {}
    for row, chance_of in zip(below, odds, strict=True):
        if row[0] not in best or chance_of > best[row[0]][0]:
            best[row[0]] = (chance_of, row[3])
    return sum(rose for _, rose in best.values()) / len(best)


def rank(told: Sequence[tuple[int, Sequence[tuple[str, float]]]], k: int, hours: int) -> list[str]:
    """The plug-in: `told` is (hour, [(name, value) ...] best first), oldest first."""
    lists = [places(ranked) for _, ranked in told][-STEPS:]
    now, forest = lists[-1], packaged().top.get(str(hours))
    names = list(now)
    if forest is None or len(names) <= k:
        return names[:k]
    signs = climbing_signs(lists, min(k, TOP))
    unseen = (0.0,) * len(OWN)
    below = sorted(names[k:], key=lambda n: -chance(forest.sum((*unseen, *_rounded(signs[n])))))
    return [*names[:k], *below][:k]


def _rounded(signs: Sequence[float]) -> tuple[float, ...]:
    return tuple(round(sign, DIGITS) for sign in signs)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("file", type=Path)
    asked.add_argument("--top", type=int, default=TOP)
    asked.add_argument("--step", type=int, default=1, help="hours between two snapshots")
    asked.add_argument("--ahead", default="1,3,6", help="steps")
    told = asked.parse_args()
    board = read(told.file, told.step)
    for ahead in map(int, told.ahead.split(",")):
        seen = rows(board, told.top, ahead, told.step)
        if seen:
            score = measured(seen, told.top, ahead)
            print(json.dumps({"board": told.file.name, **score}), flush=True)


if __name__ == "__main__":
    main()
