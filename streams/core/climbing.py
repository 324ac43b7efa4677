"""What the last day of a list says of those below its line: signs that carry over between lists.

A list is a ranking told every step: entities by heat every hour, videos by views every day. All
signs are shares, ratios, places and counts of steps, so that one table may serve lists of any unit.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from streams.core.adding import added, tally
from streams.core.exact import log, log1p

STEPS: Final = 25  # the last one now
FLOOR: Final = 0.01  # of the leader: what is below is no measure of anything
RESTLESS: Final = (1, 3, 6, 12)  # steps over which it is told how much a list changes
NEVER: Final = 30.0  # steps; longer ago than is looked back
LOOKS_BACK: Final = (1, 3, 6)  # steps over which a name's own growth is told
SPECK: Final = 0.002  # of the leader: heat below it is hardly there
YOUNG: Final = 1.5  # steps, added to an age
AGEING: Final = (1.0, 1.8)  # powers of age by which lists let heat fade

SIGNS: Final = (
    "rank", "share_of_list", "to_line", "to_leader", "to_next",
    "climb_1", "climb_2", "climb_3", "climb_6", "climb_24", "climb_mean_6", "unrest",
    "growth_1", "growth_3", "growth_6", "growth_24", "growth_1_place", "growth_3_place",
    "growth_6_place", "quickening", "age", "speed_place", "share_of_peak", "since_peak",
    "best_rank", "since_best", "on_top", "since_top", "told",
    "churn_1", "churn_3", "churn_6", "churn_12", "rise_1", "rise_3", "rise_6", "rise_12",
    "list_size", "line_to_leader", "since_rise", "staler_above", "top_since_rise",
    "gain_1", "gain_3", "gain_6", "new_1", "new_3", "new_6", "first_seen", "constancy",
    "aged", "aged_steeply", "gain_to_peak",
)


class Place(NamedTuple):
    """Where a name stands on one list."""

    rank: int  # the first has 1
    heat: float


Places = Mapping[str, Place]  # one list, best first


def places(ranked: Sequence[tuple[str, float]]) -> dict[str, Place]:
    """A name that is told twice has the better of its places."""
    found: dict[str, Place] = {}
    for name, heat in ranked:
        if name not in found:
            found[name] = Place(len(found) + 1, heat)
    return found


class _Course(NamedTuple):
    """One name through the steps; logarithms of heat in parts of the leader's, and of rank."""

    heats: list[float]
    ranks: list[float]
    since_rise: float  # steps since heat last grew
    age: int  # steps without a break on the list, now included


def climbing_signs(history: Sequence[Places], top: int) -> dict[str, tuple[float, ...]]:
    """Of each name that is on the list now, in the order of SIGNS. The last list is now."""
    lists = history[-STEPS:]
    now = lists[-1]
    courses = {name: _course(lists, name) for name in now}
    growths = [
        {name: _back(course.heats, step) for name, course in courses.items()}
        for step in (1, 3, 6)
    ]
    ordered = [sorted(growth.values()) for growth in growths]
    speeds = {name: place.heat / courses[name].age for name, place in now.items()}
    ordered_speeds = sorted(speeds.values())
    common = _common(lists, top)
    heats = [place.heat for place in now.values()]
    rises = [courses[name].since_rise for name in now]
    return {
        name: (
            *_standing(place, heats, top),
            *_moves(courses[name]),
            *(_share_below(order, growth[name])
              for order, growth in zip(ordered, growths, strict=True)),
            *_past(lists, name, courses[name], top,
                   _share_below(ordered_speeds, speeds[name])),
            *common,
            *_staleness(rises, place.rank, top),
            *_life([told.get(name) for told in lists], heats[0]),
        )
        for name, place in now.items()
    }


def _course(lists: Sequence[Places], name: str) -> _Course:
    heats, ranks, age, last, rise = [], [], 0, 0.0, NEVER
    for told in lists:
        place = told.get(name)
        heat = place.heat if place else 0.0
        rise = 0.0 if heat > last else min(rise + 1.0, NEVER)
        last = heat
        lead = next(iter(told.values())).heat if told else 0.0
        heats.append(log(heat / lead + FLOOR) if lead > 0 else 0.0)
        ranks.append(log(place.rank if place else len(told) + 1))
        age = age + 1 if place else 0
    return _Course(heats, ranks, rise, max(age, 1))


def _back(course: Sequence[float], steps: int) -> float:
    """Change over so many steps, or over as many as there are."""
    return course[-1] - course[max(len(course) - 1 - steps, 0)]


def _share_below(ordered: Sequence[float], value: float) -> float:
    return (bisect_left(ordered, value) + bisect_right(ordered, value)) / (2 * len(ordered))


def _standing(place: Place, heats: Sequence[float], top: int) -> tuple[float, ...]:
    floor = FLOOR * heats[0] or FLOOR
    own = log(place.heat + floor)
    return (
        log(place.rank / top), place.rank / len(heats), own - log(_line(heats, top) + floor),
        own - log(heats[0] + floor), own - log(heats[max(place.rank - 2, 0)] + floor),
    )


def _moves(course: _Course) -> tuple[float, ...]:
    ranks, heats = course.ranks, course.heats
    recent = ranks[-7:]
    steps = [after - before for before, after in pairwise(recent)] or [0.0]
    return (
        *(-_back(ranks, step) for step in (1, 2, 3, 6, 24)),
        -(ranks[-1] - added(recent) / len(recent)),
        added(abs(step) for step in steps) / len(steps),
        *(_back(heats, step) for step in (1, 3, 6, 24)),
    )


def _past(
    lists: Sequence[Places], name: str, course: _Course, top: int, speed: float
) -> tuple[float, ...]:
    heats, ranks = course.heats, course.ranks
    peak, best = max(heats), min(ranks)
    on_top = [ago for ago, told in enumerate(reversed(lists))
              if name in told and told[name].rank <= top]
    return (
        _back(heats, 1) - _back(heats, 3) / 3, log1p(course.age), speed, heats[-1] - peak,
        float(heats[::-1].index(peak)), best, float(ranks[::-1].index(best)),
        len(on_top) / len(lists), float(on_top[0]) if on_top else NEVER,
        tally(name in told for told in lists) / len(lists),
    )


def _common(lists: Sequence[Places], top: int) -> tuple[float, ...]:
    """What all names of the moment share: how restless the list has been."""
    now = lists[-1]
    heats = [place.heat for place in now.values()]
    floor = FLOOR * heats[0] or FLOOR
    line = _line(heats, top)
    return (
        *(_churn(lists, top, steps) for steps in RESTLESS),
        *(_rise_rate(lists, top, steps) for steps in RESTLESS),
        log(len(now) / top), log((line + floor) / (heats[0] + floor)),
    )


def _line(heats: Sequence[float], top: int) -> float:
    """Heat of the last on top; nothing where the list is shorter."""
    return heats[top - 1] if len(heats) >= top else 0.0


def _staleness(rises: Sequence[float], rank: int, top: int) -> tuple[float, ...]:
    """How long ago heat grew: of the name itself, beside those above it, and of the top."""
    own, above, leaders = rises[rank - 1], rises[: rank - 1], rises[:top]
    return (
        own, tally(rise > own for rise in above) / rank, added(leaders) / len(leaders),
    )


def _life(stays: Sequence[Place | None], leader: float) -> tuple[float, ...]:
    """How the name itself grew since it was first seen, whatever the leader did meanwhile."""
    speck = SPECK * leader or 1.0
    logs = [None if place is None else log(place.heat + speck) for place in stays]
    seen = [value for value in logs if value is not None]
    own = seen[-1]
    age = next(ago for ago, value in zip(range(len(logs) - 1, -1, -1), logs, strict=True)
               if value is not None)
    before = [logs[-1 - steps] if steps < len(logs) else None for steps in LOOKS_BACK]
    return (
        *(0.0 if past is None else own - past for past in before),
        *(float(past is None) for past in before),
        log1p(age), len(seen) / (age + 1),
        *(own - log(leader + speck) - power * log(age + YOUNG) for power in AGEING),
        max(seen) - own,
    )


def _churn(lists: Sequence[Places], top: int, steps: int) -> float:
    """Mean share of the top that was not there so many steps before."""
    tops = [_top(told, top) for told in lists]
    shares = [
        1.0 - len(after & before) / len(after)
        for before, after in zip(tops, tops[steps:], strict=False) if after
    ]
    return added(shares) / len(shares) if shares else -1.0


def _rise_rate(lists: Sequence[Places], top: int, steps: int) -> float:
    """Share of those below the line who were on top so many steps later."""
    rose = below = 0
    for before, after in zip(lists, lists[steps:], strict=False):
        later = _top(after, top)
        under = [name for name, place in before.items() if place.rank > top]
        below += len(under)
        rose += tally(name in later for name in under)
    return rose / below if below else -1.0


def _top(told: Places, top: int) -> set[str]:
    return {name for name, place in told.items() if place.rank <= top}
