"""Discoveries and the resolve queue, over the application itself."""

from typing import Any

import httpx
import msgspec
import pytest
from fastapi import FastAPI

from gateway.questions import Pick, pick_action
from schemas.clock import HOUR_MS
from schemas.records import Action, Discovery, Question, Record
from tests.gateway.builders import messages
from tests.schemas.examples import newest_examples

EXAMPLES: dict[str, Any] = {record.schema_name: record for record in newest_examples()}
change = msgspec.structs.replace


def discovery(**changes: Any) -> Discovery:
    step: Discovery = change(EXAMPLES["discovery"], **changes)
    return step


def question(**changes: Any) -> Question:
    asked: Question = change(EXAMPLES["question"], **changes)
    return asked


def give(app: FastAPI, part: str, records: list[Record]) -> None:
    fold = getattr(app.state.gateway, part)
    fold.begin(0)
    fold.take(messages(records), len(records), True)  # type: ignore[arg-type]


async def test_a_discovery_is_told_with_its_outcome_and_its_check(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    first = discovery()
    check = discovery(id="c", kind="verified", page="https://example.org/p", entity_type="film")
    later = discovery(id="l", kind="trending", known_time=first.known_time + HOUR_MS)
    drill = discovery(id="d", entity_id="found-drill", test=True)
    give(app, "discoveries", [first, check, later, first, drill])
    (told,) = (await client.get("/discoveries/recent")).json()["items"]
    assert (told["state"], told["verified"], told["page"]) == (
        "trending", True, "https://example.org/p",
    )
    assert (told["name"], told["entity_type"]) == (first.name, "film")
    assert (await client.get("/discoveries/recent?verified=false")).json()["items"] == []
    with_tests = (await client.get("/discoveries/recent?test=true")).json()["items"]
    assert {item["entity_id"] for item in with_tests} == {first.entity_id, "found-drill"}


async def test_the_queue_is_ranked_by_who_waits_and_leaves_settled_ones_out(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    few, many = question(question_id="few", authors=3), question(question_id="many", authors=9)
    done = question(question_id="done", authors=30)
    answer = change(done, id="s", state="settled", picked="none", actor="kim")
    late = change(done, id="again", authors=40)
    give(app, "queue", [few, many, done, answer, late])
    listed = (await client.get("/resolve/queue")).json()["items"]
    assert [item["id"] for item in listed] == ["many", "few"]
    assert listed[0]["options"][0]["entity_id"] == few.options[0].entity_id


@pytest.mark.parametrize(("body", "named"), [
    ({"entity_id": "somebody-else"}, "somebody-else"),
    ({"entity_id": "new", "entity_type": "planet"}, "planet"),
    ({"entity_id": "new", "colour": "red"}, "colour"),
    ({}, "entity_id"),
])
async def test_an_answer_that_is_no_choice_is_refused_by_name(
    app: FastAPI, client: httpx.AsyncClient, body: dict[str, str], named: str
) -> None:
    give(app, "queue", [question(question_id="q")])
    refused = await client.post("/resolve/queue/q/pick", json=body)
    assert refused.status_code == 400
    assert named in refused.json()["detail"]


async def test_an_answer_to_no_question_is_404_and_an_unknown_parameter_400(
    client: httpx.AsyncClient,
) -> None:
    gone = await client.post("/resolve/queue/nothing/pick", json={"entity_id": "none"})
    assert (gone.status_code, gone.json()["error"]) == (404, "NotFound")
    for path in ("/resolve/queue?first=1", "/discoveries/recent?state=hot"):
        assert (await client.get(path)).status_code == 400


def test_the_same_answer_twice_is_one_action_that_says_all() -> None:
    asked = question()
    pick = Pick(entity_id="none", actor="kim")
    action = pick_action(asked, pick, 1)
    assert action.id == pick_action(asked, pick, 2).id
    assert isinstance(action, Action)
    assert (action.action, action.actor, action.attributes["picked"]) == ("pick", "kim", "none")
    assert msgspec.json.decode(action.attributes["question"], type=Question) == asked
