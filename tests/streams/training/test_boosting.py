"""Trees are grown to what they were shown, the same each time, and say the same row by row."""

from random import Random

import numpy as np
import pytest

from streams.training.boosting import (
    Growth,
    binned,
    grown_chance,
    grown_quantile,
    moved,
    said,
)
from streams.training.chances import auc

LOT = Random(3)
ROWS = [[round(LOT.uniform(-1, 1), 5) for _ in range(4)] for _ in range(900)]
BOTH = [min(row[0], row[1]) > 0.0 for row in ROWS]
SMALL = Growth(30, 0.2)


def test_trees_learn_where_two_signs_meet() -> None:
    forest = grown_chance(binned(ROWS[:600], range(4)), BOTH[:600], SMALL)
    later = said(forest, np.asarray(ROWS[600:]))
    assert auc(later.tolist(), BOTH[600:]) > 0.9


def test_no_tree_looks_at_a_sign_that_is_not_allowed() -> None:
    forest = grown_chance(binned(ROWS, (1, 3)), BOTH, SMALL)
    assert {sign for tree in forest.trees for sign in tree.signs} <= {1, 3}


def test_the_same_rows_grow_the_same_trees() -> None:
    one, two = (grown_chance(binned(ROWS, range(4)), BOTH, SMALL) for _ in range(2))
    assert one == two


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_quantile_has_its_share_below_it(share: float) -> None:
    seen = [row[0] + row[3] for row in ROWS]
    forest = grown_quantile(binned(ROWS[:600], range(3)), seen[:600], share, SMALL)
    below = np.asarray(seen[600:]) < said(forest, np.asarray(ROWS[600:]))
    assert below.mean() == pytest.approx(share, abs=0.06)


def test_all_at_once_and_row_by_row_say_the_same() -> None:
    forest = grown_chance(binned(ROWS, range(4)), BOTH, SMALL)
    assert said(forest, np.asarray(ROWS)).tolist() == pytest.approx(
        [forest.sum(row) for row in ROWS]
    )


def test_a_forest_is_moved_along_a_line() -> None:
    forest = grown_chance(binned(ROWS, range(4)), BOTH, SMALL)
    assert moved(forest, 2.0, 1.0).sum(ROWS[0]) == pytest.approx(
        2.0 * forest.sum(ROWS[0]) + 1.0, abs=1e-3
    )


def test_what_never_differs_teaches_nothing() -> None:
    with pytest.raises(ValueError, match="every outcome is the same"):
        grown_chance(binned(ROWS, range(4)), [True] * len(ROWS), SMALL)
