"""`heat diff` as it is read: nothing is cut, neither by a narrow terminal nor in a pipe."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli.main import build

NAME = "The Extraordinarily Long Farewell of Benedikt Shaw-Ito"
TIMES = ("2020-04-30T12:05:00Z", "2020-04-30T14:40:00Z")


@pytest.fixture
def outcomes(tmp_path: Path) -> list[Path]:
    """Two reports in which one alert comes at different times."""
    files = []
    for number, at in enumerate(TIMES):
        files.append(tmp_path / f"{number}.json")
        told = {"alerts": [{"at": at, "entity_id": NAME, "steps": ["confirmed"] * number}]}
        files[-1].write_text(json.dumps(told), "utf-8")
    return files


def shown(files: list[Path], **env: str) -> str:
    done = CliRunner().invoke(build("diff"), ["diff", *map(str, files)],
                              env={"COLUMNS": "80", **env})
    assert done.exit_code == 0, done.output
    return done.stdout


def test_in_a_pipe_a_row_is_one_line(outcomes: list[Path]) -> None:
    (row,) = [line for line in shown(outcomes).splitlines() if "moves" in line]
    assert all(words in row for words in (NAME, *TIMES, "+155", "nothing -> confirmed"))


def test_in_a_narrow_terminal_cells_go_on_in_the_next_line(outcomes: list[Path]) -> None:
    said = shown(outcomes, FORCE_COLOR="1", NO_COLOR="1", TERM="xterm")
    cells = [[cell.strip() for cell in line.split("│")[1:-1]]
             for line in said.splitlines() if line.startswith("│")]
    whole = ["".join(column) for column in zip(*cells, strict=True)]
    assert len(cells) > 1, "it did not fit"
    assert whole[0] == "moves"
    assert whole[1].replace(" ", "") == NAME.replace(" ", "")
    assert whole[2:4] == list(TIMES)
