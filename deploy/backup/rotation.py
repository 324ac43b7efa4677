"""Which backups stay: the last of each recent day, week and month. Pure."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from schemas.clock import Millis

Period = Callable[[datetime], Hashable]


@dataclass(frozen=True, slots=True)
class Keep:
    """How many days, weeks and months with a backup are remembered."""

    daily: int = 7
    weekly: int = 4
    monthly: int = 6


def kept(times: Iterable[Millis], now: Millis, keep: Keep) -> set[Millis]:
    """The times of the backups that stay. Periods without a backup do not count, so that a
    pause deletes nothing; what is dated after `now` stays, for the clock that made it is wrong."""
    known = sorted(set(times), reverse=True)
    past = [moment for moment in known if moment <= now]
    stay = {moment for moment in known if moment > now} | set(past[:1])
    for period, count in ((_day, keep.daily), (_week, keep.weekly), (_month, keep.monthly)):
        stay |= _last_of_each(past, period, count)
    return stay


def _last_of_each(newest_first: Iterable[Millis], period: Period, count: int) -> set[Millis]:
    last: dict[Hashable, Millis] = {}
    for moment in newest_first:
        name = period(datetime.fromtimestamp(moment / 1000, UTC))
        if name not in last and len(last) == count:
            break
        last.setdefault(name, moment)
    return set(last.values())


def _day(stamp: datetime) -> Hashable:
    return stamp.date()


def _week(stamp: datetime) -> Hashable:
    return stamp.isocalendar()[:2]


def _month(stamp: datetime) -> Hashable:
    return stamp.year, stamp.month
