"""The events that KPIs are computed from, gathered by entity in the order they were known."""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from schemas.clock import HOUR_MS, Millis, iso
from schemas.records import Action, Alert, Candidate, Mention, Record
from streams.core.config import BackcheckConfig
from streams.core.outlets import outlet_of
from streams.core.story import Words, idf

EVIDENCE_MS = 24 * HOUR_MS
MOST_EVIDENCE = 40  # the newest so many headlines stand for a story


def longest_check(config: BackcheckConfig) -> Millis:
    """After which a back-check is out, whoever was away."""
    return round(max(config.hours, config.wait_hours) * HOUR_MS)


LONGEST_CHECK_MS = longest_check(BackcheckConfig())


class Said(NamedTuple):
    """A mention, as far as a story and its clock need it."""

    known_time: Millis
    mention_id: str
    raw_id: str
    event_time: Millis
    outlet: str
    title: str
    url: str | None
    words: Words
    subject: bool  # or named in passing, which a trade item may do on the very story


@dataclass
class Material:
    """What was said, alerted, picked up and voted. Feed it every event of a run once."""

    said: dict[str, list[Said]] = field(default_factory=dict)  # subjects only, trades apart
    trades: dict[str, list[Said]] = field(default_factory=dict)
    openings: list[Alert] = field(default_factory=list)
    retracted: set[str] = field(default_factory=set)  # alert ids
    verdicts: dict[str, Millis] = field(default_factory=dict)  # alert -> its check was out by then
    longest_check: Millis = LONGEST_CHECK_MS
    votes: dict[str, dict[str, bool]] = field(default_factory=dict)  # alert -> actor -> useful
    trade_times: dict[str, Millis] = field(default_factory=dict)  # raw id -> publish time
    trade_outlets: Counter[str] = field(default_factory=Counter)
    first: Millis = -1
    last: Millis = -1
    ids: set[str] = field(default_factory=set)  # of the mentions

    def add(self, record: Record) -> None:
        """Take one event; records that no KPI needs are passed over. Drills count for nothing."""
        if getattr(record, "test", False):
            return
        if isinstance(record, Mention):
            self._mention(record)
        elif isinstance(record, Candidate):
            self._left_out(record)
        elif isinstance(record, Alert):
            self._alert(record)
        elif isinstance(record, Action) and record.action == "vote" and record.alert_id:
            useful = record.attributes.get("vote") == "useful"
            self.votes.setdefault(record.alert_id, {})[record.actor] = useful

    def _mention(self, mention: Mention) -> None:
        if mention.id in self.ids:
            return  # told again, and known before
        self.ids.add(mention.id)
        self.first = mention.known_time if self.first < 0 else min(self.first, mention.known_time)
        self.last = max(self.last, mention.known_time)
        trade = mention.source_type == "trade"
        if trade:
            self._heard(mention.raw_id, mention.event_time, mention.outlet)
        subject = mention.about == "subject"
        if not (subject or trade):
            return  # a list or a "star of" is no evidence
        kept = self.trades if trade else self.said
        kept.setdefault(mention.entity_id, []).append(Said(
            mention.known_time, mention.id, mention.raw_id,
            min(mention.event_time, mention.known_time), mention.outlet, mention.title,
            mention.url, mention.words, subject,
        ))

    def _left_out(self, candidate: Candidate) -> None:
        """A trade item about nobody we know proves that its feed was up."""
        behind = outlet_of(candidate.url)
        if candidate.source_type == "trade" or (behind and behind.source_type == "trade"):
            outlet = behind.owner if behind else candidate.source
            self._heard(candidate.raw_id, candidate.event_time, outlet)

    def _heard(self, raw_id: str, published: Millis, outlet: str) -> None:
        if raw_id not in self.trade_times:
            self.trade_times[raw_id] = published
            self.trade_outlets[outlet] += 1

    def _alert(self, alert: Alert) -> None:
        if alert.kind == "opened":
            self.openings.append(alert)
            return
        if alert.kind == "retracted":
            self.retracted.add(alert.alert_id)
        if alert.kind in ("retracted", "cooled"):  # nothing cools before its check
            self.verdicts.setdefault(alert.alert_id, alert.known_time)

    def is_checked(self, opening: Alert, as_of: Millis) -> bool:
        """Whether its back-check is out: by a later step, or because none waits for so long.

        One that held and is still loud may count later than one that was taken back at once.
        """
        latest = opening.known_time + self.longest_check
        return min(self.verdicts.get(opening.alert_id, latest), latest) <= as_of

    def unheard(self) -> "Material":
        """The same things said, with no alert and no vote: for other alerts over them."""
        return replace(self, openings=[], retracted=set(), verdicts={}, votes={})

    def settle(self) -> None:
        """Sort what came in any order of partitions. Call it once, when everything is in."""
        for kept in (self.said, self.trades):
            for items in kept.values():
                items.sort()
        self.openings.sort(key=lambda alert: (alert.known_time, alert.id))

    def evidence(self, entity_id: str, at: Millis) -> list[Said]:
        """What was known of an entity at a time: the newest of the last 24 h, in order."""
        items = self.said.get(entity_id, ())
        known = [item for item in items if at - EVIDENCE_MS < item.known_time <= at]
        return known[-MOST_EVIDENCE:]

    def weights(self) -> dict[int, float]:
        """How telling each word is over the whole run."""
        headlines = {i.raw_id: i.words for kept in (self.said, self.trades)
                     for items in kept.values() for i in items}
        return idf(headlines[raw_id] for raw_id in sorted(headlines))

    def trade_days(self) -> dict[str, int]:
        """Trade items by the day they were published."""
        return dict(sorted(Counter(iso(t)[:10] for t in self.trade_times.values()).items()))
