"""What can be asked for once, over the application itself."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from schemas.clock import end_of, iso
from schemas.records import Alert, Heat
from schemas.telemetry import METRICS
from tests.gateway.builders import TICK, alert, heat, receipt

Give = Callable[[list[Heat | Alert]], None]
OWN_ROUTES = (
    "/", "/trends/intelligent", "/alerts", "/sources", "/trends/sse", "/health", "/metrics",
    "/trends/dashboard", "/static/dashboard.js", "/openapi.json", "/asyncapi.json",
)  # fmt: skip
REGISTRY_ROUTES = ("/subjects", "/schemas/ids/600100", "/config", "/mode")


async def test_the_top_list_has_components_reasons_receipts_and_history(
    client: httpx.AsyncClient, feed: Give
) -> None:
    feed([heat("a", 1.0), heat("b", 2.0), alert("b")])
    told = (await client.get("/trends/intelligent", params={"limit": 1})).json()
    assert (told["total"], told["seq"], told["simulated"]) == (2, 2, False)
    assert told["as_of"] == iso(end_of(TICK))
    (row,) = told["items"]
    assert (row["rank"], row["entity_id"], row["heat"]) == (1, "b", 2.0)
    assert row["reasons"][0]["text"].startswith("Social 3.1")
    assert row["receipts"][0]["url"] == "https://example.org/1"
    assert {"velocity_z", "spread", "affect", "freshness", "types", "history"} <= row.keys()


async def test_alerts_come_with_their_steps(client: httpx.AsyncClient, feed: Give) -> None:
    feed([alert("a"), alert("a", 1, "confirmed")])
    (told,) = (await client.get("/alerts")).json()["items"]
    assert [step["kind"] for step in told["steps"]] == ["opened", "confirmed"]


async def test_filters_apply_to_the_lists(client: httpx.AsyncClient, feed: Give) -> None:
    feed([heat("a", 1.0), heat("b", 2.0, entity_type="film"), alert("a")])
    films = (await client.get("/trends/intelligent?category=film&min_heat=1.5")).json()
    assert [row["entity_id"] for row in films["items"]] == ["b"]
    assert (await client.get("/alerts?category=film")).json()["items"] == []


async def test_the_simulated_world_is_labelled(client: httpx.AsyncClient, feed: Give) -> None:
    feed([heat("a", receipts=(receipt(outlet="BBC (simulated)"),))])
    assert (await client.get("/trends/intelligent")).json()["simulated"] is True


async def test_an_unchanged_list_is_not_sent_again(client: httpx.AsyncClient, feed: Give) -> None:
    feed([heat("a")])
    first = await client.get("/trends/intelligent")
    same = {"if-none-match": first.headers["etag"]}
    assert (await client.get("/trends/intelligent", headers=same)).status_code == 304
    feed([heat("a"), heat("b")])
    assert (await client.get("/trends/intelligent", headers=same)).status_code == 200


@pytest.mark.parametrize("route", OWN_ROUTES)
async def test_an_unknown_parameter_is_refused_by_name(
    client: httpx.AsyncClient, route: str
) -> None:
    answer = await client.get(route, params={"colour": "red"})
    assert answer.status_code == 400
    assert answer.json()["error"] == "UnknownParameter"
    assert "'colour'" in answer.json()["detail"]


@pytest.mark.parametrize("route", REGISTRY_ROUTES)
async def test_the_registry_refuses_in_its_own_form(client: httpx.AsyncClient, route: str) -> None:
    answer = await client.get(route, params={"colour": "red"})
    assert answer.status_code == 400
    assert "'colour'" in answer.json()["message"]


@pytest.mark.parametrize("route", OWN_ROUTES + REGISTRY_ROUTES)
async def test_a_doubled_parameter_is_refused(client: httpx.AsyncClient, route: str) -> None:
    answer = await client.get(f"{route}?limit=1&limit=2")
    assert answer.status_code == 400
    assert "'limit'" in answer.json()["detail"]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=501", "limit=many", "category=dog", "min_heat=9", "entity="]
)
async def test_a_wrong_value_is_refused_by_name(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"/trends/intelligent?{query}")
    assert answer.status_code == 400
    assert query.split("=")[0] in answer.json()["detail"]


@pytest.mark.parametrize("route", ["/nothing", "/static/../app.py", "/static/%2e%2e/app.py"])
async def test_what_is_not_there_is_told_in_json(client: httpx.AsyncClient, route: str) -> None:
    answer = await client.get(route)
    assert answer.status_code == 404
    assert answer.json()["error"] == "NotFound"


@pytest.mark.parametrize("route", ["/trends/dashboard", "/alerts", "/nothing", "/alerts?x=1"])
async def test_every_answer_binds_the_browser(client: httpx.AsyncClient, route: str) -> None:
    headers = (await client.get(route)).headers
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


async def test_the_dashboard_holds_no_script_and_loads_only_its_own_files(
    client: httpx.AsyncClient,
) -> None:
    page = (await client.get("/trends/dashboard")).text
    assert page.count("<script") == 2
    assert page.count('<script type="application/json" id="first">') == 1  # no code: the board
    assert "style=" not in page
    assert "//" not in page.replace("<!doctype html>", "")


async def test_the_root_leads_to_the_dashboard(client: httpx.AsyncClient) -> None:
    assert (await client.get("/")).headers["location"] == "/trends/dashboard"


async def test_a_stream_is_refused_until_the_tip_is_known(client: httpx.AsyncClient) -> None:
    answer = await client.get("/trends/sse")
    assert answer.status_code == 503
    assert answer.json()["error"] == "NotReady"
    assert answer.headers["retry-after"]


@pytest.mark.parametrize(
    ("request_", "status", "name"),
    [
        ({"params": {"cursor": "999"}}, 400, "CursorUnknown"),
        ({"headers": {"last-event-id": "abc"}}, 400, "CursorUnknown"),
        ({"params": {"since": "soon"}}, 400, "BadParameter"),
    ],
)
async def test_a_cursor_that_cannot_be_served_is_refused_by_name(
    client: httpx.AsyncClient, feed: Give, request_: dict[str, Any], status: int, name: str
) -> None:
    feed([heat("a")])
    answer = await client.get("/trends/sse", **request_)
    assert (answer.status_code, answer.json()["error"]) == (status, name)


async def test_an_old_cursor_is_refused_with_the_floor(
    client: httpx.AsyncClient, app: FastAPI, feed: Give
) -> None:
    feed([heat("a", tick=TICK + n) for n in range(9)])
    app.state.gateway.feed.ring.floor = 5
    for asked in ({"params": {"cursor": "3"}}, {"headers": {"last-event-id": "3"}}):
        answer = await client.get("/trends/sse", **asked)
        assert answer.status_code == 410
        assert answer.json()["floor_seq"] == 5


async def test_metrics_bear_the_names_of_the_contract(
    client: httpx.AsyncClient, feed: Give
) -> None:
    feed([heat("a"), alert("a")])
    await client.get("/alerts")
    told = (await client.get("/metrics")).text
    named = {line.split()[2] for line in told.splitlines() if line.startswith("# TYPE heat")}
    plain = {name for name in named if not name.endswith("_created")}
    assert plain <= set(METRICS)
    assert 'heat_events_total{kind="alerts"} 1.0' in told
    assert 'heat_http_requests_total{method="GET",route="/alerts",status="200"} 1.0' in told


async def test_made_up_addresses_make_no_metrics(client: httpx.AsyncClient) -> None:
    await client.get("/made/up")
    assert "made" not in (await client.get("/metrics")).text


async def test_the_openapi_document_tells_the_truth_about_refusals(
    client: httpx.AsyncClient,
) -> None:
    told = (await client.get("/openapi.json")).json()
    trends = told["paths"]["/trends/intelligent"]["get"]
    assert {p["name"] for p in trends["parameters"]} == {
        "limit", "category", "types", "min_heat", "entity",
    }  # fmt: skip
    assert "400" in trends["responses"]
    assert "422" not in str(told)


async def test_the_asyncapi_document_names_every_message_and_parameter(
    client: httpx.AsyncClient,
) -> None:
    told = (await client.get("/asyncapi.json")).json()
    assert told["asyncapi"] == "3.0.0"
    assert set(told["components"]["messages"]) == {
        "hello", "snapshot", "event", "heartbeat", "info", "error",
    }  # fmt: skip
    socket = told["channels"]["ws"]["bindings"]["ws"]["query"]["properties"]
    assert set(socket) == {
        "cursor", "kinds", "category", "types", "min_heat", "entity", "snapshot", "shape",
    }  # fmt: skip
