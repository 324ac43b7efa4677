"""When did the trade press have the same story, as seen from an alert?"""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Final, Literal

import msgspec

from schemas.clock import DAY_MS, HOUR_MS, Millis
from streams.core.story import Words, clusters, overlap
from streams.kpis.material import Material, Said

State = Literal["picked-up", "echo", "pending", "not-picked-up", "unknown"]
LOOK_BACK_MS = 48 * HOUR_MS  # before the first evidence: a true echo began there
LOOK_AHEAD_MS = 72 * HOUR_MS  # behind the alert
EARLY_MS = 2 * HOUR_MS
THIN_DAY = 8  # trade items; with fewer a day, silence says nothing
SAME_STORY = 0.3  # of the lighter headline's weight; precision .77, recall .94 by a hand reading
FEWEST_ALIKE = 3  # headlines that are the story; with fewer, each of the evidence may be
FOLLOW_UP: Final = re.compile(
    r"\b(?:explain(?:ed|er|s)|recap|ranked|review|everything (?:we|you)|what (?:we|to|you) know"
    r"|reacts? to|weighs? in|praises?|looks? back|fact.?check"
    r"|(?:best|biggest|top) (?:\w+ )?(?:moments|quotes|memes|tweets)"
    r"|\d+ (?:\w+ )?(?:moments|things|ways|facts|takeaways|questions|reasons))\b"
    r"|did (?:a|an) (?:great|good|amazing) job",
    re.IGNORECASE,
)  # an item that speaks of what is known; the first on the story was another, not on record


class Lead(msgspec.Struct, frozen=True, kw_only=True):
    """How an alert stands to the trade press. `lead_ms` is positive when we were first."""

    alert_id: str
    entity_id: str
    delivered: Millis
    state: State
    lead_ms: int | None = None
    outlet: str | None = None
    title: str | None = None
    url: str | None = None

    @property
    def early(self) -> bool:
        return self.lead_ms is not None and self.lead_ms >= EARLY_MS


class TradeFeed:
    """Whether the trades were being heard: silence of a feed that was down proves nothing."""

    def __init__(self, published: Sequence[Millis]) -> None:
        self._times = sorted(published)

    def thin(self, start: Millis, end: Millis) -> bool:
        """Whether some day of the span had too few trade items to tell anything."""
        moments = range(start, max(end - DAY_MS, start) + 1, DAY_MS)
        return any(self._count(t, t + DAY_MS) < THIN_DAY for t in moments)

    def _count(self, start: Millis, end: Millis) -> int:
        return bisect_left(self._times, end) - bisect_left(self._times, start)


class Clock:
    """Sets the lead of alerts, real or imagined, over one body of material."""

    def __init__(self, material: Material, as_of: Millis) -> None:
        """`as_of` is how far the material reaches: nothing later can have been picked up."""
        self._material = material
        self._weights: Mapping[int, float] = material.weights()
        self._feed = TradeFeed(list(material.trade_times.values()))
        self._as_of = as_of

    def lead(self, alert_id: str, entity_id: str, delivered: Millis) -> Lead:
        evidence = self._material.evidence(entity_id, delivered)
        begun = min((item.event_time for item in evidence), default=delivered)
        start, end = begun - LOOK_BACK_MS, delivered + LOOK_AHEAD_MS
        item = self._first_on_story(entity_id, evidence, start, end)
        if item is None or (item.event_time > delivered and FOLLOW_UP.search(item.title)):
            state = self._without(delivered, start, end) if item is None else "unknown"
            return Lead(
                alert_id=alert_id, entity_id=entity_id, delivered=delivered, state=state
            )
        lead = item.event_time - delivered
        return Lead(
            alert_id=alert_id, entity_id=entity_id, delivered=delivered,
            state="picked-up" if lead > 0 else "echo", lead_ms=lead,
            outlet=item.outlet, title=item.title, url=item.url,
        )

    def _first_on_story(
        self, entity_id: str, evidence: Sequence[Said], start: Millis, end: Millis
    ) -> Said | None:
        """The earliest trade item, by its publish time, that tells what the evidence tells."""
        items = [
            item for item in self._material.trades.get(entity_id, ())
            if start <= item.event_time <= end and item.known_time <= self._as_of
        ]
        told = [one.words for one in self._story(evidence)] if items else []
        found = [item for item in items if self._same_story(item, told)]
        return min(found, key=lambda item: (item.event_time, item.mention_id), default=None)

    def heard(self, entity_id: str, delivered: Millis) -> Millis:
        """When the first evidence of the alert's story was known to us."""
        story = self._story(self._material.evidence(entity_id, delivered))
        return min((item.known_time for item in story), default=delivered)

    def _story(self, evidence: Sequence[Said]) -> Sequence[Said]:
        """What the evidence tells: its largest story, as a day of a name holds other ones too."""
        largest = next(iter(clusters([item.words for item in evidence], self._weights)), [])
        return [evidence[n] for n in largest] if len(largest) >= FEWEST_ALIKE else evidence

    def _same_story(self, item: Said, told: Sequence[Words]) -> bool:
        """Without evidence there is no story to tell apart: any item about the entity is it."""
        if not told:
            return item.subject
        return any(overlap(item.words, one, self._weights) >= SAME_STORY for one in told)

    def _without(self, delivered: Millis, start: Millis, end: Millis) -> State:
        if delivered + LOOK_AHEAD_MS > self._as_of:
            return "pending"
        return "unknown" if self._feed.thin(start, end) else "not-picked-up"
