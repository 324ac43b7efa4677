"""Heat as it is told, and at the end of each hour what is foretold of it. A pure fold."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from schemas.clock import DAY_MS, HOUR_MS, Millis, tick_of
from schemas.ids import derived_id
from schemas.records import Heat, Prediction
from schemas.version import CODE_VERSION
from streams.core.guest import Ahead, Hours
from streams.core.risers import (
    HORIZONS,
    TOP,
    TRACE,
    HeatTable,
    Standing,
    bands,
    naive,
    peak_time,
    standings,
    top_chance,
    trace_of,
)

KEPT_MS: Final = DAY_MS + HOUR_MS


class Said(NamedTuple):
    """What one model foretells of everybody who is warm."""

    model: str  # the version
    ahead: Mapping[str, Ahead]


Guesses = Callable[[Hours], Said | None]  # None: ours is asked


class Foretelling:
    """Feed it heat in any order that keeps each entity's own; ask it at the end of an hour."""

    def __init__(self) -> None:
        self._steps: dict[str, deque[tuple[Millis, float]]] = {}
        self._latest: dict[str, Heat] = {}
        self.newest: Millis = 0

    def take(self, heat: Heat) -> None:
        """A record that is told again, or after a later one of its entity, changes nothing."""
        known = self._latest.get(heat.entity_id)
        if heat.test or (known is not None and heat.tick <= known.tick):
            return
        self._latest[heat.entity_id] = heat
        steps = self._steps.setdefault(heat.entity_id, deque())
        steps.append((heat.known_time, heat.heat))
        self.newest = max(self.newest, heat.known_time)

    def foretell(
        self, at: Millis, table: HeatTable, guest: Guesses | None = None
    ) -> Iterator[Prediction]:
        """Bands for the hottest at a whole hour, by rank; nothing later than `at` is looked at."""
        self._forget(at)
        traces = {name: trace_of(tuple(steps), at) for name, steps in self._steps.items()}
        standing = standings(traces, at)
        warm = Hours(at, {name: tuple(traces[name]) for name in standing})
        said = (guest(warm) if guest and standing else None) or _by_table(standing, table)
        for name, place in standing.items():
            yield from self._told(said, place.rank, warm, name)

    def _told(self, said: Said, rank: int, warm: Hours, name: str) -> Iterator[Prediction]:
        at, trace, heat = warm.at, warm.heats[name], self._latest[name]
        ahead, chances = said.ahead[name]
        peak = peak_time(trace[-1], ahead, at)
        for hours in HORIZONS:
            yield Prediction(
                id=derived_id("prediction", name, str(at), str(hours), said.model),
                event_time=at, known_time=at, tick=tick_of(at) - 1,
                entity_id=name, entity_name=heat.entity_name, entity_type=heat.entity_type,
                heat=trace[-1], horizon_hours=hours, **ahead[hours]._asdict(),
                naive=naive(trace, hours), peak_time=peak,
                top_chance=chances.get(hours) if rank > TOP else None,
                model=said.model, config_hash=heat.config_hash,
                catalogue_version=heat.catalogue_version, code_version=CODE_VERSION,
                causation=(heat.id,),
            )

    def _forget(self, at: Millis) -> None:
        """Steps that no trace reaches any more; the last of each entity stays while it is warm."""
        oldest = at - TRACE * HOUR_MS - KEPT_MS
        for name in sorted(self._steps):
            steps = self._steps[name]
            while len(steps) > 1 and steps[1][0] < oldest:
                steps.popleft()
            if steps[-1][0] < oldest:
                del self._steps[name], self._latest[name]

    def __len__(self) -> int:
        return len(self._steps)


def _by_table(standing: Mapping[str, Standing], table: HeatTable) -> Said:
    return Said(table.name, {
        name: Ahead(bands(place.signs, table), _chances(place, table))
        for name, place in standing.items()
    })


def _chances(standing: Standing, table: HeatTable) -> dict[int, float]:
    told = ((hours, top_chance(standing, table, hours)) for hours in HORIZONS)
    return {hours: chance for hours, chance in told if chance is not None}
