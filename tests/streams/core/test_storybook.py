"""Which names share an alert, and what becomes a step of it."""

from itertools import pairwise

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.clock import end_of
from schemas.records import Alert, Proposal
from streams.core.config import configure
from streams.core.storybook import Storybook
from streams.core.storyline import chain
from tests.builders import POLL
from tests.streams.core.openings import CONFIG, day, picked_up, proposal

OVER = ("cooled", "retracted")


def told(*proposals: Proposal) -> list[Alert]:
    """The steps that come of proposals, poll by poll."""
    book, out = Storybook(), []
    for n in sorted({p.tick for p in proposals}):
        mine = sorted((p for p in proposals if p.tick == n), key=lambda p: (p.entity_id, p.id))
        out += book.fold(n, mine, CONFIG)
    return out


def kinds(*proposals: Proposal) -> list[str]:
    return [alert.kind for alert in told(*proposals)]


def test_a_name_alone_is_a_story_of_its_own() -> None:
    (alert,) = told(proposal("nova"))
    assert (alert.kind, alert.step, alert.entity_id, alert.told_by) == ("opened", 0, "nova", "nova")
    assert [e.entity_id for e in alert.entities] == ["nova"]
    assert alert.story_id


def test_names_that_open_together_on_the_same_evidence_open_one_alert_led_by_the_stronger() -> None:
    (alert,) = told(proposal("film", score=3.0), proposal("maker", score=5.0, texts=range(4, 12)))
    assert (alert.kind, alert.entity_id, alert.told_by) == ("opened", "maker", "maker")
    assert [e.entity_id for e in alert.entities] == ["maker", "film"]


def test_less_than_the_asked_share_of_evidence_is_another_story() -> None:
    found = told(proposal("film"), proposal("maker", texts=range(5, 13)))
    assert [alert.kind for alert in found] == ["opened", "opened"]
    assert found[0].story_id != found[1].story_id


def test_the_share_is_of_the_smaller_evidence() -> None:
    big = proposal("nova", texts=range(40))
    assert kinds(big, proposal("orin", poll=1, texts=range(38, 43))) == ["opened", "updated"]


def test_a_single_text_in_common_is_chance() -> None:
    assert kinds(proposal("nova", texts=range(2)), proposal("orin", texts=range(1, 3))) == [
        "opened", "opened",
    ]


def test_the_same_words_and_a_text_in_common_are_one_story() -> None:
    said, other = (1, 2, 3, 4), (1, 2, 3, 9)
    first = proposal("nova", words=said)
    assert kinds(first, proposal("orin", poll=1, texts=range(7, 15), words=other)) == [
        "opened", "updated",
    ]
    assert kinds(first, proposal("orin", poll=1, texts=range(8, 15), words=said)) == [
        "opened", "opened",
    ]


def test_a_name_that_comes_later_is_an_update_that_names_it() -> None:
    opened, joined = told(proposal("nova-reyes"), proposal("orin-vale", poll=3, heat=0.7))
    assert (joined.kind, joined.step, joined.alert_id) == ("updated", 1, opened.alert_id)
    assert (joined.entity_id, joined.told_by, joined.heat) == ("nova-reyes", "orin-vale", 0.7)
    assert joined.headline == "Orin Vale in the story of Nova Reyes"
    assert [e.name for e in joined.entities] == ["Nova Reyes", "Orin Vale"]
    assert (joined.reasons[0].clause, joined.reasons[0].observed) == ("shared", 1.0)
    assert joined.episode_id == opened.episode_id


def test_names_that_come_at_one_poll_are_one_update() -> None:
    later = [proposal(f"name-{n}", poll=1, score=3.0 + n) for n in range(5)]
    _, joined = told(proposal("nova"), *later)
    assert joined.headline == "Name 4, Name 3, Name 2 and 2 more in the story of Nova"
    assert len(joined.entities) == 6


def test_new_evidence_of_an_open_story_draws_in_what_comes_to_it_later() -> None:
    opened, late = proposal("nova"), proposal("orin", poll=9, texts=range(50, 58))
    assert kinds(opened, late) == ["opened", "opened"]
    grown = proposal("nova", "evidence", poll=8, texts=range(48, 56))
    assert kinds(opened, grown, late) == ["opened", "updated"]


def test_an_update_of_a_joined_name_is_told_when_it_makes_the_story_hotter_and_the_lead_s_always(
) -> None:
    both = [proposal("lead", score=5.0, heat=1.0), proposal("other", heat=1.0)]
    later = 73  # polls: the debounce and one
    assert kinds(*both, proposal("lead", "updated", later, step=1, heat=1.0)) == [
        "opened", "updated",
    ]
    assert kinds(*both, proposal("other", "updated", later, step=1, heat=1.2)) == ["opened"]
    assert kinds(*both, proposal("other", "updated", later, step=1, heat=1.3)) == [
        "opened", "updated",
    ]
    assert kinds(*both, proposal("other", "updated", 5, step=1, heat=1.3)) == ["opened"]


def test_the_trades_confirm_a_story_once_and_the_lead_counts_from_its_opening() -> None:
    found = told(
        proposal("lead", score=5.0), proposal("other"),
        proposal("other", "confirmed", 4, step=1, trade=picked_up(3)),
        proposal("lead", "confirmed", 5, step=1, trade=picked_up(2)),
    )
    assert [a.kind for a in found] == ["opened", "confirmed"]
    trade = found[1].trade
    assert trade is not None
    assert trade.lead_ms == end_of(POLL + 15) - end_of(POLL)
    assert found[1].headline.startswith("Lead")


def test_a_story_is_cool_when_every_name_is_and_wakes_with_any() -> None:
    both = [proposal("lead", score=5.0), proposal("other")]
    first = proposal("lead", "cooled", 2, step=1)
    last = proposal("other", "cooled", 4, step=1)
    assert kinds(*both, first) == ["opened"]
    found = told(*both, first, last, proposal("other", "updated", 6, step=2))
    assert [a.kind for a in found] == ["opened", "cooled", "updated"]
    assert found[1].entity_id == "lead"


def test_a_story_is_taken_back_when_its_lead_is_and_nothing_else_holds() -> None:
    both = [proposal("lead", score=5.0), proposal("other")]
    wrong = proposal("lead", "retracted", 2, step=1)
    assert kinds(*both, wrong) == ["opened"]
    assert kinds(*both, wrong, proposal("other", "cooled", 4, step=1)) == ["opened", "retracted"]
    other = proposal("other", "retracted", 2, step=1)
    found = told(*both, other, proposal("lead", "updated", 3, step=1))
    assert [a.kind for a in found] == ["opened", "updated"]
    assert [e.entity_id for e in found[1].entities] == ["lead"]


def test_a_retraction_after_cooling_is_told() -> None:
    found = kinds(proposal("nova"), proposal("nova", "cooled", 2, step=1),
                  proposal("nova", "retracted", 3, step=2))
    assert found == ["opened", "cooled", "retracted"]


def test_a_story_that_cooled_a_whole_gap_ago_is_over() -> None:
    gone = [proposal("nova"), proposal("nova", "cooled", 1, step=1)]
    gap = CONFIG.episode.gap_hours * 12  # polls
    assert kinds(*gone, proposal("orin", poll=gap)) == ["opened", "cooled", "updated"]
    assert kinds(*gone, proposal("orin", poll=gap + 1)) == ["opened", "cooled", "opened"]


def test_a_name_that_opens_anew_comes_back_into_its_story() -> None:
    found = told(proposal("nova"), proposal("nova", "cooled", 1, step=1),
                 proposal("nova", poll=9, episode="2"))
    assert [a.kind for a in found] == ["opened", "cooled", "updated"]
    assert len(found[2].entities) == 1
    assert len({a.alert_id for a in found}) == 1


def test_another_share_in_the_settings_merges_otherwise() -> None:
    book = Storybook()
    strict = configure({"stories.shared_evidence": 0.9})
    openings = [proposal("film"), proposal("maker", texts=range(4, 12))]
    assert len(book.fold(POLL, openings, strict)) == 2


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_whatever_is_proposed_every_story_has_one_opening_and_a_sound_chain(seed: int) -> None:
    proposals = day(seed)
    found = told(*proposals)
    by_alert: dict[str, list[Alert]] = {}
    for alert in found:
        by_alert.setdefault(alert.alert_id, []).append(alert)
    for steps in by_alert.values():
        assert [s.step for s in steps] == list(range(len(steps)))
        assert [s.kind == "opened" for s in steps] == [True] + [False] * (len(steps) - 1)
        assert sum(s.kind == "confirmed" for s in steps) <= 1
        assert steps[0].previous_hash == ""
        assert all(b.previous_hash == a.hash for a, b in pairwise(steps))
        assert all(a.kind != b.kind for a, b in pairwise(steps) if a.kind in OVER)
        assert len({s.story_id for s in steps}) == 1
    assert all(a.hash == chain(a) for a in found)
    named = {e.episode_id for a in found for e in a.entities}
    assert {p.episode_id for p in proposals if p.alert and p.alert.kind == "opened"} <= named


def test_the_chain_shows_a_changed_step() -> None:
    (alert,) = told(proposal("nova"))
    assert chain(msgspec.structs.replace(alert, mentions=99)) != alert.hash
