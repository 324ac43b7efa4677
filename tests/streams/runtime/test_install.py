"""The corrections go in together, into the Faust they were written for."""

import importlib
from pathlib import Path

import pytest
from faust.transport.drivers import aiokafka as driver

from streams.runtime.app import WorkerConsumer
from streams.runtime.corrections.failed_send import FailedSend
from streams.runtime.corrections.full_flush import FlushingProducer
from streams.runtime.corrections.install import check_faust
from streams.runtime.corrections.quiet_recovery import QuietRecovery
from streams.runtime.exits import RefusedToStartError
from tests.streams.runtime.taped import corrected


async def test_an_app_has_all_corrections(tmp_path: Path) -> None:
    app = corrected(tmp_path)
    assert app.transport.Consumer is WorkerConsumer
    assert isinstance(app.producer, FlushingProducer)
    assert isinstance(app.tables.recovery, QuietRecovery)
    assert any(isinstance(sensor, FailedSend) for sensor in app.sensors)


async def test_faust_itself_is_left_as_it_is(tmp_path: Path) -> None:
    before = driver.Transport.Consumer, driver.Transport.Producer
    corrected(tmp_path)
    assert before == (driver.Transport.Consumer, driver.Transport.Producer)


def test_another_faust_is_refused() -> None:
    with pytest.raises(RefusedToStartError, match=r"0\.16\.0 is installed.*0\.15\.3"):
        check_faust("0.16.0")


def test_faust_without_its_compiled_loop_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.import_module("faust.streams"), "_CStreamIterator", None)
    with pytest.raises(RefusedToStartError, match="compiled stream loop"):
        check_faust()
