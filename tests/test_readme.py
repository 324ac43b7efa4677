"""The README against what is there: tests, paths, commands and generated sections.

`python -m tests.test_readme` writes the generated sections anew; `make docs` is the same.
"""

import ast
import re
import shlex
from collections.abc import Callable
from functools import cache
from pathlib import Path

import msgspec
import pytest

from deploy.cli.topics import markdown_table
from schemas.settings_docs import settings_markdown
from streams.core.config import CoreConfig
from tests.deploy.commands import check

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [README, ROOT / "CONTRIBUTING.md", ROOT / "deploy" / "README.md", ROOT / "CHANGELOG.md"]
SECTION = re.compile(r"(<!-- generated: (\w+) -->\n)(.*?)(<!-- end -->)", re.S)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
PNG = b"\x89PNG\r\n\x1a\n"


def computation_markdown() -> str:
    """The settings of the computation with their defaults, a line per section."""
    rows = ["| section | settings and their defaults |", "| --- | --- |"]
    for section, values in msgspec.to_builtins(CoreConfig()).items():
        told = " ".join(f"`{name}={msgspec.json.encode(v).decode()}`" for name, v in values.items())
        rows.append(f"| `{section}.` | {told} |")
    return "\n".join(rows)


GENERATORS: dict[str, Callable[[], str]] = {
    "computation": computation_markdown,
    "settings": settings_markdown,
    "topics": markdown_table,
}


def generated(text: str) -> str:
    """The page with every generated section as its generator has it now."""
    return SECTION.sub(lambda m: f"{m[1]}{GENERATORS[m[2]]()}\n{m[4]}", text)


def commands(text: str) -> list[str]:
    """Every command line of ours: in indented blocks, and whole between backticks."""
    blocks = re.findall(r"^ {4}(\S.*)$", text, re.M)
    inline = re.findall(r"`([^`\n]+)`", text)
    ours = re.compile(r"(?:\.venv/bin/)?(heat|python -m (?:producers|sinks|streams|gateway))\b")
    return [line.split("  #")[0] for line in blocks + inline if ours.match(line)]


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    found = (node for node in ast.walk(tree) if isinstance(node, FUNCTIONS))
    return frozenset(node.name for node in found)


def test_generated_sections_are_as_generated() -> None:
    text = README.read_text("utf-8")
    assert {name for _, name, _, _ in SECTION.findall(text)} == set(GENERATORS)
    assert text == generated(text), "run `make docs`"


def test_every_promise_names_a_test_that_exists() -> None:
    text = README.read_text("utf-8")
    named = re.findall(r"(tests/[\w/]+\.py)::(\w+)", text)
    missing = [f"{file}::{test}" for file, test in named if test not in names_in(file)]
    assert missing == []
    table = text.split("## Promises")[1].split("\n## ")[0]
    promises = [line for line in table.splitlines() if line.startswith("| ")][2:]
    assert len(promises) > 10
    assert [line for line in promises if "::test_" not in line] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    for target in re.findall(r"\]\(([^)#]+)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), target
    headings = re.findall(r"^#+ (.+)$", README.read_text("utf-8"), re.M)
    anchors = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\((?:\.\./README\.md)?#([^)]+)\)", text)) <= anchors


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_exists(page: Path) -> None:
    tops = "schemas|producers|streams|sinks|gateway|deploy|tests"
    for path in re.findall(rf"`((?:{tops})/[\w./-]*)", page.read_text("utf-8")):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_is_understood(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for file in ("articles.jsonl.gz", "posts.jsonl", "counts.csv", "names.tsv", "grid.yml"):
        (tmp_path / file).touch()
    (tmp_path / "recording").mkdir()
    for line in commands(page.read_text("utf-8")):
        words = shlex.split(line.removeprefix(".venv/bin/"))
        words = words[: words.index("|")] if "|" in words else words
        if len(words) > 1:
            check(words)


def test_the_readme_has_commands_to_check() -> None:
    assert len(commands(README.read_text("utf-8"))) > 8


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_exists(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.M))
    named = set(re.findall(r"(?:^ {4}|`)make ([a-z-]+)", page.read_text("utf-8"), re.M))
    assert named <= targets


def test_every_target_of_the_makefile_is_explained() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    silent = set(re.findall(r"^([a-z-]+):(?!.*## )", makefile, re.M))
    assert silent == {"install", "install-dev", "chromium"}


def test_what_ci_runs_is_what_the_readme_says() -> None:
    assert "The tests: `make test`" in README.read_text("utf-8")
    assert "\nmake test " in (ROOT / ".ci" / "run").read_text("utf-8")


def test_the_code_can_be_read() -> None:
    for block in re.findall(r"```python\n(.+?)```", README.read_text("utf-8"), re.S):
        compile(block, "README.md", "exec")


def test_the_screenshot_is_a_picture() -> None:
    picture = (ROOT / "deploy" / "dashboard.png").read_bytes()
    assert picture.startswith(PNG)
    assert 50_000 < len(picture) < 600_000


if __name__ == "__main__":
    README.write_text(generated(README.read_text("utf-8")), "utf-8")
