"""Records of the feed as the JSON that clients get, encoded once for all of them. Pure."""

from typing import Any, Final, Literal

import msgspec
import orjson

from gateway.reasons import sentence
from schemas.clock import Millis
from schemas.records import Alert, Heat, Receipt

Kind = Literal["heat", "alerts"]
KINDS: Final[tuple[Kind, ...]] = ("heat", "alerts")
SIMULATED_MARK: Final = "(simulated)"

_THIN: Final[dict[type[Heat] | type[Alert], tuple[str, ...]]] = {
    Heat: (
        "id", "known_time", "tick", "entity_id", "entity_name", "entity_type", "heat", "display",
        "velocity_z", "spread", "affect", "mentions", "episode_id", "episode_state",
    ),
    Alert: (
        "id", "known_time", "tick", "alert_id", "step", "kind", "entity_id", "entity_name",
        "entity_type", "entities", "heat", "display", "confidence", "headline",
    ),
}  # fmt: skip


class Event(msgspec.Struct, frozen=True, gc=False):
    """A record of the feed at its place in the order, with what the filters ask about."""

    seq: int
    kind: Kind
    full: bytes
    thin: bytes
    known_time: Millis
    entities: frozenset[str]
    entity_type: str
    types: frozenset[str]
    heat: float


def safe_url(url: str | None) -> str | None:
    """The address if it is a plain web address, else None: scraped links may be anything."""
    if url is None or not url.lower().startswith(("https://", "http://")):
        return None
    return None if any(ord(c) <= 32 for c in url) else url


def entities_of(record: Heat | Alert) -> frozenset[str]:
    """Ids of all entities that a record is about: an alert is about those of its story."""
    others = record.entities if isinstance(record, Alert) else ()
    return frozenset((record.entity_id, *(other.entity_id for other in others)))


def source_types(record: Heat | Alert) -> frozenset[str]:
    """The types of source that speak in a record."""
    heard = {receipt.source_type for receipt in record.receipts}
    if isinstance(record, Heat):
        heard.update(kind.source_type for kind in record.types if kind.mentions)
    else:
        heard.update(r.source_type for r in record.reasons if r.source_type is not None)
    return frozenset(heard)


def is_simulated(record: Heat | Alert) -> bool:
    """Whether the record rests on the simulated world: its outlets carry the mark."""
    return any(_marked(receipt) for receipt in record.receipts)


def _marked(receipt: Receipt) -> bool:
    return SIMULATED_MARK in receipt.outlet or SIMULATED_MARK in receipt.source


def view(record: Heat | Alert) -> dict[str, Any]:
    """All fields of the record; reasons also as sentences, unsafe links taken out."""
    told: dict[str, Any] = msgspec.to_builtins(record)
    for clause, reason in zip(told["reasons"], record.reasons, strict=True):
        clause["text"] = sentence(reason)
    for receipt in told["receipts"]:
        receipt["url"] = safe_url(receipt["url"])
    if told.get("trade"):
        told["trade"]["url"] = safe_url(told["trade"]["url"])
    told["simulated"] = is_simulated(record)
    return told


def kind_of(record: Heat | Alert) -> Kind:
    return "heat" if isinstance(record, Heat) else "alerts"


def to_event(seq: int, record: Heat | Alert) -> Event:
    """Encode a record for every client at once."""
    told = view(record)
    thin = {name: told[name] for name in _THIN[type(record)]}
    return Event(
        seq,
        kind_of(record),
        orjson.dumps(told),
        orjson.dumps(thin),
        record.known_time,
        entities_of(record),
        record.entity_type,
        source_types(record),
        record.heat,
    )


def event_message(event: Event, thin: bool) -> bytes:
    """The message that carries an event, the same over WebSocket and SSE."""
    body = event.thin if thin else event.full
    return b'{"type":"event","kind":"%b","seq":%d,"data":%b}' % (
        event.kind.encode(),
        event.seq,
        body,
    )
