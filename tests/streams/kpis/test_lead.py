"""Who had the story first, and what silence of the trades means."""

import pytest

from schemas.clock import DAY_MS, HOUR_MS, MINUTE_MS
from streams.kpis.lead import Clock, Lead
from streams.kpis.material import Material
from tests.builders import NOON
from tests.streams.kpis.builders import ELSEWHERE, busy_feed, evidence, material, trade

LONG_AFTER = NOON + 10 * DAY_MS
FEED = busy_feed(NOON - 5 * DAY_MS, 14)


def lead_of(found: Material, as_of: int = LONG_AFTER) -> Lead:
    return Clock(found, as_of).lead("a", "nova-reyes", NOON)


def test_a_trade_item_behind_the_alert_is_a_lead() -> None:
    found = lead_of(material(evidence(), [trade(1, NOON + 3 * HOUR_MS)], FEED))
    assert (found.state, found.lead_ms, found.early) == ("picked-up", 3 * HOUR_MS, True)
    assert found.outlet == "variety.com"


def test_less_than_two_hours_is_a_lead_but_not_early() -> None:
    found = lead_of(material(evidence(), [trade(1, NOON + 119 * MINUTE_MS)], FEED))
    assert (found.state, found.early) == ("picked-up", False)


def test_a_story_that_the_trades_had_is_an_echo() -> None:
    items = [trade(1, NOON - 4 * HOUR_MS), trade(2, NOON + 5 * HOUR_MS)]
    found = lead_of(material(evidence(), items, FEED))
    assert (found.state, found.lead_ms) == ("echo", -4 * HOUR_MS)


def test_an_item_before_the_first_evidence_is_found_up_to_two_days_back() -> None:
    begun = NOON - 6 * HOUR_MS
    near = lead_of(material(evidence(), [trade(1, begun - 47 * HOUR_MS)], FEED))
    far = lead_of(material(evidence(), [trade(1, begun - 49 * HOUR_MS)], FEED))
    assert (near.state, far.state) == ("echo", "not-picked-up")


def test_another_story_about_the_same_name_is_no_pick_up() -> None:
    found = lead_of(material(evidence(), [trade(1, NOON + 3 * HOUR_MS, ELSEWHERE)], FEED))
    assert found.state == "not-picked-up"


def test_a_name_in_passing_is_a_pick_up_of_the_same_story_only() -> None:
    same = trade(1, NOON + 3 * HOUR_MS, about="passing")
    other = trade(1, NOON + 3 * HOUR_MS, ELSEWHERE, about="passing")
    assert lead_of(material(evidence(), [same], FEED)).state == "picked-up"
    assert lead_of(material(evidence(), [other], FEED)).state == "not-picked-up"
    assert lead_of(material([same], FEED)).state == "not-picked-up"


def test_what_the_material_does_not_reach_is_pending() -> None:
    found = material(evidence(), FEED)
    assert lead_of(found, as_of=NOON + 71 * HOUR_MS).state == "pending"
    assert lead_of(found, as_of=NOON + 73 * HOUR_MS).state == "not-picked-up"


def test_an_item_known_later_is_not_yet_a_pick_up() -> None:
    item = trade(1, NOON + 3 * HOUR_MS)
    found = material(evidence(), [item], FEED)
    assert lead_of(found, as_of=item.known_time - 1).state == "pending"
    assert lead_of(found, as_of=item.known_time).state == "picked-up"


def test_silence_of_a_thin_feed_is_unknown() -> None:
    thin = busy_feed(NOON - 5 * DAY_MS, 14, per_day=3)
    assert lead_of(material(evidence(), thin)).state == "unknown"
    gap = [item for item in FEED if not NOON < item.event_time < NOON + 2 * DAY_MS]
    assert lead_of(material(evidence(), gap)).state == "unknown"


def test_the_largest_story_of_the_evidence_is_the_one_to_match() -> None:
    other = evidence(NOON - 5 * HOUR_MS, 2, words=ELSEWHERE)
    gossip = [trade(1, NOON + 3 * HOUR_MS, ELSEWHERE)]
    assert lead_of(material(evidence(), other, gossip, FEED)).state == "not-picked-up"
    assert lead_of(material(evidence(count=2), other, gossip, FEED)).state == "picked-up"
    assert lead_of(material(evidence(), other, [trade(1, NOON + HOUR_MS)], FEED)).lead_ms == HOUR_MS


@pytest.mark.parametrize("title", [
    "'Harbour Lights' Trailer Explained: What Is the Second Tide?", "7 Biggest Moments of the Gala",
    "Her Doctor Weighs In on the Impression", "Everything We Know About Nova Reyes's Return",
])
def test_a_follow_up_is_no_pick_up_but_proves_that_the_trades_had_it(title: str) -> None:
    behind = lead_of(material(evidence(), [trade(1, NOON + 3 * HOUR_MS, title=title)], FEED))
    assert (behind.state, behind.lead_ms, behind.early) == ("unknown", None, False)
    before = lead_of(material(evidence(), [trade(1, NOON - 3 * HOUR_MS, title=title)], FEED))
    assert (before.state, before.lead_ms) == ("echo", -3 * HOUR_MS)
    news = "Nova Reyes to Return in 'Harbour Lights'"
    assert lead_of(material(evidence(), [trade(1, NOON + 3 * HOUR_MS, title=news)], FEED)).early
