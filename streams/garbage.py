"""What the collector of cycles is told in a process that folds: in this place and no other.

Records and rows are trees, which go when the last hand lets go of them. Yet every 700 of them make
the collector look for cycles, and every so often through all that is kept: a fifth of the time of a
replay of 500 entities. So what was loaded is looked through no more, and the rest more seldom. It
is not switched off: exceptions and the event loop do make cycles.
"""

import gc
from typing import Final

YOUNG: Final = 50_000  # containers more than before, until the young are looked through: some MB
OLDER: Final = 20  # times, until those of middle age are
OLDEST: Final = 50  # times that, until all are


def settle() -> None:
    """Call when code and models are loaded and the work begins."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, OLDER, OLDEST)
