"""Records with defaults for everything that a test does not care about."""

from typing import Any

from schemas.records import (
    Alert,
    Heat,
    Mention,
    RawMention,
    Reason,
    Receipt,
    Tick,
    TradePickup,
    TypeVelocity,
)

NOON = 1_764_590_400_000  # 2025-12-01T12:00:00Z
LINEAGE: dict[str, Any] = {
    "config_hash": "c0ffee",
    "catalogue_version": 3,
    "code_version": "0.1.0",
    "causation": ("raw.reddit-0-17", "raw.reddit-0-18"),
}


def mention(number: int = 0, **changes: Any) -> Mention:
    fields: dict[str, Any] = {
        "id": f"mention-{number:08d}",
        "event_time": NOON + number,
        "known_time": NOON + number + 1,
        "source": "reddit",
        "source_type": "social",
        "raw_id": f"raw-{number}",
        "entity_id": f"person-{number % 97}",
        "entity_name": "Zendaya",
        "entity_type": "person",
        "surface": "zendaya",
        "score": 0.9,
        "margin": 0.4,
        "about": "subject",
        "sentiment": -0.25,
        "intensity": 0.5,
        "spam": 0.0,
        "outlet": "r/movies",
        "author_key": 2**47 + number,
        "text_key": number,
        "title": f"Nobody expected this ({number})",
        "url": f"https://example.org/{number}",
        **LINEAGE,
    }
    return Mention(**{**fields, **changes})


def raw_mention(number: int = 0, **changes: Any) -> RawMention:
    fields: dict[str, Any] = {
        "id": f"raw-{number:08d}",
        "event_time": NOON + number,
        "known_time": NOON + number + 1,
        "source": "reddit",
        "source_type": "social",
        "native_id": f"t3_{number}",
        "kind": "post",
        "channel": "r/movies",
        "author": f"viewer-{number % 1009}",
        "title": f"Nobody expected this ({number})",
        "text": "I have seen it twice already, and the second time was even better. " * 3,
        "url": f"https://example.org/{number}",
        "language": "en",
    }
    return RawMention(**{**fields, **changes})


def tick(number: int = 29_409_840) -> Tick:
    return Tick(n=number, first=number, present={"reddit": 3}, catalogue=(3, 3))


def receipt() -> Receipt:
    return Receipt(
        mention_id="mention-1",
        source="reddit",
        source_type="social",
        outlet="r/movies",
        title="Nobody expected this",
        url=None,
        event_time=NOON,
        known_time=NOON + 1,
    )


def reason() -> Reason:
    return Reason(clause="velocity", observed=42.0, usual=6.0, sigma=3.1, window_hours=12.0)


def heat(number: int = 0, **changes: Any) -> Heat:
    speed = TypeVelocity(
        source_type="social",
        mentions=42,
        authors=39,
        usual=6.0,
        z=3.1,
        fast_z=2.0,
        slow_z=3.0,
        score=3.1,
        baseline="observed",
    )
    fields: dict[str, Any] = {
        "id": f"heat-{number:08d}",
        "event_time": NOON + number,
        "known_time": NOON + number,
        "tick": 29_409_840 + number,
        "entity_id": f"person-{number % 97}",
        "entity_name": "Zendaya",
        "entity_type": "person",
        "heat": 1.9,
        "raw_heat": 2.0,
        "display": 76.0,
        "velocity_z": 3.1,
        "spread": 0.67,
        "affect": 0.25,
        "freshness": 0.95,
        "hours_since_peak": 1.0,
        "detection_score": 3.4,
        "types": (speed,),
        "mentions": 42,
        "sentiment": -0.25,
        "reasons": (reason(),),
        "receipts": (receipt(),),
        **LINEAGE,
    }
    return Heat(**{**fields, **changes})


def alert(step: int = 0, **changes: Any) -> Alert:
    fields: dict[str, Any] = {
        "id": f"alert-step-{step}",
        "event_time": NOON + step,
        "known_time": NOON + step,
        "tick": 29_409_840 + step,
        "alert_id": "alert-1",
        "episode_id": "episode-1",
        "step": step,
        "kind": "opened" if step == 0 else "updated",
        "entity_id": "person-1",
        "entity_name": "Zendaya",
        "entity_type": "person",
        "heat": 1.9,
        "display": 76.0,
        "velocity_z": 3.1,
        "detection_score": 3.4,
        "spread_types": 2,
        "affect": 0.25,
        "mentions": 42,
        "headline": "Zendaya is taking off",
        "reasons": (reason(),),
        "receipts": (receipt(),),
        "trade": TradePickup(
            mention_id="mention-9",
            outlet="Variety",
            title="Zendaya",
            url=None,
            event_time=NOON + 9,
            lead_ms=7_200_000,
        ),
        "previous_hash": "" if step == 0 else f"hash-{step - 1}",
        "hash": f"hash-{step}",
        **LINEAGE,
    }
    return Alert(**{**fields, **changes})
