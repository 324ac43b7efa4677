"""Which test noticed a mutant before: asked first, it most likely does so again."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path


def name_of(module: str, text: str, becomes: str) -> str:
    """The same for a change of the same line, whatever else changed in the module."""
    return hashlib.sha256("\n".join((module, text, becomes)).encode()).hexdigest()


class Killers:
    """Kept in a file beside the verdicts; only the order of tests follows from it."""

    def __init__(self, notes: Path) -> None:
        self._notes = notes
        self._of: dict[str, str] = {}
        self._kills: dict[str, Counter[str]] = {}
        for line in notes.read_text().splitlines() if notes.exists() else ():
            mutant, _, test = line.partition(" ")
            self._of[mutant] = test

    def order(
        self, mutant: str, function: str, seconds: Mapping[str, float]
    ) -> Sequence[str]:
        """Its own killer first, then what noticed much in the function for little time."""
        kills, own = self._kills.get(function, Counter()), self._of.get(mutant)
        return sorted(seconds, key=lambda test: (test != own, seconds[test] / (1 + kills[test])))

    def note(self, mutant: str, function: str, test: str) -> None:
        self._kills.setdefault(function, Counter())[test] += 1
        if self._of.get(mutant) != test:
            self._of[mutant] = test
            with self._notes.open("a") as notes:
                notes.write(f"{mutant} {test}\n")
