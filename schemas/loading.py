"""How a process of a role loads its code: a third of its start is saved."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Import what the role runs within this.

    structlog and httpx load rich wherever it is installed, for drawn tracebacks and for a command
    line: our log renders neither, and a role has none. And the collector of cycles looks through
    modules in the making thousands of times, though nothing of them ever goes.
    """
    hidden, collecting = "rich" not in sys.modules, gc.isenabled()
    if hidden:
        sys.modules["rich"] = None  # type: ignore[assignment]  # says: there is none
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
        if hidden:
            del sys.modules["rich"]
