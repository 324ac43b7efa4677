"""A process that folds looks seldom for cycles, and never through what it loaded."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from streams.garbage import OLDER, OLDEST, YOUNG, settle


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()


class Knot:
    """Something that only the collector can let go."""

    def __init__(self) -> None:
        self.own = self


def test_what_is_loaded_is_looked_through_no_more() -> None:
    settle()
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold() == (YOUNG, OLDER, OLDEST)


def test_a_cycle_that_is_made_later_still_goes() -> None:
    settle()
    gone = weakref.ref(Knot())
    kept = [[] for _ in range(2 * YOUNG)]  # type: list[list[int]]
    assert gone() is None
    assert len(kept) == 2 * YOUNG
