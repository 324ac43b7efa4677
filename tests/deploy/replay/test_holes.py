"""A date that is written wrongly is refused by name before minutes without end are computed."""

import json
from pathlib import Path

import pytest

from deploy.replay.plan import Plan
from producers.file.recording import LONGEST_HOLE_DAYS
from schemas.clock import DAY_MS, iso, parse_time
from tests.deploy.replay.test_refusals import MAP, refusal

LAST = parse_time("2020-05-03T12:00:00Z")


def feed(folder: Path, *times: str) -> Path:
    file = folder / "feed.jsonl"
    rows = ({"seen": seen, "title": f"Said on {seen}"} for seen in times)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return file


@pytest.mark.parametrize(("wrong", "days"), [
    ("2099-05-03T12:00:00Z", 28854), ("1999-05-02T12:00:00Z", 7671),
])
@pytest.mark.parametrize("command", [
    ("replay", "--in-process"), ("record", "--out"), ("backtest", "--out"),
])
def test_a_row_of_another_time_is_refused_with_its_time_and_its_file(
    tmp_path: Path, wrong: str, days: int, command: tuple[str, str]
) -> None:
    file = feed(tmp_path, wrong, "2020-05-02T12:00:00Z", iso(LAST))
    name, option = command
    where = [tmp_path / "out"] if option == "--out" else []
    said = refusal(name, file, "--map", MAP, option, *where)
    assert said.startswith(f"{file}: after a row known at ")
    assert f"known at {wrong} ('Said on {wrong}')" in said
    assert f"{days} days later" in said
    assert not (tmp_path / "out").exists()


def test_as_long_a_hole_as_is_let_through_is_read(tmp_path: Path) -> None:
    file = feed(tmp_path, iso(LAST - LONGEST_HOLE_DAYS * DAY_MS), iso(LAST))
    assert len(Plan(file, MAP).recording().mentions) == 2
