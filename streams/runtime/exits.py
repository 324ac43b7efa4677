"""How a worker ends when it must not go on, and what the exit code tells its supervisor."""

import logging
import os
import sys
from collections.abc import Callable
from typing import Any, Final, NoReturn

import structlog

from schemas.errors import FatalError, HeatError

RESTART_ME: Final = 70  # nothing was committed past the fault: a restart repeats it or heals it
MEND_FIRST: Final = 78  # a restart would find the same fault: a person has to act

LOG: Any = structlog.get_logger(__name__)

leave: Callable[[int], NoReturn] = os._exit


class RefusedToStartError(FatalError):
    """The worker would lose or corrupt something from its first record on."""


def refuse(error: HeatError) -> NoReturn:
    """End before the start with one sentence; the code says whether trying again can help."""
    LOG.critical("refused to start", why=str(error))
    raise SystemExit(MEND_FIRST if isinstance(error, FatalError) else RESTART_ME)


def fail_stop(why: str, error: BaseException | None = None) -> NoReturn:
    """Say why and end the process at once.

    Without any clean-up, on purpose: a clean stop commits the offsets of what was in hand.
    """
    LOG.critical("stopped at once", why=why, error=repr(error) if error else None)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    logging.shutdown()
    leave(RESTART_ME)
