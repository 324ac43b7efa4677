"""What the tests of the gates have in common: a poll, voices, and what refuses them."""

from typing import Any

from schemas.clock import end_of
from streams.core import gates
from streams.core.config import CoreConfig, GateConfig
from streams.core.evidence import hour_of
from streams.core.gates import Poll
from streams.core.heat import Components
from streams.core.state import EntityState, Episode, Saying, TypeState
from streams.core.windows import BUCKET_MS, Window

N = 28_000_020
NOW = end_of(N)
HOUR = hour_of(NOW)
DAY = 24 * 60  # ticks
CONFIG = GateConfig()
QUIET = 2.0
NAME = "nova"


def poll(statistic: float = 9.0, **changes: Any) -> Poll:
    """A loud one, with two types, of a name without any history."""
    types = changes.pop("types", 2)
    found = Components(1.0, types, 1.0, 0.0, 0.0, 20, 1.0)
    seen: dict[str, Any] = {"usual": 0.0, "observed_days": 1e9} | changes
    return Poll(N, NOW, statistic, statistic, statistic, found, **seen)


def spoken(*ago: int) -> Window:
    """One mention in each bucket so many before the newest."""
    window = Window()
    for buckets in ago:
        window.add(NOW - 1 - buckets * BUCKET_MS)
    return window


def voices(**counts: int) -> EntityState:
    """So many authors of each type in this hour."""
    return EntityState(1, N, "Nova", "person", types={
        name: TypeState(spoken(0), authors={HOUR: list(range(count))})
        for name, count in counts.items()
    })


def episode() -> Episode:
    return Episode("e", N, N)


def saying(number: int, *words: int) -> Saying:
    return Saying(NOW - 1, number, number, words)


def refused(
    state: EntityState, poll: Poll, name: str = NAME, config: CoreConfig | None = None
) -> tuple[str | None, Episode]:
    found = episode()
    return gates.refusal(state, found, name, poll, config or CoreConfig()), found
