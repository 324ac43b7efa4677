"""The expectations in `expected/`, and the diff of an outcome to them."""

import json
from difflib import unified_diff
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("expected")


def _file(week: str) -> Path:
    return FOLDER / f"{week}.json"


def _lines(outcome: dict[str, Any]) -> list[str]:
    return json.dumps(outcome, indent=1).splitlines()


def changes(found: dict[str, Any]) -> list[str]:
    """The alert diff: what appears, vanishes or moves, and the figures that it moves."""
    file = _file(found["week"])
    expected = json.loads(file.read_text("utf-8")) if file.exists() else {}
    return list(unified_diff(_lines(expected), _lines(found), "expected", "found",
                             lineterm="", n=0))


def save(found: dict[str, Any]) -> None:
    FOLDER.mkdir(exist_ok=True)
    _file(found["week"]).write_text("\n".join(_lines(found)) + "\n", "utf-8")
