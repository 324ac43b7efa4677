"""Sums that are the same on every Python, to the last bit; nothing else here adds numbers up.

Since 3.12 the built-in `sum` makes up for what each addition of fractions rounds off, and before it
does not. An alert that was computed by one and verified by the other would differ.
"""

from collections.abc import Callable, Iterable
from functools import reduce
from operator import add
from typing import Final

tally: Final[Callable[[Iterable[int]], int]] = sum
"""Of whole numbers, where every Python agrees; the type keeps fractions out."""


def added(numbers: Iterable[float]) -> float:
    """Of fractions, one after another in their order."""
    return reduce(add, numbers, 0.0)
