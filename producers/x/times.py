"""When a post was written: as it says in either version, or as its id does, to the millisecond."""

from datetime import datetime
from typing import Any, Final

from producers.fields import moment_of
from schemas.clock import Millis, millis

OLD_FORM: Final = "%a %b %d %H:%M:%S %z %Y"  # Wed Oct 10 20:19:24 +0000 2018
FIRST_MS: Final[Millis] = 1_288_834_974_657  # when ids began to hold their time, in 2010
TIME_SHIFT: Final = 22
FIRST_TIMED_ID: Final = 30_000_000_000


def event_time(created_at: Any, id_: str, fetched_at: Millis) -> Millis:
    """At the latest when we saw it."""
    moment = _old_form(created_at) or moment_of(created_at) or _in_id(id_)
    return fetched_at if moment is None else min(moment, fetched_at)


def _old_form(created_at: Any) -> Millis | None:
    try:
        return millis(datetime.strptime(created_at, OLD_FORM))  # noqa: DTZ007 - it holds %z
    except (TypeError, ValueError):
        return None


def _in_id(id_: str) -> Millis | None:
    if not id_.isdecimal() or len(id_) > 19 or int(id_) < FIRST_TIMED_ID:
        return None
    return (int(id_) >> TIME_SHIFT) + FIRST_MS
