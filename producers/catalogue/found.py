"""What a step of a discovery means for the catalogue."""

from typing import Final

import msgspec

from producers.catalogue.edits import Held
from producers.catalogue.search import plain
from producers.catalogue.wikipedia import NOT_ASKED, Finding
from schemas.ids import derived_id
from schemas.records import Discovery, Entity

DISCOVERY: Final = "discovery"
ASKED_ABOUT: Final = frozenset({"discovered", "returned", "trending"})
PRIOR: Final = 0.5


def worth_asking(held: Held, step: Discovery) -> bool:
    """Whether the encyclopedia may settle something. A made-up name of a test is not asked for."""
    known = held.get(step.entity_id)
    stands = known is None or (known.status in ("active", "dormant") and not known.verified)
    return step.kind in ASKED_ABOUT and stands and not step.test


def changes(held: Held, step: Discovery, finding: Finding = NOT_ASKED) -> list[Entity]:
    """The entity that the step brings in, mends or puts to rest.

    What a person merged or deleted stays so, whatever is discovered.
    """
    known = held.get(step.entity_id)
    if known is not None and known.status in ("merged", "deleted"):
        return []
    if step.kind == "dormant":
        if known is None or known.provenance != DISCOVERY:
            return []
        return [msgspec.structs.replace(known, status="dormant", known_time=step.known_time)]
    if step.kind not in ASKED_ABOUT:
        return []
    if known is None and _known_by_another(held, step):
        return []
    return [_confirmed(known or _fresh(step), step, finding)]


def _known_by_another(held: Held, step: Discovery) -> bool:
    """Somebody else got that name while its step was under way."""
    wanted = {plain(name) for name in (step.name, *step.surfaces)}
    return any(
        plain(name) in wanted
        for entity in held.values()
        if entity.status == "active"
        for name in (entity.name, *entity.aliases)
    )


def _fresh(step: Discovery) -> Entity:
    aliases = tuple(s for s in step.surfaces if s != step.name)
    return Entity(
        id=step.entity_id,
        event_time=step.event_time,
        known_time=step.known_time,
        source=DISCOVERY,
        test=step.test,
        name=step.name,
        entity_type=step.entity_type,
        aliases=aliases,
        alias_sources=dict.fromkeys(aliases, DISCOVERY),
        prior=PRIOR,
        verified=False,
        first_seen=step.first_seen,
        provenance=DISCOVERY,
    )


def _confirmed(entity: Entity, step: Discovery, finding: Finding) -> Entity:
    """Awake, and with what the encyclopedia says."""
    awake = msgspec.structs.replace(entity, status="active", known_time=step.known_time)
    if finding.verdict != "verified":
        if finding.note == "a place":
            return msgspec.structs.replace(awake, status="deleted")
        return awake
    ids = {
        key: value
        for key, value in (("wikipedia", finding.page or ""), ("wikidata", finding.wikidata))
        if value
    }
    return msgspec.structs.replace(
        awake,
        verified=True,
        entity_type=finding.entity_type or awake.entity_type,
        external_ids={**awake.external_ids, **ids},
    )


def told(step: Discovery, finding: Finding) -> Discovery | None:
    """The step that says what the encyclopedia found. Nothing when nobody could be asked."""
    if finding.verdict == "unknown":
        return None
    return msgspec.structs.replace(
        step,
        id=derived_id("discovery-checked", step.id),
        kind=finding.verdict,
        entity_type=finding.entity_type or step.entity_type,
        page=finding.page,
        note=finding.note,
    )
