"""The read side of the Schema Registry, as its clients ask."""

import json

import httpx
import pytest
from fastapi import FastAPI

from gateway.app import build_app
from gateway.settings import GatewaySettings
from schemas.registry import all_versions, latest
from schemas.topics import TOPICS


@pytest.fixture(scope="module")
def app() -> FastAPI:
    """One for all: nothing here changes it."""
    return build_app(GatewaySettings())


async def test_subjects_are_the_records_and_the_values_of_every_topic(
    client: httpx.AsyncClient,
) -> None:
    names = (await client.get("/subjects")).json()
    assert {v.subject for v in all_versions()} | {f"{t.name}-value" for t in TOPICS} == set(names)
    assert (await client.get("/subjects?subjectPrefix=heat&limit=1&offset=1")).json() == [
        "heat-value"
    ]


@pytest.mark.parametrize("topic", [t for t in TOPICS if t.records], ids=lambda t: t.name)
async def test_the_latest_version_of_a_topic_is_the_record_it_is_for(
    client: httpx.AsyncClient, topic: object
) -> None:
    answer = await client.get(f"/subjects/{topic.name}-value/versions/latest")  # type: ignore[attr-defined]
    schema = latest(topic.records[0].schema_name)  # type: ignore[attr-defined]
    assert (answer.json()["id"], answer.json()["schema"]) == (schema.id, schema.text)


async def test_a_mixed_topic_has_the_tick_among_its_versions(client: httpx.AsyncClient) -> None:
    assert (await client.get("/subjects/mentions-value/versions")).json() == [1, 2]
    first = (await client.get("/subjects/mentions-value/versions/1")).json()
    assert first["id"] == latest("tick").id


@pytest.mark.parametrize("schema", all_versions(), ids=lambda v: f"{v.subject}.{v.major}")
async def test_every_id_on_the_wire_is_answered(client: httpx.AsyncClient, schema: object) -> None:
    number, text = schema.id, schema.text  # type: ignore[attr-defined]
    asked = {"fetchMaxId": "false", "subject": ""}
    assert (await client.get(f"/schemas/ids/{number}", params=asked)).json()["schema"] == text
    assert (await client.get(f"/schemas/ids/{number}/schema")).json() == json.loads(text)
    users = (await client.get(f"/schemas/ids/{number}/versions")).json()
    for user in users:
        again = await client.get(f"/subjects/{user['subject']}/versions/{user['version']}")
        assert again.json()["id"] == number
    assert (await client.get(f"/schemas/ids/{number}/subjects")).json() == [
        user["subject"] for user in users
    ]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/subjects/nobody/versions", 404, 40401),
        ("/subjects/nobody/versions/latest", 404, 40401),
        ("/config/nobody", 404, 40401),
        ("/subjects/heat/versions/99", 404, 40402),
        ("/subjects/heat/versions/0", 422, 42202),
        ("/subjects/heat/versions/newest", 422, 42202),
        ("/schemas/ids/1", 404, 40403),
        ("/schemas/ids/x/schema", 404, 40403),
        ("/schemas/ids/1/versions", 404, 40403),
    ],
)
async def test_what_is_missing_is_told_with_the_registrys_code(
    client: httpx.AsyncClient, path: str, status: int, code: int
) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.json()["error_code"]) == (status, code)
    assert answer.headers["content-type"].startswith("application/vnd.schemaregistry.v1+json")


async def test_a_schema_is_found_by_what_it_says(client: httpx.AsyncClient) -> None:
    wanted = json.dumps(latest("heat").parsed)
    found = await client.post("/subjects/heat-value?normalize=true", json={"schema": wanted})
    assert found.json()["id"] == latest("heat").id
    missing = await client.post("/subjects/heat-value", json={"schema": '"string"'})
    assert missing.json()["error_code"] == 40403


async def test_configuration_and_mode_are_told(client: httpx.AsyncClient) -> None:
    assert (await client.get("/config")).json() == {"compatibilityLevel": "FULL_TRANSITIVE"}
    assert (await client.get("/mode/heat")).json() == {"mode": "READONLY"}
