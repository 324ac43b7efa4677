"""Names that the news brought up: each as it stands, the newest first."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Final, Literal

import msgspec
from aiokafka.structs import ConsumerRecord
from pydantic import Field

from gateway.subscription import NoQuery
from schemas.clock import iso
from schemas.codec import decode
from schemas.errors import UndecodableError
from schemas.records import Discovery, TypeVelocity

TOPIC: Final = "discoveries"
REACH: Final = 5000  # records before the end that are read at the start
KEPT: Final = 1000  # names
CHECKS: Final = frozenset({"verified", "doubted"})
KINDS = Literal["discovered", "trending", "failed", "steady", "dormant", "returned"]


class DiscoveriesQuery(NoQuery):
    """Parameters of /discoveries/recent."""

    limit: int = Field(50, ge=1, le=500, description="how many names")
    state: KINDS | None = Field(None, description="only names of which this was the last step")
    verified: bool | None = Field(None, description="only names that an encyclopedia knows, or not")
    test: bool = Field(False, description="names of drills and simulated sources, too")


class Story:
    """One name: how it began, the last step that was measured, the last check."""

    def __init__(self, step: Discovery) -> None:
        self.first = self.last = step
        self.check: Discovery | None = None

    def fold(self, step: Discovery) -> None:
        if step.kind in CHECKS:
            self.check = step
        elif step.known_time >= self.last.known_time:
            self.last = step
            if step.kind == "returned":
                self.first = step

    @property
    def verified(self) -> bool:
        return self.check is not None and self.check.kind == "verified"

    def told(self) -> dict[str, Any]:
        last, check = self.last, self.check
        return {
            "entity_id": last.entity_id, "name": last.name,
            "entity_type": (check or last).entity_type, "surfaces": last.surfaces,
            "first_seen": iso(last.first_seen), "discovered": iso(self.first.known_time),
            "state": last.kind, "state_time": iso(last.known_time),
            "verified": self.verified, "page": check.page if check else None,
            "note": check.note if check else "", "test": last.test,
            "mentions": last.mentions, "authors": last.authors,
            "source_types": [kind.source_type for kind in last.types if kind.mentions],
            "types": [_reading(kind) for kind in last.types],
            "velocity_z": round(last.velocity_z, 2),
            "detection_score": round(last.detection_score, 2),
            "receipts": [msgspec.to_builtins(receipt) for receipt in last.receipts],
        }


def _reading(kind: TypeVelocity) -> dict[str, Any]:
    return {"source_type": kind.source_type, "mentions": kind.mentions, "authors": kind.authors,
            "usual": round(kind.usual, 2)}


class Discoveries:
    """A fold over the topic; copies change nothing, and no more names are kept than KEPT."""

    def __init__(self) -> None:
        self._stories: OrderedDict[str, Story] = OrderedDict()

    def begin(self, _first: int) -> None:
        self._stories.clear()

    def take(self, records: Sequence[ConsumerRecord], _position: int, _end: bool) -> None:
        for message in records:
            try:
                step = decode(message.value)
            except UndecodableError:
                continue  # a sink sets it aside
            if isinstance(step, Discovery):
                self.fold(step)

    def fold(self, step: Discovery) -> None:
        story = self._stories.get(step.entity_id)
        if story is None:
            self._stories[step.entity_id] = story = Story(step)
            while len(self._stories) > KEPT:
                self._stories.popitem(last=False)
        story.fold(step)

    def recent(self, asked: DiscoveriesQuery) -> list[dict[str, Any]]:
        """Those that pass the filters, the last to be discovered or to return first."""
        chosen = [
            story for story in self._stories.values()
            if (asked.test or not story.last.test)
            and asked.state in (None, story.last.kind)
            and asked.verified in (None, story.verified)
        ]
        chosen.sort(key=lambda s: (-s.first.known_time, s.last.entity_id))
        return [story.told() for story in chosen[: asked.limit]]
