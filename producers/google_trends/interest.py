"""Interest over time: how much names were searched for, against an anchor that is always asked.

Google tells numbers from 0 to 100 of the highest point in the answer, so that two answers compare
only through a search that both hold. A level is the share of the anchor's usual interest, in
percent: 100 says as often as the anchor.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from producers.base.errors import UnreadableBodyError
from producers.fields import inner, line_of, moment_of, number_of
from schemas.clock import Millis

DIGITS: Final = 3


@dataclass(frozen=True, slots=True)
class Interest:
    """The newest whole point of a name."""

    name: str
    at: Millis
    percent: float


def newest_interest(answer: Any, names: Sequence[str], anchor: str) -> list[Interest]:
    """The level of each name but the anchor. Raises UnreadableBodyError for what is no timeline,
    or one whose values cannot be told apart, or one in which nobody searched for the anchor."""
    points = inner(answer, "default", "timelineData")
    if not isinstance(points, list):
        raise UnreadableBodyError("no interest over time in it")
    if not names or anchor not in names:
        raise UnreadableBodyError("interest over time, which does not say whose it is")
    whole = [_values(point, len(names)) for point in points if not _partial(point)]
    rows = [row for row in whole if row is not None]
    if not rows:
        return []
    place = names.index(anchor)
    usual = fmean([values[place] for _, values in rows])
    if usual <= 0:
        raise UnreadableBodyError(f"interest over time in which nobody searched for {anchor!r}")
    at, values = max(rows, key=lambda row: row[0])
    return [
        Interest(name, at, round(100 * value / usual, DIGITS))
        for name, value in zip(names, values, strict=True)
        if name != anchor
    ]


def _values(point: Any, count: int) -> tuple[Millis, list[float]] | None:
    """None for a point of another shape, such as that of several ranges."""
    at, told = moment_of(inner(point, "time")), inner(point, "value")
    if at is None or not isinstance(told, list) or len(told) != count:
        return None
    values = [number_of(value) for value in told]
    kept = [value for value in values if value is not None]
    return (at, kept) if len(kept) == count else None


def _partial(point: Any) -> bool:
    """The last point is of a time that is not over."""
    told = inner(point, "isPartial")
    return any(told) if isinstance(told, list) else bool(told)


def names_asked(asked: str) -> list[str]:
    """The searches that a widget's address asks about; none when it does not say."""
    try:
        request = json.loads(parse_qs(urlsplit(asked).query)["req"][0])
    except (ValueError, KeyError, IndexError):
        return []
    compared = inner(request, "comparisonItem")
    found = []
    for one in compared if isinstance(compared, list) else []:
        keywords = inner(one, "complexKeywordsRestriction", "keyword")
        first = keywords[0] if isinstance(keywords, list) and keywords else None
        found.append(line_of(inner(first, "value")))
    return found if all(found) else []
