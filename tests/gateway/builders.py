"""Heat and alerts with defaults for everything a test does not care about."""

from types import SimpleNamespace
from typing import Any

from gateway.feed import Feed
from gateway.metrics import Metrics
from schemas.clock import HOUR_MS, MINUTE_MS, Millis, end_of
from schemas.codec import encode
from schemas.ids import derived_id
from schemas.records import Alert, Heat, Reason, Receipt, TypeVelocity

TICK = 27_000_000  # 2021-05-02T00:00Z
LINEAGE = {
    "config_hash": "c0",
    "catalogue_version": 1,
    "code_version": "0.1.0",
    "causation": ("mentions-0-7",),
}


def receipt(**changes: Any) -> Receipt:
    fields: dict[str, Any] = {
        "mention_id": "m1",
        "source": "reddit",
        "source_type": "social",
        "outlet": "r/movies",
        "title": "Zendaya at the premiere",
        "url": "https://example.org/1",
        "event_time": end_of(TICK) - HOUR_MS,
        "known_time": end_of(TICK) - HOUR_MS + MINUTE_MS,
    }
    return Receipt(**{**fields, **changes})


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


def type_velocity(source_type: str = "social", **changes: Any) -> TypeVelocity:
    fields: dict[str, Any] = {
        "mentions": 42,
        "authors": 39,
        "usual": 6.0,
        "z": 3.1,
        "fast_z": 2.0,
        "slow_z": 3.1,
        "score": 3.4,
        "baseline": "observed",
    }
    return TypeVelocity(source_type=source_type, **{**fields, **changes})


def heat(entity: str = "zendaya", value: float = 1.5, tick: int = TICK, **changes: Any) -> Heat:
    known: Millis = end_of(tick)
    fields: dict[str, Any] = {
        "id": derived_id("heat", entity, str(tick)),
        "event_time": known,
        "known_time": known,
        "tick": tick,
        "entity_id": entity,
        "entity_name": entity.replace("-", " ").title(),
        "entity_type": "person",
        "heat": value,
        "raw_heat": value,
        "display": min(100.0, value * 40),
        "velocity_z": 3.1,
        "spread": 0.67,
        "affect": 0.4,
        "freshness": 1.0,
        "hours_since_peak": 0.0,
        "detection_score": 3.4,
        "types": (type_velocity(),),
        "mentions": 42,
        "sentiment": 0.3,
        "reasons": (reason(),),
        "receipts": (receipt(),),
        **LINEAGE,
    }
    return Heat(**{**fields, **changes})


def alert(
    entity: str = "zendaya", step: int = 0, kind: str = "opened", tick: int = TICK, **changes: Any
) -> Alert:
    known: Millis = end_of(tick)
    episode = derived_id("episode", entity, "1")
    fields: dict[str, Any] = {
        "id": derived_id("alert-step", entity, str(step)),
        "event_time": known,
        "known_time": known,
        "tick": tick,
        "alert_id": derived_id("alert", episode),
        "episode_id": episode,
        "step": step,
        "kind": kind,
        "entity_id": entity,
        "entity_name": entity.replace("-", " ").title(),
        "entity_type": "person",
        "heat": 1.5,
        "display": 60.0,
        "velocity_z": 3.1,
        "detection_score": 3.4,
        "spread_types": 2,
        "affect": 0.4,
        "mentions": 42,
        "headline": f"{entity.replace('-', ' ').title()} spiking now",
        "reasons": (reason(),),
        "receipts": (receipt(),),
        **LINEAGE,
    }
    return Alert(**{**fields, **changes})


def messages(records: list[Heat | Alert], first: int = 0) -> list[SimpleNamespace]:
    """The records as a consumer hands them over, at offsets from `first` on."""
    return [
        SimpleNamespace(topic="feed", offset=first + n, value=encode(record))
        for n, record in enumerate(records)
    ]


def fed(records: list[Heat | Alert], capacity: int = 100) -> Feed:
    """A feed that has read these records and nothing else."""
    feed = Feed(capacity, Metrics())
    feed.begin(0)
    feed.take(messages(records), len(records), True)
    return feed
