"""Heat of made-up names over some days: bursts that fade, or days that repeat themselves."""

from collections.abc import Iterator
from hashlib import blake2b

from msgspec.structs import replace

from schemas.clock import DAY_MS, HOUR_MS, Millis
from schemas.records import Heat
from tests.schemas.examples import newest_examples

NAMES = 30  # ten more than the list has places
HALF_LIFE_H = 5.0
(EXAMPLE,) = (one for one in newest_examples() if isinstance(one, Heat))


def bursts(begin: Millis, days: int) -> Iterator[Heat]:
    """Each hour one name in eight flares up, and then fades by half in five hours."""
    for name in range(NAMES):
        heat = 0.0
        for hour in range(24 * days):
            heat = max(heat * 0.5 ** (1 / HALF_LIFE_H), _flare(name, hour))
            yield told(name, begin + hour * HOUR_MS, heat)


def same_every_day(begin: Millis, days: int) -> Iterator[Heat]:
    """What the naive guess, the same hour of the day before, is right about to the last digit."""
    for name in range(NAMES):
        for hour in range(24 * days):
            yield told(name, begin + hour * HOUR_MS, 0.1 + (name * 7 + hour % 24) % 24 / 12)


def told(name: int, at: Millis, heat: float) -> Heat:
    return replace(
        EXAMPLE, id=f"heat-{name}-{at}", entity_id=f"name-{name:02}", entity_name=f"Name {name}",
        event_time=at, known_time=at, tick=at // 60_000 - 1, heat=round(heat, 4),
    )


def _flare(name: int, hour: int) -> float:
    lot = blake2b(f"{name} {hour}".encode(), digest_size=2).digest()
    return 0.4 + lot[1] / 128 if lot[0] < 32 else 0.0


def span(days: int) -> Millis:
    return days * DAY_MS
