"""Many small decision trees, added up: a table that is walked, the same on every machine."""

from collections.abc import Sequence
from math import fsum
from typing import Final

import msgspec

from streams.core.exact import logistic

DEPTH: Final = 3
FORKS: Final = (1 << DEPTH) - 1
LEAVES: Final = 1 << DEPTH
MOST_ODDS: Final = 30.0


class Tree(msgspec.Struct, frozen=True, array_like=True):
    """Fork 0 is the root, and the forks below fork n are 2 n + 1 and 2 n + 2.

    What is above the cut goes to the second.
    """

    signs: tuple[int, ...]  # the place of the sign that each fork looks at
    cuts: tuple[float, ...]
    leaves: tuple[float, ...]

    def leaf(self, signs: Sequence[float]) -> float:
        fork = 0
        while fork < FORKS:
            fork = 2 * fork + 1 + (signs[self.signs[fork]] > self.cuts[fork])
        return self.leaves[fork - FORKS]


class Forest(msgspec.Struct, frozen=True):
    """The sum of what each tree says, and a constant."""

    base: float
    trees: tuple[Tree, ...]

    def sum(self, signs: Sequence[float]) -> float:
        return fsum((self.base, *(tree.leaf(signs) for tree in self.trees)))

    def flaw(self, signs: int) -> str | None:
        """What is wrong with it for so many signs, if anything is."""
        for number, tree in enumerate(self.trees):
            if (len(tree.signs), len(tree.cuts), len(tree.leaves)) != (FORKS, FORKS, LEAVES):
                return f"tree {number} has not {FORKS} forks and {LEAVES} leaves"
            if not all(0 <= sign < signs for sign in tree.signs):
                return f"tree {number} looks at a sign that there is not"
        return None


def chance(odds: float) -> float:
    """From log-odds, strictly between 0 and 1."""
    return logistic(min(max(odds, -MOST_ODDS), MOST_ODDS))
