"""`heat affect`, as a person runs it on a file."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli.main import build
from schemas.errors import SettingsError


def run(path: Path) -> str:
    done = CliRunner().invoke(build("affect"), ["affect", "--input", str(path)])
    if done.exception is not None:
        raise done.exception
    return done.stdout


def test_each_text_is_told_with_its_feeling_in_the_order_of_the_input(tmp_path: Path) -> None:
    lines = [{"id": "b", "text": "worst ever"}, {"id": 1, "text": "I love it", "likes": 3}]
    path = tmp_path / "texts.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    worst, love = map(json.loads, run(path).splitlines())
    assert (worst["id"], love["id"]) == ("b", 1)
    assert worst["signed"] < -0.3 < 0.3 < love["signed"]
    assert set(love) == {"id", "signed", "intensity"}


@pytest.mark.parametrize("line", ['{"id": 1}', "no JSON", '{"id": 1, "text": 7}'])
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_text('{"id": 1, "text": "fine"}\n' + line + "\n", "utf-8")
    with pytest.raises(SettingsError, match="line 2"):
        run(path)
