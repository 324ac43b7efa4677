"""How a process of a role loads its code: a third of its start is saved."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

HIDDEN: Final = ("rich", "pygments")


@contextmanager
def loading() -> Iterator[None]:
    """Import what the role runs within this.

    structlog and httpx load rich and pygments wherever they are installed, for drawn tracebacks
    and for a command line: our log draws none, and a role has none. And the collector of cycles
    looks through modules in the making thousands of times, though nothing of them ever goes.
    """
    hidden = [name for name in HIDDEN if name not in sys.modules]
    collecting = gc.isenabled()
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]  # says: there is none
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
        for name in hidden:
            del sys.modules[name]
