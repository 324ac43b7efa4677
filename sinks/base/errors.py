"""What can go wrong between a topic and a table, classed by what the drain does about it."""

from typing import Final

import psycopg

from schemas.errors import FatalError, HeatError, RetriableError

# SQLSTATE classes. The row itself is refused: bad value, broken constraint, over a limit.
REFUSED_ROW: Final = ("22", "23", "54")
# The server cannot just now: connection, rollback, resources, object in use, operator, disk.
OUTAGE: Final = ("08", "40", "53", "55", "57", "58", "25")
# Although of class 53: a limit that somebody has configured stays until they change it.
CONFIGURED_LIMIT: Final = "53400"


class DatabaseUnavailableError(RetriableError):
    """The same write may succeed later: partitions pause, nothing is dropped."""


class LostPartitionError(HeatError):
    """Somebody else has written this partition: our batch is void and we rejoin the group."""


class RefusedRowsError(HeatError):
    """The database will never take some row of this batch."""


class FloodError(FatalError):
    """So many messages are unreadable that the fault is likely ours."""


def classed(error: psycopg.Error) -> HeatError:
    """What to do about an error of the database. No state at all means no connection."""
    state = error.sqlstate or ""
    reason = " ".join(str(error).split()) or type(error).__name__
    if state[:2] in REFUSED_ROW or isinstance(error, psycopg.DataError):
        return RefusedRowsError(reason)
    if state == CONFIGURED_LIMIT:
        return FatalError(f"the database refuses: {reason}")
    if state[:2] in OUTAGE or (not state and isinstance(error, psycopg.OperationalError)):
        return DatabaseUnavailableError(reason)
    return FatalError(f"the database refuses: {reason}")
