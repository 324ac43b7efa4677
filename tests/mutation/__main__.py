"""`python -m tests.mutation [module ...]`: sow, try, and say what nobody noticed."""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from os import cpu_count
from pathlib import Path
from typing import Any, Final

import yaml
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress

from tests.mutation.remembered import ground, key_of, verdicts

ROOT: Final = Path(__file__).resolve().parents[2]
SOWER: Final = "cosmic-ray==8.7.0"
FOLDER: Final = "tests/streams/core"
ALSO: Final = {  # tests beside test_<module>.py that tell what a module promises
    "gates": ("bar", "measure"),
    "episode": ("advance", "opening", "ending", "measure"),
    "velocity": ("coverage", "look"),
    "backcheck": ("episode",),
    "evidence": ("evidence_edges", "level_evidence", "measure"),
    "expected": ("usual", "next_half"),
    "baseline": ("baseline_edges", "next_half", "usual", "expected"),
    "coverage": ("pauses", "steady", "velocity"),
    "levels": ("level_edges", "level_evidence"),
    "samples": ("samples_edges",),
    "windows": ("window_edges", "lately", "expected"),
}
MODULES: Final = (
    "gates", "episode", "heat", "velocity", "backcheck", "cohesion", "confidence", "evidence",
    "expected", "levels", "coverage", "baseline", "windows", "samples",
)
HARNESS: Final = ("tests/mutation/trials.py", "tests/mutation/grafting.py")
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
    """Every mutant with its key; a source is sown once, which takes cosmic-ray a while."""
    return [mutant for module in modules for mutant in _sown(module, tree)]


def _sown(module: str, tree: Path) -> list[Planned]:
    source = tree / "streams" / "core" / f"{module}.py"
    sowing = tree / "tests" / "mutation" / "sowing.py"
    python = sower()
    kept = python.parents[1] / f"{key_of(source.read_text(), sowing.read_text())}.jsonl"
    if not kept.exists():
        told = subprocess.run(
            [str(python), str(sowing), str(source)], check=True, capture_output=True, text=True
        )
        kept.write_text(told.stdout)
    standing_on = ground([*tests_of(module), *HARNESS], tree)
    return [
        mutant | {"key": key_of(mutant["source"], f"{module} {standing_on}")}
        for mutant in map(json.loads, kept.read_text().splitlines())
    ]


def tests_of(module: str) -> list[str]:
    names = (module, *ALSO.get(module, ()))
    return [f"{FOLDER}/test_{name}.py" for name in names]


def tried(mutants: Sequence[Planned], tree: Path, jobs: int, anew: bool) -> list[Planned]:
    """Those that survive; what an earlier run knows is not tried again."""
    book = ROOT / ".venv-mutants" / "tried.txt"
    if anew:
        book.unlink(missing_ok=True)
    known = verdicts(book)
    open_ = [mutant for mutant in mutants if mutant["key"] not in known]
    print(f"{len(open_)} of {len(mutants)} mutants to try", flush=True)
    with book.open("a") as pages:
        pages.write("\n")  # behind a line that a kill cut short
    if open_:
        _hold(open_, tree, jobs, book)
        known = verdicts(book)
    if missing := sum(mutant["key"] not in known for mutant in mutants):
        raise SystemExit(f"{missing} of {len(mutants)} mutants were not tried")
    return [mutant for mutant in mutants if known[mutant["key"]]]


def _hold(mutants: Sequence[Planned], tree: Path, jobs: int, book: Path) -> None:
    """Trials in as many processes as asked for, each with every so-manieth mutant."""
    before = book.read_text().count("\n")
    with ExitStack() as stack:
        running = [
            stack.enter_context(_trials(mutants[part::jobs], tree, f"trials-{part}", book))
            for part in range(min(jobs, len(mutants)))
        ]
        _watch(running, lambda: book.read_text().count("\n") - before, len(mutants))
    for part, trials in enumerate(running):
        if trials.returncode:
            raise SystemExit((tree / f"trials-{part}.log").read_text())


@contextmanager
def _trials(
    mutants: Sequence[Planned], tree: Path, name: str, book: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """They end with the run, also when it is interrupted."""
    plan = tree / f"{name}.json"
    tests = {mutant["module"]: tests_of(mutant["module"]) for mutant in mutants}
    plan.write_text(json.dumps({"mutants": mutants, "tests": tests}))
    command = [sys.executable, "-B", "-m", "tests.mutation.trials", str(plan), str(book)]
    with (tree / f"{name}.log").open("w") as words:
        trials = subprocess.Popen(command, cwd=tree, stdout=words, stderr=words)
    try:
        yield trials
    finally:
        trials.terminate()
        trials.wait()


def _watch(
    running: Sequence[subprocess.Popen[bytes]], done: Callable[[], int], mutants: int
) -> None:
    """Show how many were tried until the trials end; each has its own limit of processor time."""
    with Progress(*Progress.get_default_columns(), MofNCompleteColumn(),
                  console=Console(stderr=True)) as progress:
        bar = progress.add_task("mutants", total=mutants)
        for trials in running:
            while trials.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    trials.wait(timeout=1.0)
                progress.update(bar, completed=done())


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
    arguments.add_argument("modules", nargs="*", metavar="module", help=", ".join(MODULES))
    arguments.add_argument("--jobs", type=int, default=cpu_count(), help="processes at a time")
    arguments.add_argument("--anew", action="store_true", help="forget what earlier runs know")
    told = arguments.parse_args()
    modules = told.modules or list(MODULES)
    if unknown := set(modules) - {*MODULES}:
        arguments.error(f"no such module: {', '.join(sorted(unknown))}")
    if told.jobs < 1:
        arguments.error("--jobs: at least one")
    with tempfile.TemporaryDirectory(prefix="heat-mutants-") as folder:
        tree = Path(folder)
        copied(tree)
        mutants = sown(modules, tree)
        survivors = tried(mutants, tree, told.jobs, told.anew)
    sys.exit(0 if report(mutants, survivors, modules) else 1)


if __name__ == "__main__":
    main()
