"""The weekly training on a real broker, from heat that was told to what the gateway answers.

    heat told            Monday 5:00        asked
    |--- days ----------------|----------------|
                              daily: table, run -> forecast: serves it -> gateway: shows it
"""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from confluent_kafka import Producer

from deploy.daily.reading import training_runs
from deploy.daily.role import SETTLED_MS, Daily
from deploy.daily.settings import DailySettings
from deploy.live_training import publish
from schemas.clock import HOUR_MS, INTERVAL_MS, parse_time
from schemas.codec import encode
from schemas.records import Heat, Record, Tick, TrainingRun
from schemas.settings import KafkaSection
from schemas.topics import qualified
from streams.core.risers import HeatTable, packaged
from tests.deploy.daily.foretelling import forecasting
from tests.deploy.daily.weather import NAMES, bursts, same_every_day, span
from tests.gateway.conftest import Deployment, deployed
from tests.sinks.running import wait_until

MONDAY = parse_time("2026-03-09T05:00:00Z")
DAYS = 10
BEGIN = MONDAY - span(DAYS)
SHOW = [{"name": "nightly", "timezone": "UTC", "at": "12:00", "minutes": 60}]


@pytest.fixture
def stage(kafka_bootstrap: str, tmp_path: Path) -> Iterator[Deployment]:
    with deployed(kafka_bootstrap, tmp_path) as held:
        held.variables = {"HEAT_GATEWAY__SHOWS": json.dumps(SHOW)}
        yield held


def put(kafka: KafkaSection, topic: str, records: Iterable[Record | Tick]) -> None:
    producer = Producer({"bootstrap.servers": kafka.bootstrap, "linger.ms": 20})
    for record in records:
        key = getattr(record, "entity_id", "key")
        producer.produce(qualified(kafka.namespace, topic), encode(record), key.encode())
        producer.poll(0)
    assert producer.flush(60) == 0


def monday(kafka: KafkaSection) -> None:
    """It is time to train. The ticks begin that night: there is no whole day to be judged."""
    now, first = MONDAY + HOUR_MS + SETTLED_MS, MONDAY - HOUR_MS
    put(kafka, "ticks", [Tick(n=now // INTERVAL_MS, first=first // INTERVAL_MS, present={},
                              catalogue=(1, 1))])


def around(kafka: KafkaSection, health: Path) -> dict[str, str]:
    return {
        **os.environ, "HEAT_KAFKA__BOOTSTRAP": kafka.bootstrap,
        "HEAT_KAFKA__NAMESPACE": kafka.namespace, "HEAT_HEALTH_FILE": str(health),
    }


def ask(stage: Deployment, path: str) -> Any:
    return httpx.get(f"http://{stage.address}{path}", timeout=10).json()


def train(kafka: KafkaSection, heat: Iterable[Heat]) -> None:
    put(kafka, "heat", heat)
    monday(kafka)
    Daily(DailySettings(kafka=kafka)).look()


def test_what_was_trained_on_monday_is_what_is_foretold_with_and_told_of(
    stage: Deployment, tmp_path: Path
) -> None:
    stage.start()
    train(stage.kafka, bursts(BEGIN, DAYS))
    stage.wait_well()
    with forecasting(around(stage.kafka, tmp_path / "forecast.json")) as said:
        wait_until(lambda: bool(ask(stage, "/predictions")["items"]), "predictions", 60)
        table = said()["table"]
    status = ask(stage, "/training/status")
    assert table == status["served"]["heat"] != packaged().name
    (run,) = [run for run in status["runs"] if run["trained_on"] == "topic heat"]
    assert run["version"] == table
    assert run["metrics"]["mae"] < run["naive"]["mae"]
    told = ask(stage, "/predictions")["items"]
    assert {row["model"] for row in told} == {table}
    assert len(told) == NAMES
    _shows_who_is_warm_on_air(stage)


def _shows_who_is_warm_on_air(stage: Deployment) -> None:
    """Foretold at four on Monday at the latest, on air at noon: by what is warm at half past."""
    told = ask(stage, "/predictions/top?slot=nightly&warm=0.4")
    values = [row["p50"] for row in told["items"]]
    assert told["air"] == "2026-03-09T12:00:00Z"
    assert values == sorted(values, reverse=True)
    assert len(values) == 20
    for row in told["items"]:
        assert 0.0 <= row["chance_warm"] <= 1.0
        assert (row["chance_warm"] >= 0.5) == (row["p50"] >= 0.4)
        assert row["peak_time"] >= row["made_at"]
    rising = ask(stage, "/predictions/top?rising=true")["items"]
    assert len(rising) == NAMES - 20


def test_without_a_daily_role_the_packaged_tables_that_serve_are_told_of(
    stage: Deployment, tmp_path: Path
) -> None:
    """As in the simulated world, where nothing is trained."""
    stage.start()
    put(stage.kafka, "heat", same_every_day(BEGIN, 2))
    stage.wait_well()
    for start in range(2):
        with forecasting(around(stage.kafka, tmp_path / f"{start}.json")) as said:
            wait_until(lambda: bool(said().get("entities")), "heat to be read", 60)
            wait_until(lambda: bool(ask(stage, "/training/status")["runs"]), "the runs", 60)
    status = ask(stage, "/training/status")
    assert status["served"]["heat"] == packaged().name
    assert {row["model"] for row in ask(stage, "/predictions")["items"]} == {packaged().name}
    assert [run["trained_on"] for run in status["runs"]] == ["packaged"] * 3
    assert len({run.id for run in training_runs(stage.kafka)}) == 3
    assert set(status["served"]) == {"heat", "counts", "confidence"}


@pytest.mark.soak
def test_a_table_no_better_than_yesterday_is_refused_and_a_damaged_one_named(
    stage: Deployment, tmp_path: Path
) -> None:
    stage.start()
    train(stage.kafka, same_every_day(BEGIN, DAYS))
    stage.wait_well()
    wait_until(lambda: len(ask(stage, "/training/status")["runs"]) == 4, "four runs", 60)
    status = ask(stage, "/training/status")
    (run,) = [run for run in status["runs"] if run["trained_on"] == "topic heat"]
    assert (run["served"], run["naive"]["mae"]) == (False, 0.0)
    assert "no better than the naive guess" in run["refusal"]
    assert status["served"]["heat"] == packaged().name
    publish(_damaged(run), stage.kafka)
    with forecasting(around(stage.kafka, tmp_path / "forecast.json")) as said:
        wait_until(lambda: bool(said().get("refused")), "the damage to be named", 60)
        assert said()["refused"].startswith("heat-damaged of run")
        assert "bands for the hours" in said()["refused"]
        assert said()["table"] == packaged().name


def _damaged(run: dict[str, Any]) -> TrainingRun:
    """A run that says it may serve, with a table that lost its hours on the way."""
    lost: HeatTable = msgspec.structs.replace(packaged(), heat={})
    told = {**run, "event_time": MONDAY, "known_time": MONDAY, "artifact": ""}
    return msgspec.structs.replace(
        msgspec.convert(told, TrainingRun), version="heat-damaged", served=True,
        metrics={"mae": 0.1}, naive={"mae": 0.5}, artifact=msgspec.json.encode(lost).decode(),
    )
