"""What holds for the whole tree: names, sizes, purity, and what no file may say."""

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.version import CODE_VERSION

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PACKAGES = ("schemas", "producers", "streams", "sinks", "gateway", "deploy")
LONGEST_MODULE = 250
NAMED_FOR_NOTHING = re.compile(r"(^|_)(utils?|helpers?|common|misc)(_|$)")
IMPURE_MODULES = {"time", "random", "uuid", "secrets", "os", "asyncio", "threading", "socket"}
WALL_CLOCKS = {"now", "utcnow", "today"}
IMPURE_CALLS = {"hash", "id", "open", "input", "print", "pow"}
UNEQUAL_SUMS = {"sum"}  # rounds otherwise from Python 3.12 on; `streams.core.adding` stands in
# Of `math`, what every machine and every Python rounds alike; for the rest there is `exact`.
EQUAL_IN_MATH = {"ceil", "copysign", "factorial", "floor", "frexp", "fsum", "inf", "isfinite",
                 "isnan", "ldexp", "nan", "pi", "sqrt"}
INDEXES = re.compile(
    r"\b(pypi|pythonhosted|npmjs|yarnpkg|repo1?\.maven|maven\.org|sonatype|golang)\.(org|com|io)\b"
    r"|--(extra-)?index-url"
)
# A path below the folders where one person's machine keeps its work.
THIS_MACHINE = re.compile(r"(?<![\w.}/])/(?:work|root|Users)/[\w.]")
SECRETS = re.compile(
    r"\b(AKIA[0-9A-Z]{16}|gh[pousr]_[0-9A-Za-z]{36}|xox[abprs]-[0-9A-Za-z-]{10,}"
    r"|AIza[0-9A-Za-z_-]{35}|sk-[0-9A-Za-z_-]{20,}|eyJ[\w-]{10,}\.eyJ[\w-]{10,})"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY"
)


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def named(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def kept_files() -> list[Path]:
    """Every text that is or would be committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False)
    if listed.returncode:
        pytest.skip("not a checkout: git does not know which files are kept")
    files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [file for file in files if file.is_file() and b"\0" not in file.read_bytes()[:8000]]


def lines_matching(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{named(file)}:{number}"
        for file in kept_files()
        for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]


def impurities(source: str) -> list[str]:
    """What in a module could make two runs over the same input differ."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            whole = IMPURE_MODULES | {"math"}
            found += [a.name for a in node.names if a.name.split(".")[0] in whole]
        elif isinstance(node, ast.ImportFrom):
            taken = {f"{node.module}.{alias.name}" for alias in node.names}
            impure = (node.module or "").split(".")[0] in IMPURE_MODULES
            found += sorted(taken) if impure else sorted(taken & {"schemas.clock.now"})
            if node.module == "math":
                found += [f"math.{a.name}" for a in node.names if a.name not in EQUAL_IN_MATH]
        elif isinstance(node, ast.Name) and node.id in UNEQUAL_SUMS:
            found.append(node.id)
        elif isinstance(node, ast.Pow):
            found.append("**")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found += [node.func.id] if node.func.id in IMPURE_CALLS else []
        elif isinstance(node, ast.Attribute) and node.attr in WALL_CLOCKS:
            clock = ast.unparse(node.value).split(".")[-1]
            found += [ast.unparse(node)] if clock in {"datetime", "date", "clock"} else []
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_our_names_are_ours(package: str) -> None:
    """The names are plain words; another distribution may install one of them too."""
    assert importlib.import_module(package).__file__ == str(ROOT / package / "__init__.py")


def test_the_packages_are_those_that_are_shipped() -> None:
    assert PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == list(PACKAGES)


def test_no_module_is_too_long_to_read() -> None:
    files = modules(*PACKAGES, "tests")
    sizes = {named(file): len(file.read_text("utf-8").splitlines()) for file in files}
    assert {name: size for name, size in sizes.items() if size > LONGEST_MODULE} == {}


def test_no_module_is_named_for_nothing() -> None:
    parts = {part for file in modules(*PACKAGES, "tests") for part in (file.stem, file.parent.name)}
    assert [part for part in sorted(parts) if NAMED_FOR_NOTHING.search(part)] == []


def test_every_module_says_what_it_is() -> None:
    """A package says what it owns; a module says it in a sentence."""
    files = modules(*PACKAGES)
    told = {named(file): ast.get_docstring(ast.parse(file.read_text("utf-8"))) for file in files}
    assert [name for name, words in told.items() if len(words or "") < 15] == []


def test_the_core_reads_no_clock_and_rolls_no_dice() -> None:
    found = {named(f): impurities(f.read_text("utf-8")) for f in modules("streams/core")}
    assert found.pop("streams/core/adding.py") == ["sum"], "for whole numbers alone"
    assert {name: impure for name, impure in found.items() if impure} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import time", ["time"]),
        ("from random import choice", ["random.choice"]),
        ("import os.path", ["os.path"]),
        ("from schemas.clock import end_of, now", ["schemas.clock.now"]),
        ("from datetime import datetime\nat = datetime.now()", ["datetime.now"]),
        ("import datetime\nat = datetime.date.today()", ["datetime.date.today"]),
        ("key = hash(name)", ["hash"]),
        ("total = sum(scores)", ["sum"]),
        ("totals = map(sum, rows)", ["sum"]),
        ("from math import exp, sqrt", ["math.exp"]),
        ("import math", ["math"]),
        ("square = distance ** 2", ["**"]),
        ("total = forest.sum(signs)", []),
        ("poll = Poll(n, now)\nlate = poll.now - 5", []),
        ("config.hash", []),
    ],
)
def test_the_look_for_impurity_bites(source: str, found: list[str]) -> None:
    assert impurities(source) == found


def test_imports_flow_one_way() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    told = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr


def test_every_folder_of_tests_is_a_package() -> None:
    """Else tests/producers would hide producers, or two files of one name would clash."""
    folders = {file.parent for file in modules("tests")}
    assert [named(f) for f in sorted(folders) if not (f / "__init__.py").is_file()] == []


def test_the_code_has_one_version() -> None:
    assert PROJECT["project"]["version"] == CODE_VERSION


@pytest.mark.parametrize(
    ("pattern", "examples"),
    [
        (SECRETS, ["AKIA" + "A" * 16, "ghp_" + "a" * 36, "-----BEGIN RSA " + "PRIVATE KEY"]),
        (
            INDEXES,
            ["https://pypi" + ".org/simple", "registry.npmjs" + ".org", "--index" + "-url x"],
        ),
        (THIS_MACHINE, ['"/work' + '/main"', "cd /root" + "/.cache", "(/Users" + "/nova)"]),
    ],
    ids=["secret", "package index", "path of one machine"],
)
def test_no_file_holds_what_it_should_not(pattern: re.Pattern[str], examples: list[str]) -> None:
    assert all(pattern.search(example) for example in examples)
    assert lines_matching(pattern) == []
