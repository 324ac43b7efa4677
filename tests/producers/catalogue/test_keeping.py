"""What a discovery and a pick mean for the catalogue, and what an encyclopedia says of a name."""

from typing import Any

import msgspec
import pytest

from producers.base.fetch import Fetcher
from producers.catalogue import found, picks
from producers.catalogue.edits import Held
from producers.catalogue.wikipedia import Encyclopedia, Finding, Page, judge
from schemas.clock import DAY_MS
from schemas.records import Action, Discovery, Entity, Question
from tests.producers.upstream import Reply, serving
from tests.schemas.examples import newest_examples

EXAMPLES: dict[str, Any] = {record.schema_name: record for record in newest_examples()}
DISCOVERY: Discovery = EXAMPLES["discovery"]
QUESTION: Question = EXAMPLES["question"]
change = msgspec.structs.replace
VERIFIED = Finding("verified", "American band", "https://example.org/p", "group", "Q7")


def keep(held: Held, *steps: Discovery, finding: Finding = found.NOT_ASKED) -> dict[str, Entity]:
    after = dict(held)
    for step in steps:
        after |= {entity.id: entity for entity in found.changes(after, step, finding)}
    return after


def test_a_discovery_enters_unverified_and_is_confirmed_by_a_page() -> None:
    (entity,) = keep({}, DISCOVERY).values()
    assert (entity.verified, entity.provenance) == (False, "discovery")
    assert entity.first_seen == DISCOVERY.first_seen
    assert entity.aliases == ("#LanternParade",)
    (known,) = keep(
        {entity.id: entity}, change(DISCOVERY, kind="trending"), finding=VERIFIED
    ).values()
    assert (known.verified, known.entity_type) == (True, "group")
    assert known.external_ids == {"wikipedia": "https://example.org/p", "wikidata": "Q7"}


def test_a_quiet_one_rests_and_comes_back_as_the_same() -> None:
    resting = keep({}, DISCOVERY, change(DISCOVERY, kind="dormant"))
    assert resting[DISCOVERY.entity_id].status == "dormant"
    back = keep(resting, change(DISCOVERY, kind="returned"))
    assert back[DISCOVERY.entity_id].status == "active"
    assert len(back) == 1


@pytest.mark.parametrize("status", ["merged", "deleted"])
def test_what_a_person_took_out_is_not_brought_back(status: str) -> None:
    entity = change(keep({}, DISCOVERY)[DISCOVERY.entity_id], status=status)
    held = {entity.id: entity}
    for kind in ("discovered", "returned", "trending", "dormant"):
        assert found.changes(held, change(DISCOVERY, kind=kind)) == []


def test_a_name_that_somebody_has_by_now_is_not_entered_twice() -> None:
    taken = change(EXAMPLES["entity"], id="lp", name="LANTERN PARADE")
    assert found.changes({"lp": taken}, DISCOVERY) == []


def test_a_place_is_no_entity_and_a_drill_is_marked_and_not_asked_about() -> None:
    place = Finding("doubted", "a place")
    assert keep({}, DISCOVERY, finding=place)[DISCOVERY.entity_id].status == "deleted"
    drill = change(DISCOVERY, test=True)
    assert not found.worth_asking({}, drill)
    assert found.worth_asking({}, DISCOVERY)
    assert keep({}, drill)[drill.entity_id].test


def pick(picked: str) -> Action:
    attributes = {"picked": picked, "question": msgspec.json.encode(QUESTION).decode()}
    action: Action = change(EXAMPLES["action"], action="pick", actor="kim", attributes=attributes)
    return action


def test_a_pick_is_an_alias_where_there_is_none_and_else_words_of_context() -> None:
    harbor = change(
        EXAMPLES["entity"],
        id="glass-harbor",
        name="Glass Harbor",
        aliases=(),
        alias_sources={},
        context=(),
    )
    (named,) = picks.changes({"glass-harbor": harbor}, pick("glass-harbor"), QUESTION)
    assert (named.aliases, named.alias_sources) == (("Harbor",), {"Harbor": "kim"})
    (told,) = picks.changes({"glass-harbor": named}, pick("glass-harbor"), QUESTION)
    assert told.aliases == ("Harbor",)
    assert told.context
    assert picks.changes({"glass-harbor": told}, pick("glass-harbor"), QUESTION) == []


def test_a_pick_of_new_makes_one_entity_and_of_none_nothing() -> None:
    (fresh,) = picks.changes({}, pick("new"), QUESTION)
    assert (fresh.id, fresh.name, fresh.verified, fresh.ambiguous) == (
        "harbor",
        "Harbor",
        True,
        True,
    )
    other = change(fresh, name="Harbor (band)")
    (second,) = picks.changes({"harbor": other}, pick("new"), QUESTION)
    assert second.id == f"harbor-{QUESTION.question_id[:6]}"
    assert picks.changes({"harbor": other, second.id: second}, pick("new"), QUESTION) == []
    assert picks.changes({}, pick("none"), QUESTION) == []
    answer = picks.settled(QUESTION, pick("none"))
    assert (answer.state, answer.picked, answer.actor) == ("settled", "none", "kim")


def test_a_pick_that_says_nothing_is_refused() -> None:
    for attributes in ({}, {"question": "{"}, {"question": pick("x").attributes["question"]}):
        with pytest.raises(picks.UnreadablePickError):
            picks.question_of(change(pick("x"), attributes=attributes))


@pytest.mark.parametrize(
    ("page", "verdict", "kind"),
    [
        (Page("Nova Reyes", description="American actress and singer"), "verified", "person"),
        (Page("Nova Reyes", description="2020 film by Kim Bo"), "verified", "film"),
        (Page("Nova Reyes", description="American television series"), "verified", "show"),
        (Page("Nova Reyes", "disambiguation"), "doubted", None),
        (Page("Star", description="Luminous sphere"), "doubted", None),
        (Page("Nova Reyes", description="City in Portugal"), "doubted", None),
        (Page("N. Reyes", extract="Nova Reyes is a singer"), "verified", "person"),
    ],
)
def test_only_a_page_of_its_own_verifies_a_name(page: Page, verdict: str, kind: str | None) -> None:
    told = judge("Nova Reyes", page)
    assert (told.verdict, told.entity_type) == (verdict, kind)


def test_a_page_is_asked_for_once_a_day_and_an_outage_is_no_verdict() -> None:
    body = b'{"title": "Nova Reyes", "type": "standard", "description": "singer"}'
    now = [0]
    with serving(Nova_Reyes=[Reply(body=body)], Odd=[Reply(body=b"<html>")]) as upstream:
        asked = Encyclopedia(upstream.url("/"), "tests", lambda: now[0])
        assert asked.look_up("Nova Reyes").verdict == "verified"
        assert asked.look_up("nova reyes").verdict == "verified"
        assert len(upstream.asked) == 1
        now[0] = DAY_MS
        asked.look_up("Nova Reyes")
        assert len(upstream.asked) == 2
        assert asked.look_up("Nobody Known").note == "no page of that name"
        assert asked.look_up("Odd").verdict == "unknown"


async def at_once(_seconds: float) -> None:
    """Between two tries."""


def test_without_a_network_a_name_stays_as_it_is() -> None:
    patient = Fetcher("tests", sleep=at_once)
    asked = Encyclopedia("http://127.0.0.1:9", "tests", lambda: 0, patient)
    finding = asked.look_up("Nova Reyes")
    assert finding.verdict == "unknown"
    assert found.told(DISCOVERY, finding) is None
