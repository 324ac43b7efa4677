"""The bench and the forecast role see the same of a list, one in a file, the other in heat."""

from math import log1p
from pathlib import Path

import pytest

from schemas.clock import HOUR_MS
from streams.core.risers import DIGITS, OWN, SIGNS, TOP, Standing, standings, trace_of
from tests.bench.quality.rising import ALL, read, rows
from tests.streams.core.test_risers import NOON

HOURS = 32  # longer than is looked back
NAMES = 30


def heats(hour: int) -> dict[str, float]:
    """Everybody rises and fades in waves of their own; some are gone for hours, some come late."""
    found = {}
    for n in range(NAMES):
        wave = (hour * (n + 3) + 7 * n) % 23
        gone = n % 4 == 3 and (hour + n) % 9 < 4
        if not gone and hour >= n // 2:
            found[f"name-{n:02}"] = 0.05 + wave / 10 + n / 1000
    return found


def as_served(until: int) -> dict[str, Standing]:
    at = NOON + until * HOUR_MS
    names = {name for hour in range(until + 1) for name in heats(hour)}
    steps = {
        name: [(NOON + hour * HOUR_MS, heats(hour).get(name, 0.0)) for hour in range(until + 1)]
        for name in names
    }
    return standings({name: trace_of(own, at) for name, own in steps.items()}, at)


def as_benched(folder: Path) -> dict[int, dict[int, tuple[float, ...]]]:
    """By hour and rank, from a file as the bench is given."""
    lines = ["time,item,value,rank"]
    for hour in range(HOURS):
        clock = f"2025-12-{1 + (12 + hour) // 24:02}T{(12 + hour) % 24:02}:00:00Z"
        told = sorted(heats(hour).items(), key=lambda pair: (-pair[1], pair[0]))
        lines += [f"{clock},{name},{heat!r},{rank}" for rank, (name, heat) in enumerate(told, 1)]
    file = folder / "board.csv"
    file.write_text("\n".join(lines), "utf-8")
    found: dict[int, dict[int, tuple[float, ...]]] = {}
    for at, rank, signs, _ in rows(read(file, 1), TOP, 1):
        found.setdefault(at - NOON // HOUR_MS, {})[rank] = signs
    return found


@pytest.mark.parametrize("hour", [HOURS - 2, HOURS - 5])
def test_who_is_served_is_seen_as_in_the_bench(tmp_path: Path, hour: int) -> None:
    benched, served = as_benched(tmp_path)[hour], as_served(hour)
    assert len(served) == len(benched) > TOP
    for standing in served.values():
        told = benched[standing.rank]
        assert told[-len(SIGNS) + len(OWN):] == standing.signs[len(OWN):]
        own = dict(zip(SIGNS, standing.signs, strict=True))
        assert [told[ALL.index(hand)] for hand in ("sine", "cosine")] == [
            own["sine"], own["cosine"]]
        assert told[ALL.index("log_heat")] == pytest.approx(
            log1p(own["heat"]), abs=10.0**-DIGITS)
