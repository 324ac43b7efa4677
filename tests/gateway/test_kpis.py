"""The KPIs of each day, as they are asked for: the last telling of a day, within the days asked."""

from typing import Any

import httpx
import msgspec
import pytest
from fastapi import FastAPI

from gateway.app import build_app
from gateway.settings import GatewaySettings
from schemas.clock import DAY_MS, iso
from schemas.records import Kpi
from schemas.settings import ProducerSection
from tests.schemas.examples import newest_examples

EXAMPLE = next(record for record in newest_examples() if isinstance(record, Kpi))
FIRST = EXAMPLE.event_time - DAY_MS  # of 2026-03-08


def kpi(days_later: int, **changes: Any) -> Kpi:
    moment = FIRST + days_later * DAY_MS
    return msgspec.structs.replace(
        EXAMPLE, day=iso(moment)[:10], id=f"day-{days_later}", event_time=moment + DAY_MS,
        known_time=EXAMPLE.known_time + days_later * DAY_MS, **changes,
    )


@pytest.fixture
def days(app: FastAPI) -> list[Kpi]:
    """Forty days in the gateway, the newest still provisional."""
    found = [kpi(n) for n in range(39)] + [kpi(39, state="provisional")]
    for one in found:
        app.state.gateway.kpis.fold(one)
    return found


async def asked(client: httpx.AsyncClient, query: str = "") -> list[dict[str, Any]]:
    answer = await client.get(f"/kpis{query}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_without_a_day_there_is_an_empty_list_and_the_targets(
    client: httpx.AsyncClient,
) -> None:
    told = (await client.get("/kpis")).json()
    assert told["items"] == []
    assert told["simulated"] is False
    assert told["targets"]["useful"] == {"value": 0.8, "good": "above", "unit": "share"}


async def test_the_last_four_weeks_are_told_the_oldest_first(
    client: httpx.AsyncClient, days: list[Kpi]
) -> None:
    told = await asked(client)
    assert [item["day"] for item in told] == [day.day for day in days[-28:]]
    assert (told[0]["state"], told[-1]["state"]) == ("final", "provisional")
    assert told[0]["figures"]["early"] == {"value": 0.5, "low": 0.22, "high": 0.78, "n": 6}
    assert told[0]["cost_per_useful"] == 0.14


async def test_days_are_chosen_by_since_and_until(
    client: httpx.AsyncClient, days: list[Kpi]
) -> None:
    told = await asked(client, "?since=2026-03-10&until=2026-03-12")
    assert [item["day"] for item in told] == ["2026-03-10", "2026-03-11", "2026-03-12"]
    assert len(await asked(client, "?since=2026-03-10T22:00:00Z")) == 38
    assert [item["day"] for item in await asked(client, "?until=2026-03-09")] == [
        "2026-03-08", "2026-03-09",
    ]


async def test_a_day_that_is_told_again_replaces_itself(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    final, provisional = kpi(0), kpi(0, state="provisional")
    earlier = msgspec.structs.replace(provisional, known_time=final.known_time - 1)
    for one in (earlier, final, earlier):
        app.state.gateway.kpis.fold(one)
    assert [item["state"] for item in await asked(client)] == ["final"]


async def test_lines_for_baselines_outlets_and_classes_come_along(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    details = '{"chance":{"name":"x"},"baselines":[],"by_outlet":[],"by_class":[],"leads":[1]}'
    app.state.gateway.kpis.fold(kpi(0, details=details))
    item = (await asked(client))[0]
    assert item["chance"] == {"name": "x"}
    assert "leads" not in item


async def test_figures_of_a_simulated_world_say_so() -> None:
    producer = ProducerSection(clock_speed=600.0)
    app = build_app(GatewaySettings(producer=producer))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        assert (await client.get("/kpis")).json()["simulated"] is True


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("?from=2026-03-09", "from"), ("?since=yesterday", "since"), ("?until=2026-13-40", "until"),
        ("?since=2026-03-09&since=2026-03-10", "since"),
        ("?since=2026-03-12&until=2026-03-10", "since is after until"),
        ("?since=99999999999999999999", "since"),
    ],
)
async def test_what_cannot_be_meant_is_refused_by_name(
    client: httpx.AsyncClient, query: str, named: str
) -> None:
    answer = await client.get(f"/kpis{query}")
    assert answer.status_code == 400
    assert named in answer.json()["detail"]
