"""Tries every mutant in a fork of its own against the tests that reach it."""

import gc
import importlib
import json
import mmap
import os
import resource
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from time import monotonic
from typing import NamedTuple, NoReturn

import pytest
from hypothesis import Phase, settings

from tests.mutation.grafting import changed_function, graft, plant
from tests.mutation.killers import Killers, name_of

CPU_SECONDS = 15  # an endless loop is a noticed mutant; the longest honest trial takes a third
FEWEST_CPU_SECONDS = 3
TRACED_CPU_SECONDS = 120  # who is called is noted at a multiple of the time
MEMORY = 3 << 30
NOTICED, UNNOTICED, BROKEN = 7, 8, 9
ARGUMENTS = (
    "-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "--noconftest", "--assert=plain",
    "--tb=no", "--no-header", "--no-summary", "--timeout=0", "-W", "ignore::pytest.PytestWarning",
)


class Mutant(NamedTuple):
    module: str
    line: int
    text: str
    becomes: str
    operator: str
    source: str
    key: str


Told = Callable[[Mutant, bool], None]


class Reach(NamedTuple):
    """Which functions of the core a test calls, and how long it takes."""

    seconds: float
    called: frozenset[tuple[str, str]]


def quick_hypothesis() -> None:
    """The same examples in every trial; a failing one is not made smaller."""
    settings.register_profile(
        "mutants", derandomize=True, database=None, deadline=None,
        phases=(Phase.explicit, Phase.generate),
    )
    settings.load_profile("mutants")


def outcome(trial: Callable[[], NoReturn], seconds: int = CPU_SECONDS) -> int:
    """Run in a fork; whatever ends it otherwise than unnoticed was noticed."""
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        try:
            trial()
        finally:
            os._exit(NOTICED)
    status = os.waitpid(child, 0)[1]
    return os.waitstatus_to_exitcode(status)


class FirstFailure:
    """Ends the process with the first failing test, before anything is told of it."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> None:
        if call.excinfo and not call.excinfo.errisinstance(pytest.skip.Exception):
            os._exit(NOTICED)


def imported_anew(mutant: Mutant, files: Sequence[str]) -> bool:
    """Whether a mutant of what happens at import survives; called before anything is imported."""

    def trial() -> NoReturn:
        path = Path("streams", "core", f"{mutant.module}.py").resolve()
        plant(f"streams.core.{mutant.module}", str(path), mutant.source)
        ended = pytest.main([*ARGUMENTS, *files], plugins=[FirstFailure()])
        os._exit(UNNOTICED if ended == 0 else NOTICED)

    return outcome(trial) == UNNOTICED


class Session(FirstFailure):
    """Collects once, sees which test calls what, then forks for every mutant."""

    def __init__(self, mutants: Sequence[Mutant], told: Told, killers: Killers) -> None:
        self._mutants, self._told, self._killers = mutants, told, killers
        self._reach: dict[str, Reach] = {}
        self._asked = mmap.mmap(-1, mmap.PAGESIZE)  # shared with the forks: the test they are at

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        quick_hypothesis()
        self._reach = _seen(session.items)
        gc.freeze()
        for mutant in self._mutants:
            self._told(mutant, self._survives(mutant, session.items))
        return True

    def _survives(self, mutant: Mutant, items: Sequence[pytest.Item]) -> bool:
        module = sys.modules[f"streams.core.{mutant.module}"]
        name = function_of(mutant)
        assert name is not None
        place = f"{mutant.module} {name}"
        change = name_of(mutant.module, mutant.text, mutant.becomes)
        wanted = self._order(items, mutant.module, name, change)

        def trial() -> NoReturn:
            if not graft(module, name, mutant.source):
                os._exit(BROKEN)
            _forget_answers()
            for number, item in enumerate(wanted):
                self._asked[:4] = number.to_bytes(4, "little")
                run(item)
            os._exit(UNNOTICED)

        expected = sum(self._reach[item.nodeid].seconds for item in wanted)
        ended = outcome(trial, min(CPU_SECONDS, FEWEST_CPU_SECONDS + int(2 * expected)))
        if ended == BROKEN:
            raise RuntimeError(f"{mutant.module} has no function {name} to change")
        if ended != UNNOTICED:
            killer = wanted[int.from_bytes(self._asked[:4], "little")]
            self._killers.note(change, place, killer.nodeid)
        return ended == UNNOTICED

    def _order(
        self, items: Sequence[pytest.Item], module: str, name: str, change: str
    ) -> list[pytest.Item]:
        """The tests that call the function."""
        by_id = {
            item.nodeid: item for item in items if (module, name) in self._reach[item.nodeid].called
        }
        seconds = {test: self._reach[test].seconds for test in by_id}
        return [by_id[test] for test in self._killers.order(change, f"{module} {name}", seconds)]


def run(item: pytest.Item) -> None:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)


@cache
def function_of(mutant: Mutant) -> str | None:
    before = Path("streams", "core", f"{mutant.module}.py").read_text()
    return changed_function(before, mutant.source)


def _forget_answers() -> None:
    """What the original answered is not what the mutant would."""
    for name, module in list(sys.modules.items()):
        if name.startswith("streams.core"):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def _seen(items: Iterable[pytest.Item]) -> dict[str, Reach]:
    """Every test must pass; each is run in a fork, so that it leaves nothing behind."""
    return {item.nodeid: _reach(item) for item in items}


def _reach(item: pytest.Item) -> Reach:
    reading, writing = os.pipe()

    def trial() -> NoReturn:
        called: set[tuple[str, str]] = set()

        def note(frame: object, *_: object) -> None:
            code = frame.f_code  # type: ignore[attr-defined]
            if "/streams/core/" in code.co_filename:
                called.add((Path(code.co_filename).stem, code.co_qualname))

        begun = monotonic()
        sys.settrace(note)
        run(item)
        sys.settrace(None)
        lines = [str(monotonic() - begun), *(f"{module} {name}" for module, name in called)]
        with os.fdopen(writing, "w") as pipe:
            pipe.write("\n".join(lines))
        os._exit(UNNOTICED)

    ended = outcome(trial, TRACED_CPU_SECONDS)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        seconds, *called = pipe.read().splitlines() or ["0"]
    if ended != UNNOTICED:
        raise RuntimeError(f"{item.nodeid} does not pass without any mutant")
    return Reach(float(seconds), frozenset(_pair(line) for line in called))


def _pair(line: str) -> tuple[str, str]:
    """`velocity measure.<locals>.<listcomp>` is part of `measure`."""
    module, _, name = line.partition(" ")
    return module, name.partition(".<locals>")[0]


def try_all(
    mutants: Sequence[Mutant], own: dict[str, list[str]], told: Told, killers: Killers
) -> None:
    """First those that change an import, while nothing of the core is imported, then the rest."""
    quick_hypothesis()
    for mutant in mutants:
        if function_of(mutant) is None:
            told(mutant, imported_anew(mutant, own[mutant.module]))
    within = [mutant for mutant in mutants if function_of(mutant) is not None]
    pool = sorted({file for module in own for file in own[module]})
    if pytest.main([*ARGUMENTS, *pool], plugins=[Session(within, told, killers)]) not in (0, 5):
        raise SystemExit("the trials of functions could not be held")


def main() -> None:
    """Reads the plan, adds the key of each mutant and whether it survives to the book."""
    plan = json.loads(Path(sys.argv[1]).read_text())
    mutants = [Mutant(**mutant) for mutant in plan["mutants"]]
    for third_party in (
        "hypothesis.strategies", "msgspec.json", "numpy", "rensa", "schemas.records",
        "scipy.special", "tldextract", "wordfreq",
    ):
        importlib.import_module(third_party)
    killers = Killers(Path(sys.argv[2]).with_name("killers.txt"))
    with Path(sys.argv[2]).open("a") as book:
        def told(mutant: Mutant, survives: bool) -> None:
            book.write(f"{mutant.key} {int(survives)}\n")
            book.flush()
        try_all(mutants, plan["tests"], told, killers)


if __name__ == "__main__":
    main()
