"""What luck would have reached: the same entities, alerted at times that mean nothing."""

from hashlib import blake2b

from schemas.clock import INTERVAL_MS, Millis
from streams.kpis.lead import Clock, Lead
from streams.kpis.material import Material

TIMES = 24  # moments tried for each alert


def moments(name: str, first: Millis, last: Millis, count: int = TIMES) -> list[Millis]:
    """`count` moments spread evenly over a span, begun at a point that the name decides."""
    size = (last - first) / count
    mark = blake2b(name.encode(), digest_size=6).digest()
    offset = int.from_bytes(mark, "big") / (1 << 48)
    found = (round(first + (n + offset) * size) for n in range(count))
    return [moment // INTERVAL_MS * INTERVAL_MS for moment in found]


def at_random_times(
    material: Material, clock: Clock, around: tuple[Millis, Millis]
) -> list[list[Lead]]:
    """Leads of every alert's entity at random times, one list per alert, in their order."""
    return [
        [clock.lead(alert.alert_id, alert.entity_id, moment)
         for moment in moments(alert.alert_id, *around)]
        for alert in material.openings
    ]
