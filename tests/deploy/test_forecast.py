"""`heat forecast` and `heat train forecast` as a person types them."""

import json
from itertools import product
from math import sin
from pathlib import Path
from socket import socket
from typing import Any

import pytest
from msgspec.json import encode
from msgspec.structs import replace
from typer.testing import CliRunner

from deploy.cli.main import build
from schemas.errors import HeatError, SettingsError
from streams.core.forecast import packaged

START = 1_764_547_200  # 2025-12-01T00:00:00Z


def counts(folder: Path, days: int, name: str = "counts.csv") -> Path:
    file = folder / name
    lines = [
        f"{START + (day * 24 + hour) * 3600},{round(50 + 40 * sin(hour / 4) + 13 * (day % 3))}"
        for day, hour in product(range(days), range(24))
    ]
    file.write_text("time,value\n" + "\n".join(lines) + "\n", "utf-8")
    return file


def run(*words: str) -> Any:
    return CliRunner().invoke(build(words[0]), list(words))


def test_bands_come_as_json_lines_with_the_naive_guess(tmp_path: Path) -> None:
    told = run("forecast", str(counts(tmp_path, 30)), "--horizon", "1h,12h")
    lines = [json.loads(line) for line in told.stdout.splitlines()]
    assert [line["horizon_h"] for line in lines] == [1, 12]
    assert {line["at"] for line in lines} == {"2025-12-31T00:00:00Z"}
    assert all(line["p10"] <= line["p50"] <= line["p90"] for line in lines)
    assert "naive" in lines[0]


def test_what_comes_after_the_moment_changes_nothing(tmp_path: Path) -> None:
    at = "2025-12-26T06:00:00Z"
    whole = run("forecast", str(counts(tmp_path, 30)), "--at", at)
    cut = run("forecast", str(counts(tmp_path, 26, "cut.csv")), "--at", at)
    assert whole.stdout == cut.stdout
    assert whole.stdout


def test_a_bucket_is_known_when_it_is_over(tmp_path: Path) -> None:
    file = counts(tmp_path, 30)
    on_the_hour = bands(file, "2025-12-26T06:00:00Z")
    assert bands(file, "2025-12-26T06:59:00Z") == on_the_hour
    later = START + (25 * 24 + 6) * 3600
    told = file.read_text("utf-8").replace(f"{later},", f"{later},9")  # the hour from 6 on
    file.write_text(told, "utf-8")
    assert bands(file, "2025-12-26T06:59:00Z") == on_the_hour
    assert bands(file, "2025-12-26T07:00:00Z") != on_the_hour


def bands(file: Path, at: str) -> list[tuple[float, float, float]]:
    lines = run("forecast", str(file), "--at", at).stdout.splitlines()
    assert len(lines) == 4
    return [(told["p10"], told["p50"], told["p90"]) for told in map(json.loads, lines)]


def test_a_moment_in_the_midst_of_a_day_of_counts_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "days.csv"
    days = "".join(f"{START + day * 86400},{100 + day}\n" for day in range(30))
    file.write_text("time,value\n" + days, "utf-8")
    refused = run("forecast", str(file), "--at", "2025-12-20T12:00:00Z")
    assert refused.exit_code == 2
    assert "in the midst of a bucket" in refused.stderr
    assert "2025-12-21T00:00:00Z" in refused.stderr
    assert run("forecast", str(file), "--at", "2025-12-20T00:00:00Z").exit_code == 0


@pytest.mark.parametrize(
    ("words", "named"),
    [(["--horizon", "13h"], "'13h'"), (["--at", "noon"], "'noon'"),
     (["--at", "9" * 20], "is no time")],
)
def test_options_that_mean_nothing_are_refused_by_name(
    tmp_path: Path, words: list[str], named: str
) -> None:
    refused = run("forecast", str(counts(tmp_path, 20)), *words).exception
    assert isinstance(refused, SettingsError)
    assert named in str(refused)


@pytest.mark.parametrize(
    ("at", "named"),
    [("2025-12-01T05:00Z", "5 complete hours"), ("2025-12-21T01:00:01Z", "2025-12-21T00:00:00Z")],
)
def test_what_cannot_be_foretold_is_refused_under_the_name_of_the_file(
    tmp_path: Path, at: str, named: str
) -> None:
    told = run("forecast", str(counts(tmp_path, 20)), "--at", at)
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr.startswith("heat: counts.csv: ")
    assert named in told.stderr


def test_a_moment_past_the_last_bucket_is_named_beside_its_end(tmp_path: Path) -> None:
    file = str(counts(tmp_path, 20))
    late = run("forecast", file, "--at", "2025-12-21T21:00Z")
    assert "2025-12-21T21:00:00Z is more than a bucket after 2025-12-21T00:00:00Z" in late.stderr
    assert run("forecast", file, "--at", "2025-12-21T01:00Z").exit_code == 0


def test_a_gap_within_the_series_counts_as_silence(tmp_path: Path) -> None:
    file = counts(tmp_path, 20)
    lines = file.read_text().splitlines()
    holed, filled = tmp_path / "holed.csv", tmp_path / "filled.csv"
    holed.write_text("\n".join([*lines[:400], *lines[410:]]))
    silent = [line.split(",")[0] + ",0" for line in lines[400:410]]
    filled.write_text("\n".join([*lines[:400], *silent, *lines[410:]]))
    assert run("forecast", str(holed)).stdout == run("forecast", str(filled)).stdout != ""
    long = tmp_path / "long.csv"
    long.write_text("\n".join([*lines[:400], *lines[440:]]))
    asleep = run("forecast", str(long), "--at", "2025-12-19T00:00Z")
    assert (asleep.exit_code, "nothing in the 24 h" in asleep.stderr) == (2, True)


@pytest.mark.parametrize("order", [("short", "long"), ("long", "short")])
def test_a_short_series_is_named_and_the_others_are_foretold(
    tmp_path: Path, order: tuple[str, str]
) -> None:
    long = counts(tmp_path, 20).read_text().splitlines()[1:]
    rows = {"long": long, "short": long[:9]}
    file = tmp_path / "both.csv"
    file.write_text("".join(f"{name},{row}\n" for name in order for row in rows[name]))
    told = run("forecast", str(file), "--horizon", "1h")
    assert told.exit_code == 1
    assert [json.loads(line)["series"] for line in told.stdout.splitlines()] == ["long"]
    assert told.stderr.startswith("heat: both.csv, series short: 9 complete hours before")
    assert len(told.stderr.splitlines()) == 1


def test_a_dash_is_standard_input(tmp_path: Path) -> None:
    file = counts(tmp_path, 20)
    piped = CliRunner().invoke(build("forecast"), ["forecast", "-"], input=file.read_bytes())
    assert piped.stdout == run("forecast", str(file)).stdout != ""
    short = CliRunner().invoke(build("forecast"), ["forecast", "-"], input=f"{START},3\n")
    assert short.stderr.startswith("heat: standard input: 0 complete hours before")


def test_a_table_of_other_signs_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "table.json"
    table.write_text('{"name": "x", "signs": ["one"], "weights": [[[1.0]]]}', "utf-8")
    refused = run("forecast", str(counts(tmp_path, 20)), "--weights", str(table)).exception
    assert "other signs" in str(refused)


def weighing(folder: Path, weight: float) -> str:
    shipped = packaged()
    row = (*shipped.weights[0][0][:-1], weight)
    rows = (row, *shipped.weights[0][1:])
    file = folder / "table.json"
    file.write_bytes(encode(replace(shipped, name="odd", weights=(rows, *shipped.weights[1:]))))
    return str(file)


@pytest.mark.parametrize("weight", [1e9, -1e300])
def test_absurd_weights_are_refused_by_the_name_of_their_file(
    tmp_path: Path, weight: float
) -> None:
    table = weighing(tmp_path, weight)
    refused = run("forecast", str(counts(tmp_path, 30)), "--weights", table).exception
    assert isinstance(refused, SettingsError)
    assert str(refused).startswith(f"--weights table.json: weight {weight:g} is absurd")


def test_weights_of_which_no_number_comes_are_refused_by_the_name_of_their_table(
    tmp_path: Path,
) -> None:
    table = weighing(tmp_path, 900.0)
    told = run("forecast", str(counts(tmp_path, 30)), "--weights", table)
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr == "heat: --weights: no number comes of the weights of table odd\n"


def test_a_series_too_short_to_train_on_is_refused_with_the_days_it_needs(tmp_path: Path) -> None:
    refused = run("train", "forecast", "--input", str(counts(tmp_path, 25))).exception
    assert isinstance(refused, SettingsError)
    assert "0 examples; 1200 are needed: about 47 days of counts in each" in str(refused)


def test_training_on_the_stack_without_one_says_what_starts_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket() as held:  # bound and not listening: nobody answers there
        held.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HEAT_KAFKA__BOOTSTRAP", f"127.0.0.1:{held.getsockname()[1]}")
        refused = run("train", "forecast", "--live").exception
    assert isinstance(refused, HeatError)
    assert "127.0.0.1" in str(refused)
    assert "`heat up`" in str(refused)
    assert "HEAT_KAFKA__BOOTSTRAP" in str(refused)


def test_a_model_that_is_not_installed_is_refused_by_name(tmp_path: Path) -> None:
    unknown = run("train", "forecast", "--live", "--model", "prophet").exception
    assert isinstance(unknown, SettingsError)
    assert "no forecaster 'prophet' is installed; there are: none" in str(unknown)
    file = str(counts(tmp_path, 20))
    misplaced = run("train", "forecast", "--input", file, "--model", "prophet").exception
    assert "--model is for --live" in str(misplaced)
