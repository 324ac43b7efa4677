"""What is foretold, as it is told: never without the naive guess, and by the clock of a show."""

import json
from collections.abc import Callable

import httpx
import msgspec
import pytest
from fastapi import FastAPI

from gateway.app import build_app
from gateway.settings import GatewaySettings
from gateway.slots import EDGE, Band, band_at, chance_above, next_air
from gateway.top import TopAnswer
from schemas.clock import HOUR_MS, iso, parse_time
from schemas.records import Prediction, TrainingRun
from schemas.settings import GatewaySection
from schemas.shows import Show
from tests.schemas.examples import newest_examples

NOON = parse_time("2026-03-09T12:00:00Z")  # a Monday
NEWEST = {record.schema_name: record for record in newest_examples()}
SHOW = Show(name="nightly", timezone="America/New_York", at="12:00", minutes=60)
TOMORROW = Show(name="tomorrow", timezone="UTC", days=("tue",), at="10:00", minutes=60)
Tell = Callable[..., None]


@pytest.fixture
def app() -> FastAPI:
    shown = GatewaySection(shows=(SHOW, TOMORROW))
    return build_app(GatewaySettings(gateway=shown))


@pytest.fixture
def tell(app: FastAPI) -> Tell:
    example = NEWEST["prediction"]
    assert isinstance(example, Prediction)

    def fold(entity: str, heat: float, by_hour: dict[int, float], chance: float | None) -> None:
        for hours, middle in by_hour.items():
            app.state.gateway.foretold.fold(msgspec.structs.replace(
                example, entity_id=entity, heat=heat, horizon_hours=hours, known_time=NOON,
                p10=middle / 2, p50=middle, p90=middle * 1.5, naive=0.1, top_chance=chance,
            ))

    return fold


async def test_bands_come_with_the_naive_guess(client: httpx.AsyncClient, tell: Tell) -> None:
    tell("ada", 1.0, {1: 1.1, 3: 1.2, 6: 0.8, 12: 0.4}, None)
    tell("bea", 1.5, {1: 1.0}, 0.4)
    told = (await client.get("/predictions")).json()
    assert [row["entity_id"] for row in told["items"]] == ["bea", "ada"]
    assert [band["horizon_h"] for band in told["items"][1]["horizons"]] == [1, 3, 6, 12]
    assert told["items"][1]["horizons"][0]["naive"] == 0.1
    one = (await client.get("/predictions?entity=ada&horizon=3")).json()["items"]
    assert [band["p50"] for row in one for band in row["horizons"]] == [1.2]


async def test_the_top_is_by_the_median_and_risers_by_their_chance(
    client: httpx.AsyncClient, tell: Tell
) -> None:
    tell("ada", 1.0, {6: 0.5}, None)
    tell("bea", 0.2, {6: 0.9}, 0.2)
    tell("cyd", 0.3, {6: 0.4}, 0.7)
    top = (await client.get("/predictions/top")).json()["items"]
    assert [row["entity_id"] for row in top] == ["bea", "ada", "cyd"]
    rising = (await client.get("/predictions/top?rising=true")).json()["items"]
    assert [row["entity_id"] for row in rising] == ["cyd", "bea"]


async def test_a_slot_ranks_by_what_is_warm_on_air(client: httpx.AsyncClient, tell: Tell) -> None:
    """On air at 16:00 UTC, four and a half hours ahead in the middle."""
    tell("fading", 2.0, {3: 0.6, 6: 0.2}, None)
    tell("rising", 0.5, {3: 1.0, 6: 1.6}, None)
    told = (await client.get("/predictions/top?slot=nightly&warm=1")).json()
    assert (told["air"], told["ends"]) == (iso(NOON + 4 * HOUR_MS), iso(NOON + 5 * HOUR_MS))
    assert [row["entity_id"] for row in told["items"]] == ["rising", "fading"]
    assert told["items"][0]["chance_warm"] > 0.5 > told["items"][1]["chance_warm"]


@pytest.mark.parametrize(
    ("query", "told_of", "reason"),
    [("", {}, "nothing is foretold yet"),
     ("slot=nightly", {}, "nothing is foretold yet"),
     ("slot=tomorrow", {12: 1.0}, "22.5 h ahead of the newest forecast, which reaches 12 h: "
      "ask from 2026-03-09T22:30:00Z on"),
     ("slot=nightly", {3: 1.0}, "nobody is foretold at this time"),
     ("rising=true", {6: 1.0}, "nobody outside the list"), ("horizon=12", {6: 1.0}, "nobody")],
)
async def test_an_empty_top_says_why(
    client: httpx.AsyncClient, tell: Tell, query: str, told_of: dict[int, float], reason: str
) -> None:
    if told_of:
        tell("ada", 1.0, told_of, None)
    told = (await client.get(f"/predictions/top?{query}")).json()
    assert told["items"] == []
    assert reason in told["reason"]


async def test_the_reason_is_documented_and_null_when_somebody_is_told_of(
    client: httpx.AsyncClient, tell: Tell
) -> None:
    tell("ada", 1.0, {6: 0.5}, None)
    for query in ("", "slot=nightly"):
        told = (await client.get(f"/predictions/top?{query}")).json()
        assert (len(told["items"]), told["reason"]) == (1, None)
        assert set(told) <= set(TopAnswer.model_fields)
    assert TopAnswer.model_validate(told).slot == "nightly"
    document = (await client.get("/openapi.json")).json()
    answers = document["paths"]["/predictions/top"]["get"]["responses"]["200"]
    assert answers["content"]["application/json"]["schema"]["$ref"].endswith("/TopAnswer")
    assert "reason" in document["components"]["schemas"]["TopAnswer"]["required"]


@pytest.mark.parametrize(
    ("query", "name"),
    [("slot=morning", "UnknownSlot"), ("slot=nightly&horizon=3", "Contradiction"),
     ("horizon=2", "BadValue"), ("colour=red", "UnknownParameter")],
)
async def test_what_cannot_be_told_is_refused(
    client: httpx.AsyncClient, query: str, name: str
) -> None:
    answer = await client.get(f"/predictions/top?{query}")
    assert answer.status_code == 400
    assert answer.json()["detail"]
    assert name in json.dumps(answer.json()) or name.startswith(("Bad", "Unknown"))


async def test_training_tells_runs_without_weights(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    run = NEWEST["training-run"]
    assert isinstance(run, TrainingRun)
    refused = msgspec.structs.replace(
        run, id="worse", known_time=run.known_time + 1, served=False, refusal="no better"
    )
    for one in (run, refused):
        app.state.gateway.runs._runs[one.id] = one
    told = (await client.get("/training/status")).json()
    assert told["served"] == {"heat": run.version}
    assert [one["id"] for one in told["runs"]] == ["worse", run.id]
    assert "artifact" not in told["runs"][0]
    assert told["runs"][0]["naive"] == run.naive


@pytest.mark.parametrize(
    ("now", "air"),
    [("2026-03-09T12:00:00Z", "2026-03-09T16:00:00Z"),  # the clocks went forward the day before
     ("2026-03-09T16:30:00Z", "2026-03-09T16:00:00Z"),  # on air at this moment
     ("2026-03-06T18:00:00Z", "2026-03-09T16:00:00Z"),  # Friday's is over, no weekend show
     ("2026-03-05T18:00:00Z", "2026-03-06T17:00:00Z")],  # still winter time
)
def test_a_show_is_on_air_by_its_own_clock(now: str, air: str) -> None:
    assert iso(next_air(SHOW, parse_time(now))[0]) == air


def test_a_band_lies_between_its_neighbours_and_ends_with_the_furthest() -> None:
    bands = {6: Band(1.0, 2.0, 3.0)}
    middle = band_at(0.0, NOON, bands, NOON + 3 * HOUR_MS)
    assert middle == Band(0.5, 1.0, 1.5)
    assert band_at(0.0, NOON, bands, NOON + 7 * HOUR_MS) is None


@pytest.mark.parametrize(
    ("heat", "chance"), [(1.0, 0.9), (2.0, 0.5), (4.0, 0.1), (9.0, EDGE), (0.0, 1.0 - EDGE)]
)
def test_chances_follow_the_quantiles(heat: float, chance: float) -> None:
    assert chance_above(Band(1.0, 2.0, 4.0), heat) == pytest.approx(chance)


def test_a_certain_band_is_above_or_not() -> None:
    assert (chance_above(Band(1.0, 1.0, 1.0), 0.9), chance_above(Band(0, 0, 0), 0.1)) == (1.0, 0.0)
