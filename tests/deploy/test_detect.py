"""`heat detect` as a person types it."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy.cli.counts import read_counts, widths
from deploy.cli.main import build
from schemas.errors import SettingsError

START = 1_764_547_200  # 2025-12-01T00:00:00Z
BURST = [0, 3, 9, 20, 30, 20, 10]


def write(folder: Path, lines: list[str]) -> Path:
    file = folder / "counts.csv"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


def run(*words: str) -> Any:
    return CliRunner().invoke(build(words[0]), list(words))


def test_a_burst_alerts_in_json_lines_in_the_order_of_the_file(tmp_path: Path) -> None:
    counts = [0, 1] * 432 + BURST
    rows = [f"{START + at * 300},{count}" for at, count in enumerate(counts)]
    told = run("detect", str(write(tmp_path, ["time,value", *rows])))
    lines = [json.loads(line) for line in told.stdout.splitlines()]
    assert [line["value"] for line in lines] == counts
    assert list(lines[0]) == [
        "series", "time", "value", "literal_z", "detection_score", "gate", "alert"
    ]
    (sent,) = [line for line in lines if line["alert"]]
    assert START + 864 * 300 < int(sent["time"]) <= START + 868 * 300
    assert sent["detection_score"] >= sent["gate"]


def test_series_in_one_file_know_nothing_of_each_other(tmp_path: Path) -> None:
    calm = [(f"{START + at * 300}", 1) for at in range(60)]
    mixed = [f"{name},{time},{n * k}" for time, n in calm for name, k in (("a", 1), ("b", 50))]
    both = run("detect", str(write(tmp_path, ["series,time,value", *mixed]))).stdout
    alone = run("detect", str(write(tmp_path, [row for row in mixed if row[0] == "a"]))).stdout
    assert [row for row in both.splitlines() if '"series":"a"' in row] == alone.splitlines()


def test_a_dash_is_standard_input(tmp_path: Path) -> None:
    file = write(tmp_path, ["time,value", *(f"{START + at * 300},{at % 3}" for at in range(30))])
    piped = CliRunner().invoke(build("detect"), ["detect", "-"], input=file.read_bytes())
    assert piped.stdout == run("detect", str(file)).stdout != ""
    wrong = CliRunner().invoke(build("detect"), ["detect", "-"], input="time,value\nsoon,2\n")
    assert str(wrong.exception).startswith("standard input, line 2: time 'soon'")


def test_a_file_that_is_not_there_is_named_with_code_2(tmp_path: Path) -> None:
    told = run("detect", str(tmp_path / "none.csv"))
    assert told.exit_code == 2
    assert "does not exist" in told.stderr


def test_settings_can_be_changed_and_wrong_ones_are_refused(tmp_path: Path) -> None:
    file = str(write(tmp_path, [f"{START + at * 300},1" for at in range(9)]))
    line = run("detect", file, "--set", "gates.detection=9").stdout.splitlines()[0]
    assert json.loads(line)["gate"] == 9.0
    for name in ("gates.colour", "gates.min_types", "episode.onset", "heat.cap"):
        refused = run("detect", file, "--set", f"{name}=3").exception
        assert isinstance(refused, SettingsError)
        assert str(refused).startswith(f"--set {name}: no setting of a single series; there are ")
        assert "gates.detection" in str(refused)


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        (["time,colour,value", "1,2,3"], "line 1: unknown column 'colour'"),
        (["time,series", "1,a"], "line 1: no column 'value'"),
        (["time,value,value", "1,2,3"], "line 1: column 'value' comes twice"),
        (["time,value", f"{START},2", f"{START},2"], f"line 3: time {START} comes twice"),
        (["time,value", f"{START},2", "3,2"], "line 3: time 3 comes after a later one"),
        (["time,value", f"{START},2", f"{START + 1},-2"], "line 3: value '-2' is not a count"),
        (["time,value", f"{START},2.5"], "line 2: value '2.5' is not a count"),
        (["time,value", f"{START},nan"], "line 2: value 'nan' is not a count"),
        (["time,value", "soon,2"], "line 2: time 'soon' is neither ISO 8601"),
        (["time,value", "1e30,2"], "line 2: time '1e30' is neither"),
        (["time,value", f"{START},{'9' * 200_000}"], "field larger than field limit"),
        (["time,value", f"{START},2,3"], "line 2: 3 columns; 2 are expected"),
        (["2024-01-01T00:00,", "2024-01-01T00:05,2"], "line 1: a row without a value, and no head"),
        (["a,2024-01-01T00:00,n/a"], "line 1: value 'n/a' is not a count, and no header"),
        (["1,2,3,4"], "line 1: 4 columns; 2 or 3 are expected"),
        (["time,value"], "has no counts"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, lines: list[str], named: str) -> None:
    with pytest.raises(SettingsError, match=r"counts\.csv") as refusal:
        read_counts(write(tmp_path, lines))
    assert named in str(refusal.value)


def test_times_are_iso_or_seconds_and_the_width_is_the_usual_distance(tmp_path: Path) -> None:
    times = ["2025-12-01", "2025-12-01 00:15:00", "2025-12-01T00:30:00Z", str(START + 7200)]
    buckets = read_counts(write(tmp_path, ["timestamp,value", *(f"{time},1" for time in times)]))
    assert [b.start - a.start for a, b in pairwise(buckets)] == [900_000, 900_000, 5_400_000]
    assert [b.time for b in buckets] == times
    assert widths(buckets) == {"series": 900_000}


def test_times_that_lie_implausibly_far_apart_are_refused_with_their_line(tmp_path: Path) -> None:
    file = write(tmp_path, ["time,value", "0001-01-01,2", "9999-01-01,3"])
    with pytest.raises(SettingsError, match=r"counts.csv, line 3: time 9999-01-01 is 9998 years"):
        read_counts(file)


def test_daily_counts_of_some_decades_are_read(tmp_path: Path) -> None:
    rows = [f"{year}-{month:02}-01,2" for year in range(1900, 2026) for month in range(1, 13)]
    assert len(read_counts(write(tmp_path, ["time,value", *rows]))) == len(rows)
