"""A forecast model of somebody else on a real broker: installed, trained, serving, failing."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.daily.reading import training_runs
from deploy.replay.topic_reader import read_places
from schemas.codec import decode
from schemas.records import Prediction
from schemas.settings import KafkaSection
from tests.deploy.daily.foretelling import forecasting
from tests.deploy.daily.test_training import BEGIN, put
from tests.deploy.daily.weather import NAMES, bursts
from tests.gateway.conftest import deployed
from tests.sinks.running import wait_until
from tests.streams.installed import FADING, install

DAYS = 6
TRAIN = ("deploy.cli.main", "train", "forecast", "--live", "--model", "fading")


@pytest.fixture
def kafka(kafka_bootstrap: str, tmp_path: Path) -> Iterator[KafkaSection]:
    with deployed(kafka_bootstrap, tmp_path) as held:
        yield held.kafka


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """With one model installed, and nobody at the broker's address."""
    paths = [str(install(tmp_path, fading=FADING)), str(Path.cwd())]
    return {
        **os.environ, "PYTHONPATH": os.pathsep.join(paths),
        "HEAT_KAFKA__BOOTSTRAP": "127.0.0.1:1",
        "HEAT_HEALTH_FILE": str(tmp_path / "forecast.json"),
    }


def foretold(kafka: KafkaSection) -> list[Prediction]:
    found: list[Prediction] = []

    def take(_place: object, value: bytes) -> None:
        record = decode(value)
        assert isinstance(record, Prediction)
        found.append(record)

    read_places(kafka, "predictions", take)
    return found


def test_an_installed_model_is_trained_and_foretells(
    kafka: KafkaSection, environment: dict[str, str]
) -> None:
    environment |= {
        "HEAT_KAFKA__BOOTSTRAP": kafka.bootstrap, "HEAT_KAFKA__NAMESPACE": kafka.namespace,
    }
    put(kafka, "heat", bursts(BEGIN, DAYS))
    done = subprocess.run(
        [sys.executable, "-m", *TRAIN], env=environment, capture_output=True, text=True,
        timeout=120, check=False,
    )
    assert done.returncode == 0, done.stderr
    (run,) = training_runs(kafka)
    assert json.loads(done.stdout)["version"] == run.version
    assert run.version.startswith("heat.fading-")
    with forecasting({**environment, "HEAT_STREAM__FORECASTER": "fading"}) as said:
        wait_until(lambda: len(foretold(kafka)) == 4 * NAMES, "predictions", 60)
        wait_until(lambda: said().get("forecaster") == run.version, "the health to name it", 30)
    assert {prediction.model for prediction in foretold(kafka)} == {run.version}


def test_a_model_that_is_not_installed_stops_the_role_by_name(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "streams", "forecast"], timeout=60, check=False,
        env={**environment, "HEAT_STREAM__FORECASTER": "prophet"}, capture_output=True, text=True,
    )
    assert done.returncode == 2
    assert "no forecaster 'prophet' is installed; there are: fading" in done.stderr
    assert "Traceback" not in done.stderr
