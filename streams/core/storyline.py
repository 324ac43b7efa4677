"""One story that is out: whom it is about, what it rests on, and the steps of its alert."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

import msgspec

from schemas.clock import end_of
from schemas.ids import derived_id
from schemas.records import Alert, Proposal, Reason, StoryEntity, TradePickup
from streams.core.adding import tally
from streams.core.config import StoriesConfig
from streams.core.proposals import WINDOW_HOURS
from streams.core.story import resemblance

KEPT_TEXTS: Final = 120


class Member(msgspec.Struct, array_like=True):
    """An entity of a story. `over` is how its own alert ended, empty while it holds."""

    entity_id: str
    name: str
    entity_type: str
    episode_id: str
    over: str = ""


class Story(msgspec.Struct, array_like=True):
    """A story with an open alert; the lead is the first member."""

    id: str
    alert_id: str
    opened: int  # tick
    members: list[Member]
    texts: list[int] = []  # keys of the evidence, the newest last
    words: list[int] = []  # of the newest evidence
    step: int = -1  # the last that was told
    hash: str = ""
    told_tick: int = -1
    told_heat: float = 0.0
    told_types: int = 0
    trade: TradePickup | None = None
    over: str = ""  # cooled or retracted, when that was told last
    over_since: int = -1  # tick from which no member held

    @property
    def lead(self) -> Member:
        return self.members[0]

    @property
    def holds(self) -> bool:
        return any(not member.over for member in self.members)

    def member(self, entity_id: str) -> Member | None:
        return next((m for m in self.members if m.entity_id == entity_id), None)


class Likeness(msgspec.Struct, frozen=True, order=True):
    """How much a proposal and a story have in common."""

    shared: float  # [0, 1]: common texts, as a share of the smaller set
    wording: float  # [0, 1]: cosine of what both say often


def likeness(proposal: Proposal, story: Story, config: StoriesConfig) -> Likeness | None:
    """None when a proposal is about something else."""
    known = set(story.texts)
    both = tally(key in known for key in proposal.evidence)
    smaller = min(len(proposal.evidence), len(known))
    found = Likeness(
        both / smaller if smaller else 0.0, resemblance(proposal.words, tuple(story.words))
    )
    if both >= config.shared_texts and found.shared >= config.shared_evidence:
        return found
    return found if both and found.wording >= config.alike_words else None


def begin(n: int, proposal: Proposal, alert: Alert) -> Story:
    """A story that opens with this entity, which leads it."""
    story = Story(
        derived_id("story", proposal.episode_id), derived_id("alert", proposal.episode_id), n, []
    )
    join(story, proposal, alert)
    return story


def join(story: Story, proposal: Proposal, alert: Alert) -> None:
    """Take an entity in, or back in with a new episode."""
    member = story.member(proposal.entity_id)
    if member is None:
        story.members.append(Member(
            alert.entity_id, alert.entity_name, alert.entity_type, proposal.episode_id
        ))
    else:
        member.episode_id, member.over = proposal.episode_id, ""
    refresh(story, proposal)


def refresh(story: Story, proposal: Proposal) -> None:
    """The story rests on this evidence, too; of much the newest is kept."""
    again = set(proposal.evidence)
    texts = [key for key in story.texts if key not in again] + list(reversed(proposal.evidence))
    story.texts = texts[-KEPT_TEXTS:]
    story.words = list(proposal.words) or story.words


def tell(
    story: Story, kind: str, n: int, told: Alert, headline: str = "",
    because: Sequence[Reason] = (),
) -> Alert:
    """The next step of the story's alert, in the figures of the entity that it is told by."""
    story.step += 1
    story.told_tick = n
    story.told_heat = max(story.told_heat, told.heat)
    story.told_types = max(story.told_types, told.spread_types)
    lead = story.lead
    alert = msgspec.structs.replace(
        told, id=derived_id("alert-step", story.alert_id, str(story.step)),
        alert_id=story.alert_id, story_id=story.id, episode_id=lead.episode_id, step=story.step,
        kind=kind, entity_id=lead.entity_id, entity_name=lead.name, entity_type=lead.entity_type,
        entities=_entities(story), told_by=told.entity_id, headline=headline or told.headline,
        reasons=(*because, *told.reasons), trade=story.trade, previous_hash=story.hash, hash="",
    )
    story.hash = chain(alert)
    return msgspec.structs.replace(alert, hash=story.hash)


def _entities(story: Story) -> tuple[StoryEntity, ...]:
    """The lead, and all that came to it and were not taken back."""
    kept = [m for m in story.members if m is story.lead or m.over != "retracted"]
    return tuple(
        StoryEntity(entity_id=m.entity_id, name=m.name, episode_id=m.episode_id) for m in kept
    )


def chain(alert: Alert) -> str:
    """The hash of a step over all its fields but itself; `previous_hash` is one of them."""
    bare = msgspec.structs.replace(alert, hash="")
    return blake2b(msgspec.json.encode(bare), digest_size=16).hexdigest()


def pick_up(story: Story, trade: TradePickup) -> None:
    """The trades have the story; the lead counts from when the story was told."""
    lead_ms = trade.event_time - end_of(story.opened)
    story.trade = msgspec.structs.replace(trade, lead_ms=lead_ms)


def in_common(name: str, found: Likeness, config: StoriesConfig) -> Reason:
    """Why an entity is of the story: texts that both rest on, or else the same words."""
    hours = float(WINDOW_HOURS)
    if found.shared >= config.shared_evidence:
        return Reason(clause="shared", observed=found.shared, bar=config.shared_evidence,
                      name=name, window_hours=hours)
    return Reason(clause="wording", observed=found.wording, bar=config.alike_words, name=name,
                  window_hours=hours)
