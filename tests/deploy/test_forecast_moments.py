"""`heat forecast` at moments that do not fall on the phase of the first bucket."""

import json
from pathlib import Path

import pytest

from schemas.clock import iso
from tests.deploy.test_forecast import START, bands, run

MINUTE = 60


def write(folder: Path, rows: list[tuple[str, int]], name: str = "counts.csv") -> Path:
    file = folder / name
    file.write_text("time,value\n" + "".join(f"{time},{seen}\n" for time, seen in rows), "utf-8")
    return file


@pytest.mark.parametrize(("turn", "before", "after"), [(3, 1, 2), (10, 2, 1)])
def test_the_end_of_local_days_will_do_when_clocks_were_changed(
    tmp_path: Path, turn: int, before: int, after: int
) -> None:
    """One of the days has 23 hours, or 25."""
    rows = [(f"2024-{turn:02}-{day:02}T00:00:00+0{before}:00", 80 + day) for day in range(1, 28)]
    rows += [(f"2024-{turn + 1:02}-{day:02}T00:00:00+0{after}:00", 80 + day) for day in range(1, 9)]
    file = write(tmp_path, rows)
    told = run("forecast", str(file), "--horizon", "1h")
    assert (told.exit_code, told.stderr) == (0, "")
    assert json.loads(told.stdout)["at"] == f"2024-{turn + 1:02}-08T{24 - after}:00:00Z"
    midst = run("forecast", str(file), "--at", f"2024-{turn + 1:02}-05T12:00Z")
    assert midst.exit_code == 2
    assert f"ends 2024-{turn + 1:02}-05T{24 - after}:00:00Z" in midst.stderr


def test_the_day_on_which_clocks_are_put_on_ends_where_the_next_one_begins(tmp_path: Path) -> None:
    short = [(f"2024-03-{day}T00:00:00+01:00", 80 + day) for day in range(10, 32)]
    file = write(tmp_path, [*short, ("2024-04-01T00:00:00+02:00", 90)])
    midst = run("forecast", str(file), "--at", "2024-03-31T12:00Z")
    assert "begins 2024-03-30T23:00:00Z and ends 2024-03-31T22:00:00Z" in midst.stderr
    assert len(bands(file, "2024-03-31T22:00:00Z")) == 4


def test_a_bucket_under_way_is_not_read_when_the_phase_has_shifted(tmp_path: Path) -> None:
    """Half hours on the half hour, a gap, then half hours that begin twenty minutes past."""
    times = [START + n * 30 * MINUTE for n in range(960)]
    shifted = [times[-1] + (50 + n * 30) * MINUTE for n in range(9)]
    rows = [(str(time), 5 + n % 3) for n, time in enumerate([*times, *shifted])]
    loud = [(time, 5000 if time == str(shifted[4]) else seen) for time, seen in rows]
    quiet, loud_file = write(tmp_path, rows), write(tmp_path, loud, "loud.csv")
    for minutes, read in ((10, False), (29, False), (30, True)):
        at = iso((shifted[4] + minutes * MINUTE) * 1000)
        assert (bands(quiet, at) != bands(loud_file, at)) == read


def test_the_end_of_weekly_counts_will_do(tmp_path: Path) -> None:
    rows = [(str(START + week * 7 * 86400), 700 + week) for week in range(12)]
    assert run("forecast", str(write(tmp_path, rows)), "--horizon", "1h").exit_code == 0
