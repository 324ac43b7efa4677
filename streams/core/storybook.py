"""The stories that are out, and what the proposals of a poll make of them. One alert per story.

           ┌──────────── a name grows again ────────────┐
           ▼                                            │
opening ─► open ──a trade item──► confirmed ──every name cooled──► cooled
           ▲                                     └─the lead was wrong──► retracted
another opening on the same evidence

A story is forgotten when nothing about it held for the gap between episodes.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

from schemas.clock import HOUR_MS, INTERVAL_MS
from schemas.records import Alert, Proposal
from streams.core.config import CoreConfig
from streams.core.storyline import (
    Likeness,
    Member,
    Story,
    begin,
    in_common,
    join,
    likeness,
    pick_up,
    refresh,
    tell,
)

TICKS_PER_HOUR: Final = HOUR_MS // INTERVAL_MS
NAMED: Final = 3  # of the names that come at one poll, in the headline


class Wanted(NamedTuple):
    """A step that an entity wants told."""

    proposal: Proposal
    alert: Alert


class Joined(NamedTuple):
    """An opening that came to a story."""

    wanted: Wanted
    found: Likeness


class Storybook(msgspec.Struct, array_like=True):
    """Every story that is out, in the order of opening."""

    version: int = 1
    closed: int = -1  # the stamp: the last poll that was folded in
    stories: list[Story] = []

    def fold(self, n: int, proposals: Sequence[Proposal], config: CoreConfig) -> list[Alert]:
        """The steps that the proposals of poll n, sorted and distinct, let out. Sets the stamp."""
        self.closed = n
        gap = config.episode.gap_hours * TICKS_PER_HOUR
        self.stories = [s for s in self.stories if s.holds or n - s.over_since < gap]
        for proposal in proposals:
            found = self._place(proposal)
            if found:
                refresh(found[0], proposal)
        wanted = [Wanted(p, p.alert) for p in proposals if p.alert]
        out = self._open(n, [w for w in wanted if w.alert.kind == "opened"], config)
        for step in wanted:
            if step.alert.kind != "opened":
                out += self._follow(n, step, config)
        return out

    def _place(self, proposal: Proposal) -> tuple[Story, Member] | None:
        """The story that the entity's episode is in."""
        for story in self.stories:
            member = story.member(proposal.entity_id)
            if member is not None and member.episode_id == proposal.episode_id:
                return story, member
        return None

    def _open(self, n: int, openings: list[Wanted], config: CoreConfig) -> list[Alert]:
        """The strongest first, so that it leads those of its story."""
        begun: list[tuple[Story, Alert]] = []
        joined: dict[str, list[Joined]] = {}
        for wanted in sorted(
            openings, key=lambda w: (-w.alert.detection_score, w.proposal.entity_id)
        ):
            self._leave(n, wanted.proposal.entity_id)
            story, found = self._closest(wanted.proposal, config)
            if story is None or found is None:
                story = begin(n, *wanted)
                begun.append((story, wanted.alert))
                self.stories.append(story)
            else:
                join(story, *wanted)
                if story.opened < n:
                    joined.setdefault(story.id, []).append(Joined(wanted, found))
            if story.opened == n and story.trade is None and wanted.alert.trade:
                pick_up(story, wanted.alert.trade)
        out = [tell(story, "opened", n, alert) for story, alert in begun]
        for story in self.stories:
            if story.id in joined:
                out += _welcome(n, story, joined[story.id], config)
        return out

    def _leave(self, n: int, entity_id: str) -> None:
        """A name that opens anew has ended its episode before, told or not."""
        for story in self.stories:
            member = story.member(entity_id)
            if member is not None and not member.over:
                member.over = "cooled"
                story.over_since = story.over_since if story.holds else n

    def _closest(
        self, proposal: Proposal, config: CoreConfig
    ) -> tuple[Story | None, Likeness | None]:
        """The story that has most in common with a proposal; of equals the oldest."""
        best: tuple[Story | None, Likeness | None] = None, None
        for story in self.stories:
            found = likeness(proposal, story, config.stories)
            if found is not None and (best[1] is None or found > best[1]):
                best = story, found
        return best

    def _follow(self, n: int, wanted: Wanted, config: CoreConfig) -> list[Alert]:
        """A later step of a name is one of the story where it tells something new."""
        placed = self._place(wanted.proposal)
        if placed is None:
            return []
        (story, member), told = placed, wanted.alert
        if told.kind in ("cooled", "retracted"):
            member.over = told.kind
            return _end(n, story, told)
        if told.kind == "confirmed":
            return _confirm(n, story, told)
        member.over = ""
        if member is not story.lead and not _tells_more(n, story, told, config):
            return []
        story.over = ""
        return [tell(story, told.kind, n, told)]


def _welcome(n: int, story: Story, joined: list[Joined], config: CoreConfig) -> list[Alert]:
    """One update for all names that come at a poll, told by the strongest."""
    (_, told), found = joined[0]
    names = [j.wanted.alert.entity_name for j in joined]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    headline = f"{', '.join(names[:NAMED])}{more} in the story of {story.lead.name}"
    story.over = ""
    because = in_common(told.entity_name, found, config.stories)
    out = [tell(story, "updated", n, told, headline, [because])]
    for one in joined:
        if one.wanted.alert.trade:
            out += _confirm(n, story, one.wanted.alert)
    return out


def _confirm(n: int, story: Story, told: Alert) -> list[Alert]:
    if story.trade is not None or told.trade is None:
        return []
    pick_up(story, told.trade)
    return [tell(story, "confirmed", n, told, _of_lead(story, told))]


def _tells_more(n: int, story: Story, told: Alert, config: CoreConfig) -> bool:
    """Whether a name that is not the lead makes the story hotter or wider, or wakes it."""
    if story.over:
        return True
    rested = n - story.told_tick >= config.gates.debounce_hours * TICKS_PER_HOUR
    hotter = told.heat >= story.told_heat * (1.0 + config.gates.update_rise)
    return rested and (hotter or told.spread_types > story.told_types)


def _end(n: int, story: Story, told: Alert) -> list[Alert]:
    """Cooled when no name holds; retracted when the lead itself was."""
    if story.holds:
        return []
    story.over_since = n
    kind = "retracted" if story.lead.over == "retracted" else "cooled"
    if story.over == kind:
        return []
    story.over = kind
    return [tell(story, kind, n, told, _of_lead(story, told))]


def _of_lead(story: Story, told: Alert) -> str:
    """The headline of a step that is the whole story's, whoever it is told by."""
    return told.headline.replace(told.entity_name, story.lead.name, 1)
