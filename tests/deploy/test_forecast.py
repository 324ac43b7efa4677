"""`heat forecast` and `heat train forecast` as a person types them."""

import json
from itertools import product
from math import sin
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy.cli.main import build
from schemas.errors import SettingsError

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


@pytest.mark.parametrize(
    ("words", "named"),
    [(["--horizon", "13h"], "'13h'"), (["--at", "noon"], "'noon'"),
     (["--at", "2025-12-01T05:00Z"], "5 complete hours"),
     (["--at", "2026-02-01T00:00Z"], "nothing in the 24 h")],
)
def test_what_cannot_be_foretold_is_refused_by_name(
    tmp_path: Path, words: list[str], named: str
) -> None:
    refused = run("forecast", str(counts(tmp_path, 20)), *words).exception
    assert isinstance(refused, SettingsError)
    assert named in str(refused)


def test_a_table_of_other_signs_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "table.json"
    table.write_text('{"name": "x", "signs": ["one"], "weights": [[[1.0]]]}', "utf-8")
    refused = run("forecast", str(counts(tmp_path, 20)), "--weights", str(table)).exception
    assert "other signs" in str(refused)


def test_a_series_too_short_to_train_on_is_refused(tmp_path: Path) -> None:
    refused = run("train", "forecast", "--input", str(counts(tmp_path, 16))).exception
    assert isinstance(refused, SettingsError)
    assert "examples" in str(refused)
