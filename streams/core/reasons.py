"""Why: the clauses of an explanation and the receipts they rest on."""

from collections.abc import Sequence

from schemas.records import Reason, Receipt, TypeVelocity
from streams.core.heat import Components
from streams.core.state import EntityState, Evidence

RECEIPTS = 3


def receipt(item: Evidence) -> Receipt:
    return Receipt(
        mention_id=item.mention_id, source=item.source, source_type=item.source_type,
        outlet=item.outlet, title=item.title, url=item.url, event_time=item.event_time,
        known_time=item.known_time,
    )


def receipts(state: EntityState) -> tuple[Receipt, ...]:
    """The newest evidence, first one of each source type, then one of each outlet."""
    newest = sorted(state.recent, key=lambda e: (-e.known_time, e.mention_id))
    chosen: list[Evidence] = []
    for distinct in ("source_type", "outlet", "mention_id"):
        if len(chosen) == RECEIPTS:
            break
        seen = {getattr(item, distinct) for item in chosen}
        for item in newest:
            value = getattr(item, distinct)
            if len(chosen) < RECEIPTS and value not in seen and item not in chosen:
                seen.add(value)
                chosen.append(item)
    return tuple(receipt(item) for item in chosen)


def reasons(
    state: EntityState, types: Sequence[TypeVelocity], found: Components
) -> tuple[Reason, ...]:
    """Velocity of each type that speaks, the loudest first; then spread, affect and trade."""
    speaking = sorted((t for t in types if t.mentions), key=lambda t: (-t.score, t.source_type))
    clauses = [_velocity_clause(state, t) for t in speaking]
    if not clauses:
        return ()
    clauses.append(Reason(clause="spread", observed=float(found.spread_types), window_hours=12.0))
    clauses.append(Reason(clause="affect", observed=found.affect, window_hours=12.0))
    episode = state.episode
    if episode is not None and episode.trade is not None:
        clauses.append(Reason(
            clause="trade", source_type="trade", observed=1.0, window_hours=48.0,
            mention_ids=(episode.trade.mention_id,),
        ))
    return tuple(clauses)


def _velocity_clause(state: EntityState, reading: TypeVelocity) -> Reason:
    ids = [e.mention_id for e in state.recent if e.source_type == reading.source_type]
    return Reason(
        clause="velocity", source_type=reading.source_type, observed=float(reading.mentions),
        usual=reading.usual, sigma=reading.slow_z, window_hours=12.0,
        mention_ids=tuple(ids[-RECEIPTS:]),
    )
