"""Grows small trees one after another, each on what those before it still get wrong.

Nothing is drawn by lot: which rows and signs a tree may look at follows from its number. The
libraries for this weigh hundreds of megabytes and keep models in forms of their own; these trees
are three forks deep and have to be a table that plain code walks.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.core.trees import DEPTH, FORKS, LEAVES, Forest, Tree

BINS: Final = 32
LEAST_ROWS: Final = 30  # of a leaf
LEAST_GAIN: Final = 1e-9
CALM: Final = 5.0  # imagined rows in each leaf that pull it to nothing
EVERY_SIGN: Final = 2  # a tree looks at one sign of so many
EVERY_ROW: Final = 3  # and leaves out one row of so many
NEVER: Final = 1e9  # a cut that nothing is above
DIGITS: Final = 5

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


class Binned(NamedTuple):
    """Rows of signs, each sign in at most 32 parts of about equal size."""

    bins: Places  # a row for each, a column for each sign
    cuts: list[Numbers]
    allowed: tuple[int, ...]  # signs that trees may look at


def binned(rows: Sequence[Sequence[float]], allowed: Sequence[int]) -> Binned:
    table = np.asarray(rows, float)
    shares = np.linspace(0.0, 1.0, BINS + 1)[1:-1]
    cuts = [np.unique(np.quantile(column, shares, method="lower")) for column in table.T]
    bins = [np.searchsorted(cut, column, side="left")
            for cut, column in zip(cuts, table.T, strict=True)]
    return Binned(np.stack(bins, axis=1).astype(np.int64), cuts, tuple(allowed))


class Growth(NamedTuple):
    """How trees are grown: how many, and how far each goes."""

    trees: int
    pace: float


def grown_chance(signs: Binned, outcome: Sequence[bool], growth: Growth) -> Forest:
    """Trees whose sum is the log-odds of the outcome. Raises ValueError when it never differs."""
    seen = np.asarray(outcome, float)
    share = float(seen.mean())
    if share in (0.0, 1.0):
        raise ValueError("every outcome is the same: nothing to learn from")
    base = round(float(np.log(share / (1.0 - share))), DIGITS)
    odds = np.full(len(seen), base)

    def step(_leaf: NDArray[np.bool_], pull: Numbers, weight: Numbers | None) -> float:
        whole = len(pull) if weight is None else float(weight.sum())
        return float(pull.sum()) / (whole + CALM)

    def wrong(now: Numbers) -> tuple[Numbers, Numbers | None]:
        chance = 1.0 / (1.0 + np.exp(-now))
        return seen - chance, np.maximum(chance * (1.0 - chance), 1e-6)

    return _grow(signs, odds, base, growth, wrong, step)


def grown_quantile(
    signs: Binned, target: Sequence[float], share: float, growth: Growth
) -> Forest:
    """Trees whose sum is what `share` of the target is below."""
    seen = np.asarray(target, float)
    base = round(float(np.quantile(seen, share)), DIGITS)
    level = np.full(len(seen), base)

    def step(leaf: NDArray[np.bool_], _pull: Numbers, _weight: Numbers | None) -> float:
        return float(np.quantile((seen - level)[leaf], share))

    def wrong(now: Numbers) -> tuple[Numbers, Numbers | None]:
        return np.where(seen > now, share, share - 1.0), None

    return _grow(signs, level, base, growth, wrong, step)


def _grow(
    signs: Binned, level: Numbers, base: float, growth: Growth,
    wrong: Callable[[Numbers], tuple[Numbers, Numbers | None]],
    step: Callable[[NDArray[np.bool_], Numbers, Numbers | None], float],
) -> Forest:
    """`level`, what the trees say of each row, is moved in place."""
    trees = []
    turn = np.arange(len(level)) % EVERY_ROW
    for number in range(growth.trees):
        pull, weight = wrong(level)
        used = turn != number % EVERY_ROW
        places = [place for n, place in enumerate(signs.allowed)
                  if n % EVERY_SIGN == number % EVERY_SIGN]
        forks, cuts, leaf_of = _forked(signs, places, pull, weight, used)
        steps = []
        for leaf in range(LEAVES):
            own = used & (leaf_of == leaf)
            borne = None if weight is None else weight[own]
            said_more = step(own, pull[own], borne) if own.any() else 0.0
            steps.append(round(growth.pace * said_more, DIGITS))
        level += np.asarray(steps)[leaf_of]
        trees.append(Tree(tuple(forks), tuple(cuts), tuple(steps)))
    return Forest(base, tuple(trees))


def _forked(
    signs: Binned, places: Sequence[int], pull: Numbers, weight: Numbers | None,
    used: NDArray[np.bool_]
) -> tuple[list[int], list[float], Places]:
    """Forks from the root down, and the leaf of every row."""
    forks, cuts = [places[0]] * FORKS, [NEVER] * FORKS
    at: Places = np.zeros(len(pull), np.int64)
    for fork in range(FORKS):
        here = at == fork
        found = _best_cut(signs, places, pull, weight, here & used)
        second = np.zeros(len(pull), bool)
        if found is not None:
            sign, cut = found
            forks[fork], cuts[fork] = sign, float(signs.cuts[sign][cut])
            second = signs.bins[:, sign] > cut
        at = np.where(here, 2 * fork + 1 + second, at)
    return forks, cuts, at - FORKS


def _best_cut(
    signs: Binned, places: Sequence[int], pull: Numbers, weight: Numbers | None,
    own: NDArray[np.bool_]
) -> tuple[int, int] | None:
    """The sign and the number of the cut that part the rows best; None when none helps."""
    rows = np.flatnonzero(own)
    if len(rows) < 2 * LEAST_ROWS:
        return None
    at = (signs.bins[np.ix_(rows, np.asarray(places))] + BINS * np.arange(len(places))).ravel()
    beside = _sums(at, None, len(places))
    moved = _sums(at, np.repeat(pull[rows], len(places)), len(places))
    weighed = beside if weight is None else _sums(
        at, np.repeat(weight[rows], len(places)), len(places)
    )
    gain = (_worth(moved, weighed)
            + _worth(moved[:, -1:] - moved, weighed[:, -1:] - weighed)
            - _worth(moved[:, -1:], weighed[:, -1:]))
    gain[(beside < LEAST_ROWS) | (len(rows) - beside < LEAST_ROWS)] = 0.0
    sign, cut = divmod(int(gain.argmax()), BINS)
    return (places[sign], cut) if gain[sign, cut] > LEAST_GAIN else None


def _sums(at: Places, values: Numbers | None, signs: int) -> Numbers:
    """What is at or below each bin, a row for each sign."""
    told = np.bincount(at, values, signs * BINS).reshape(signs, BINS)
    return told.cumsum(axis=1).astype(float)


def _worth(pull: Numbers, weight: Numbers) -> Numbers:
    return pull * pull / (weight + CALM)


def said(forest: Forest, rows: Numbers) -> Numbers:
    """The sum of the trees for every row of signs at once."""
    total, every = np.full(len(rows), forest.base), np.arange(len(rows))
    for tree in forest.trees:
        signs, cuts = np.asarray(tree.signs), np.asarray(tree.cuts)
        at: Places = np.zeros(len(rows), np.int64)
        for _ in range(DEPTH):
            at = 2 * at + 1 + (rows[every, signs[at]] > cuts[at])
        total += np.asarray(tree.leaves)[at - FORKS]
    return total


def moved(forest: Forest, slope: float, constant: float) -> Forest:
    """The same trees, their sum times `slope`, and `constant` more."""
    trees = tuple(
        Tree(tree.signs, tree.cuts, tuple(round(slope * leaf, DIGITS) for leaf in tree.leaves))
        for tree in forest.trees
    )
    return Forest(round(slope * forest.base + constant, DIGITS), trees)
