"""`python -m tests.mutation [module ...]`: sow, try, and say what nobody noticed."""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import yaml
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress

ROOT: Final = Path(__file__).resolve().parents[2]
SOWER: Final = "cosmic-ray==8.7.0"
FOLDER: Final = "tests/streams/core"
ALSO: Final = {  # tests beside test_<module>.py that tell what a module promises
    "gates": ("measure",),
    "episode": ("advance", "opening", "ending", "measure"),
    "velocity": ("coverage",),
    "backcheck": ("episode",),
    "evidence": ("level_evidence", "measure"),
    "expected": ("usual",),
    "baseline": ("usual", "expected"),
    "coverage": ("pauses", "velocity"),
    "levels": ("level_edges", "level_evidence"),
    "windows": ("window_edges", "expected"),
}
MODULES: Final = (
    "gates", "episode", "heat", "velocity", "backcheck", "cohesion", "confidence", "evidence",
    "expected", "levels",
)
UNSETTLED: Final = ("windows", "coverage", "baseline")  # their survivors are not all looked at yet
Planned = dict[str, Any]


def sower() -> Path:
    """The Python with cosmic-ray in it; makes its environment the first time."""
    home = ROOT / ".venv-mutants"
    python = home / "bin" / "python"
    if not (home / "bin" / "cosmic-ray").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", SOWER], check=True)
        (home / ".gitignore").write_text("*\n")
    return python


def sown(modules: Sequence[str], tree: Path) -> list[Planned]:
    files = [str(tree / "streams" / "core" / f"{module}.py") for module in modules]
    told = subprocess.run(
        [str(sower()), str(tree / "tests" / "mutation" / "sowing.py"), *files],
        check=True, capture_output=True, text=True,
    )
    return [json.loads(line) for line in told.stdout.splitlines()]


def tests_of(module: str) -> list[str]:
    names = (module, *ALSO.get(module, ()))
    return [f"{FOLDER}/test_{name}.py" for name in names]


def tried(mutants: Sequence[Planned], modules: Sequence[str], tree: Path) -> list[Planned]:
    """Those that survive, after all were tried in the copied tree."""
    plan, outcomes = tree / "plan.json", tree / "outcomes.txt"
    tests = {module: tests_of(module) for module in modules}
    plan.write_text(json.dumps({"mutants": mutants, "tests": tests}))
    log = tree / "trials.log"
    command = [sys.executable, "-B", "-m", "tests.mutation.trials", str(plan), str(outcomes)]
    with log.open("w") as words:
        trials = subprocess.Popen(command, cwd=tree, stdout=words, stderr=words)
        _watch(trials, outcomes, len(mutants))
    told = [line.split() for line in outcomes.read_text().splitlines()]
    if trials.returncode or len(told) != len(mutants):
        raise SystemExit(f"{log.read_text()}\n{len(told)} of {len(mutants)} mutants were tried")
    return [mutants[int(number)] for number, survives in told if survives == "1"]


def _watch(trials: subprocess.Popen[bytes], outcomes: Path, mutants: int) -> None:
    """Show how many were tried until the trials end; each has its own limit of processor time."""
    with Progress(*Progress.get_default_columns(), MofNCompleteColumn(),
                  console=Console(stderr=True)) as progress:
        bar = progress.add_task("mutants", total=mutants)
        while trials.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                trials.wait(timeout=1.0)
            if outcomes.exists():
                progress.update(bar, completed=outcomes.read_text().count("\n"))


def copied(tree: Path) -> None:
    """What others change meanwhile does not reach a trial."""
    for folder in ("schemas", "streams", "tests"):
        shutil.copytree(
            ROOT / folder, tree / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", tree)


def key(entry: Planned) -> tuple[str, str, str]:
    return entry["module"], entry["text"], entry["becomes"]


def explained(modules: Sequence[str]) -> set[tuple[str, str, str]]:
    listed = yaml.safe_load((Path(__file__).parent / "survivors.yml").read_text()) or []
    return {
        (group["module"], entry["text"], becomes)
        for group in listed if group["module"] in modules
        for entry in group["lines"] for becomes in entry["becomes"]
    }


def report(
    mutants: Sequence[Planned], survivors: Sequence[Planned], modules: Sequence[str]
) -> bool:
    """Print the figures of each module and what needs attention; whether nothing does."""
    reasons = explained(modules)
    for module in modules:
        alive = [mutant for mutant in survivors if mutant["module"] == module]
        known = sum(key(mutant) in reasons for mutant in alive)
        planted = sum(mutant["module"] == module for mutant in mutants)
        print(f"{module:<11} {planted:>5} mutants {planted - len(alive):>5} killed "
              f"{known:>4} explained {len(alive) - known:>4} not explained")
    open_ = [mutant for mutant in survivors if key(mutant) not in reasons]
    for mutant in open_:
        print(f"\nnobody noticed, {mutant['module']}.py line {mutant['line']} "
              f"({mutant['operator']}):\n  - {mutant['text']}\n  + {mutant['becomes']}")
    idle = reasons - {key(mutant) for mutant in survivors}
    for module, text, becomes in sorted(idle):
        print(f"\nexplained without need, {module}.py:\n  - {text}\n  + {becomes}")
    return not (open_ or idle)


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    known = (*MODULES, *UNSETTLED)
    arguments.add_argument("modules", nargs="*", metavar="module", help=", ".join(known))
    modules = arguments.parse_args().modules or list(MODULES)
    if unknown := set(modules) - {*known}:
        arguments.error(f"no such module: {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory(prefix="heat-mutants-") as folder:
        tree = Path(folder)
        copied(tree)
        mutants = sown(modules, tree)
        survivors = tried(mutants, modules, tree)
    sys.exit(0 if report(mutants, survivors, modules) else 1)


if __name__ == "__main__":
    main()
