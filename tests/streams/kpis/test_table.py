"""The whole table over a made-up month whose answers are known."""

from itertools import pairwise

import msgspec
import pytest

from schemas.clock import DAY_MS, HOUR_MS
from schemas.records import Action
from streams.core.config import BackcheckConfig
from streams.kpis.chance import moments
from streams.kpis.classes import class_of, class_of_story
from streams.kpis.material import longest_check
from streams.kpis.table import Kpis, kpis
from tests.builders import NOON, alert, mention
from tests.streams.kpis.builders import busy_feed, evidence, material, opened, trade

END = NOON + 20 * DAY_MS
FEED = busy_feed(NOON - 10 * DAY_MS, 32)


def vote(actor: str, useful: bool) -> Action:
    return Action(
        id=actor, event_time=NOON, known_time=NOON, source="slack", action="vote", actor=actor,
        alert_id=f"nova-reyes-{NOON}", attributes={"vote": "useful" if useful else "not-useful"},
    )


@pytest.fixture(scope="module")
def month() -> Kpis:
    """One alert that is early, one that is an echo, one that nobody ever picks up."""
    later, last = NOON + 5 * DAY_MS, NOON + 9 * DAY_MS
    retracted = alert(step=1, kind="retracted", alert_id=f"nova-reyes-{last}", known_time=last)
    return kpis(material(
        evidence(), evidence(later), evidence(last),
        [opened(), opened(later), opened(last), retracted],
        [trade(1, NOON + 4 * HOUR_MS), trade(2, later - HOUR_MS, outlet="deadline.com")],
        [vote("ann", True), vote("bo", True), vote("cy", False)], FEED,
    ), as_of=END)


def test_every_alert_is_in_one_state(month: Kpis) -> None:
    system = month.system
    states = (system.echo, system.picked_up, system.not_picked_up, system.unknown, system.pending)
    assert [s.hits for s in states] == [1, 1, 1, 0, 0]
    assert system.early.hits == 1
    assert {s.n for s in states} == {3}


def test_the_headline_is_held_against_luck(month: Kpis) -> None:
    assert month.chance.alerts == 3 * 24
    assert month.early_minus_chance.value == pytest.approx(1 / 3 - month.chance.early.hits / 72)


def test_votes_count_by_majority_and_only_where_there_are_any(month: Kpis) -> None:
    assert (month.useful.hits, month.useful.n, month.voted.n) == (1, 1, 3)


def test_false_alerts_are_those_that_were_taken_back(month: Kpis) -> None:
    assert (month.false_alerts.hits, month.false_alerts.n) == (1, 3)


def test_an_alert_counts_as_false_or_not_when_its_check_is_out() -> None:
    step = {"alert_id": opened().alert_id, "step": 1, "known_time": NOON + 7 * HOUR_MS}
    hours = {}
    for kind in ("updated", "cooled", "retracted"):
        found = material(evidence(), [opened(), alert(kind=kind, **step)])
        hours[kind] = [(told.false_alerts.hits, told.false_alerts.n, told.unchecked)
                       for h in (5, 7, 23, 24) for told in [kpis(found, NOON + h * HOUR_MS)]]
    assert hours["updated"] == [(0, 0, 1)] * 3 + [(0, 1, 0)]
    assert hours["cooled"] == [(0, 0, 1)] + [(0, 1, 0)] * 3
    assert hours["retracted"] == [(0, 0, 1)] + [(1, 1, 0)] * 3


def test_how_long_a_check_may_wait_is_a_setting() -> None:
    assert longest_check(BackcheckConfig(hours=30, wait_hours=24)) == 30 * HOUR_MS
    found = material(evidence(), [opened()])
    found.longest_check = 3 * HOUR_MS
    assert kpis(found, NOON + 3 * HOUR_MS).unchecked == 0


def test_the_latency_is_counted_from_the_first_evidence(month: Kpis) -> None:
    assert month.latency_hours.value == 4.0


def test_what_was_said_of_a_name_before_its_story_is_no_delay() -> None:
    chatter = [
        mention(known_time=NOON - (9 + n) * HOUR_MS, raw_id=f"chatter-{n}",
                words=tuple(range(100 * n, 100 * n + 4)))
        for n in range(1, 5)
    ]
    told = kpis(material(evidence(), chatter, [opened()], FEED), END)
    assert told.latency_hours.value == 4.0


def test_lines_by_outlet_hold_the_alerts_that_it_picked_up(month: Kpis) -> None:
    assert {(one.name, one.alerts) for one in month.by_outlet} == {
        ("variety.com", 1), ("deadline.com", 1),
    }


def test_a_story_under_two_names_is_a_repeat() -> None:
    both = [*evidence(), *evidence(entity_id="tidewater")]
    told = [opened(), opened(NOON + HOUR_MS, "tidewater")]
    assert kpis(material(both, told, FEED), END).repeats.hits == 1
    apart = [*evidence(), *evidence(NOON + HOUR_MS, entity_id="tidewater")]
    assert kpis(material(apart, told, FEED), END).repeats.hits == 0


def test_nothing_gives_a_table_of_nothing() -> None:
    empty = kpis(material([]), END)
    assert empty.system.alerts == 0
    assert empty.early_minus_chance.value is None
    msgspec.json.encode(empty)


def test_the_cost_is_told_by_useful_alert() -> None:
    found = material(evidence(), [opened(), vote("ann", True)], FEED)
    assert kpis(found, END, spent=12.5).cost_per_useful == 12.5
    assert kpis(found, END).cost_per_useful is None


def test_drills_count_for_nothing() -> None:
    assert kpis(material([opened(test=True)], FEED), END).system.alerts == 0


def test_random_moments_are_spread_evenly_and_are_always_the_same() -> None:
    found = moments("a", NOON, NOON + 24 * HOUR_MS, count=24)
    assert found == moments("a", NOON, NOON + 24 * HOUR_MS, count=24)
    gaps = [b - a for a, b in pairwise(found)]
    assert all(abs(gap - HOUR_MS) <= 60_000 for gap in gaps)
    assert found != moments("b", NOON, NOON + 24 * HOUR_MS, count=24)


@pytest.mark.parametrize(("headline", "name"), [
    ("Veteran actor dies at 67", "death"), ("Pair split after a year of marriage", "relationship"),
    ("Judge throws out lawsuit", "legal"), ("Watch the first trailer", "release"),
    ("Nova Reyes waves", "other"),
])
def test_a_headline_has_a_class(headline: str, name: str) -> None:
    assert class_of(headline) == name


def test_most_headlines_name_the_class_of_a_story() -> None:
    told = ["He dies at 67", "The trailer is here", "New trailer", "Hm"]
    assert class_of_story(told) == "release"
    assert class_of_story(["Hm"]) == "other"


def test_one_word_among_many_headlines_names_no_class() -> None:
    birthday = ["Prince turns two"] * 3 + ["A rainbow tribute from the prince"]
    assert class_of_story(birthday[1:]) == "death"  # a third of them
    assert class_of_story(birthday) == "other"
