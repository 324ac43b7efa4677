"""A verdict is remembered as long as the trial would see the same, and no longer."""

import shutil
from pathlib import Path

import pytest

from tests.mutation.remembered import ground, key_of, verdicts

TEST = "tests/streams/core/test_heat.py"
KEY = key_of("heat = 2", "here")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for path, text in {
        "pyproject.toml": "", "streams/__init__.py": "", "streams/core/__init__.py": "",
        "streams/core/heat.py": "from streams.core import windows\n", "streams/core/windows.py": "",
        "streams/core/names.yml": "a: b", "streams/core/spam.py": "", "schemas/clock.py": "",
        TEST: "import schemas.clock\nfrom streams.core.heat import heat\n",
    }.items():  # fmt: skip
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


@pytest.mark.parametrize(("path", "same"), [
    (TEST, False), ("streams/core/heat.py", False), ("streams/core/windows.py", False),
    ("schemas/clock.py", False), ("streams/core/names.yml", False), ("pyproject.toml", False),
    ("streams/core/__init__.py", False), ("streams/core/spam.py", True),
])  # fmt: skip
def test_what_a_trial_can_see_makes_it_another_trial(tree: Path, path: str, same: bool) -> None:
    copy = shutil.copytree(tree, tree / "copy")
    with (copy / path).open("a") as file:
        file.write("\n# changed")
    assert (ground([TEST], tree) == ground([TEST], copy)) is same


def test_a_verdict_is_of_one_source_on_one_ground() -> None:
    assert len({KEY, key_of("heat = 3", "here"), key_of("heat = 2", "there")}) == 3


def test_a_line_that_was_cut_short_is_no_verdict(tmp_path: Path) -> None:
    book = tmp_path / "tried.txt"
    assert verdicts(book) == {}
    other = key_of("heat = 3", "here")
    book.write_text(f"{KEY} 1\n{other} 0\n{KEY[:20]}\n{KEY[:20]}{other} 1\n\n{other[:-1]} 1")
    assert verdicts(book) == {KEY: True, other: False}
