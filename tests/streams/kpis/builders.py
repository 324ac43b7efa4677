"""A few weeks of one story and its trade items, for reading off leads by hand."""

from collections.abc import Sequence
from typing import Any

from schemas.clock import DAY_MS, HOUR_MS, Millis
from schemas.records import Mention
from streams.kpis.material import Material
from tests.builders import NOON, alert, mention

STORY = (11, 12, 13, 14)
ELSEWHERE = (91, 92, 93, 94)


def trade(
    number: int, published: Millis, words: Sequence[int] = STORY, **changes: Any
) -> Mention:
    fields: dict[str, Any] = {
        "source": "trades", "source_type": "trade", "outlet": "variety.com",
        "event_time": published, "words": tuple(words),
    } | changes
    return mention(known_time=published + HOUR_MS, raw_id=f"trade-{number}", **fields)


def evidence(at: Millis = NOON, count: int = 5, **changes: Any) -> list[Mention]:
    """Headlines of one story, an hour apart, the newest at `at`."""
    fields: dict[str, Any] = {"words": STORY, "event_time": at - 6 * HOUR_MS} | changes
    return [mention(known_time=at - n * HOUR_MS, raw_id=f"said-{at}-{n}", **fields)
            for n in range(count)]


def busy_feed(start: Millis, days: int, per_day: int = 12) -> list[Mention]:
    """Trade items about somebody else: proof that the feed was up."""
    return [
        trade(10_000 + day * per_day + n, start + day * DAY_MS + n * DAY_MS // per_day,
              ELSEWHERE, entity_id="someone-else")
        for day in range(days) for n in range(per_day)
    ]


def material(*groups: Sequence[Any]) -> Material:
    found = Material()
    for group in groups:
        for record in group:
            found.add(record)
    found.settle()
    return found


def opened(at: Millis = NOON, entity_id: str = "nova-reyes", **changes: Any) -> Any:
    return alert(entity_id, known_time=at, event_time=at,
                 alert_id=f"{entity_id}-{at}", id=f"{entity_id}-{at}-0", **changes)
