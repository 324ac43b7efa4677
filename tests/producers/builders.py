"""Raw mentions and clocks, with defaults for everything that a test does not care about."""

from schemas.clock import Millis, parse_time
from schemas.ids import mention_id
from schemas.records import RawMention

NOON: Millis = parse_time("2026-03-01T12:00:00Z")


def raw_mention(native_id: str = "a", known_time: Millis = NOON, **fields: object) -> RawMention:
    known: dict[str, object] = {
        "source": "newsapi",
        "source_type": "news",
        "event_time": known_time,
        "known_time": known_time,
        "title": f"Headline {native_id}",
        "native_id": native_id,
    }
    known |= fields
    return RawMention(id=mention_id(str(known["source"]), native_id), **known)  # type: ignore[arg-type]
