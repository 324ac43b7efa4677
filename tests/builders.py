"""Records with defaults for everything that a test does not care about. All names are invented."""

from typing import Any, Final

from schemas.clock import HOUR_MS, MINUTE_MS, Millis, end_of, parse_time, tick_of
from schemas.ids import derived_id, mention_id, short_key
from schemas.records import (
    Alert,
    Entity,
    Heat,
    Mention,
    RawMention,
    Reason,
    Receipt,
    Tick,
    TypeVelocity,
)
from schemas.version import CODE_VERSION

NOON: Final[Millis] = parse_time("2026-03-14T12:00:00Z")
POLL: Final = tick_of(NOON)  # noon is the start of a poll's interval
LINEAGE: Final[dict[str, Any]] = {
    "config_hash": "c0ffee",
    "catalogue_version": 1,
    "code_version": CODE_VERSION,
    "causation": ("raw.reddit-0-17",),
}


def title_of(entity_id: str) -> str:
    return entity_id.replace("-", " ").title()


def raw(native_id: str = "t3_nova", known_time: Millis = NOON, **changes: Any) -> RawMention:
    """A post, known a minute after it was written; its id follows from source and native id."""
    fields: dict[str, Any] = {
        "event_time": known_time - MINUTE_MS,
        "known_time": known_time,
        "source": "reddit",
        "source_type": "social",
        "native_id": native_id,
        "kind": "post",
        "channel": "r/GlassHarborShow",
        "author": "tidewatcher",
        "title": f"Nova Reyes again ({native_id})",
        "url": f"https://example.org/{native_id}",
    } | changes
    return RawMention(**{"id": mention_id(fields["source"], fields["native_id"]), **fields})


def mention(
    entity_id: str = "nova-reyes", known_time: Millis = NOON, raw_id: str = "raw-1", **changes: Any
) -> Mention:
    """One counted mention; its id follows from the raw mention and the entity."""
    fields: dict[str, Any] = {
        "id": derived_id("mention", raw_id, entity_id),
        "event_time": known_time - MINUTE_MS,
        "known_time": known_time,
        "source": "reddit",
        "source_type": "social",
        "raw_id": raw_id,
        "entity_id": entity_id,
        "entity_name": title_of(entity_id),
        "entity_type": "person",
        "surface": title_of(entity_id),
        "score": 2.0,
        "margin": 2.0,
        "about": "subject",
        "sentiment": 0.25,
        "intensity": 0.25,
        "spam": 0.0,
        "outlet": "r/GlassHarborShow",
        "author_key": short_key(raw_id),
        "text_key": short_key(raw_id),
        "title": f"{title_of(entity_id)} again",
        "url": f"https://example.org/{raw_id}",
    }
    return Mention(**{**fields, **LINEAGE, **changes})


def tick(n: int = POLL, **changes: Any) -> Tick:
    fields: dict[str, Any] = {"first": n, "present": {"reddit": 1}, "catalogue": (1, 1)}
    return Tick(**{"n": n, **fields, **changes})


def entity(entity_id: str = "nova-reyes", **changes: Any) -> Entity:
    fields: dict[str, Any] = {
        "event_time": NOON,
        "known_time": NOON,
        "source": "catalogue",
        "name": title_of(entity_id),
        "entity_type": "person",
        "prior": 0.9,
        "first_seen": NOON,
    }
    return Entity(**{"id": entity_id, **fields, **changes})


def type_velocity(source_type: str = "social", **changes: Any) -> TypeVelocity:
    fields: dict[str, Any] = {
        "mentions": 42,
        "authors": 39,
        "usual": 6.0,
        "z": 3.1,
        "fast_z": 2.0,
        "slow_z": 3.1,
        "score": 2.66,
        "baseline": "observed",
    }
    return TypeVelocity(**{"source_type": source_type, **fields, **changes})


def reason(**changes: Any) -> Reason:
    fields: dict[str, Any] = {
        "clause": "velocity",
        "source_type": "social",
        "observed": 42.0,
        "usual": 6.0,
        "sigma": 3.1,
        "window_hours": 12.0,
    }
    return Reason(**{**fields, **changes})


def receipt(known_time: Millis = NOON, **changes: Any) -> Receipt:
    fields: dict[str, Any] = {
        "mention_id": "mention-1",
        "source": "reddit",
        "source_type": "social",
        "outlet": "r/GlassHarborShow",
        "title": "Nova Reyes again",
        "url": "https://example.org/1",
        "event_time": known_time - HOUR_MS,
        "known_time": known_time,
    }
    return Receipt(**{**fields, **changes})


def _computed(entity_id: str, n: int) -> dict[str, Any]:
    """What heat and alerts of one poll have in common."""
    return {
        "event_time": end_of(n),
        "known_time": end_of(n),
        "tick": n,
        "entity_id": entity_id,
        "entity_name": title_of(entity_id),
        "entity_type": "person",
        "velocity_z": 3.1,
        "affect": 0.4,
        "detection_score": 3.4,
        "mentions": 42,
        "reasons": (reason(),),
        "receipts": (receipt(),),
    }


def heat(entity_id: str = "nova-reyes", n: int = POLL, **changes: Any) -> Heat:
    """Heat at the end of poll `n`, high and fresh."""
    fields: dict[str, Any] = {
        "id": derived_id("heat", entity_id, str(n)),
        "heat": 1.83,
        "raw_heat": 1.83,
        "display": 73.2,
        "spread": 0.67,
        "freshness": 1.0,
        "hours_since_peak": 0.0,
        "types": (type_velocity(),),
        "sentiment": 0.3,
    }
    return Heat(**{**_computed(entity_id, n), **fields, **LINEAGE, **changes})


def alert(entity_id: str = "nova-reyes", step: int = 0, n: int = POLL, **changes: Any) -> Alert:
    """A step of the entity's one alert: 0 opens it, later ones update it."""
    episode = derived_id("episode", entity_id, "1")
    fields: dict[str, Any] = {
        "id": derived_id("alert-step", episode, str(step)),
        "alert_id": derived_id("alert", episode),
        "episode_id": episode,
        "step": step,
        "kind": "updated" if step else "opened",
        "heat": 1.83,
        "display": 73.2,
        "spread_types": 2,
        "headline": f"{title_of(entity_id)} spiking now",
    }
    return Alert(**{**_computed(entity_id, n), **fields, **LINEAGE, **changes})
