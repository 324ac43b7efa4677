"""The simulated world on a real broker: killed and begun again, its log stays whole."""

import os
import signal
import subprocess
import sys
from time import monotonic, sleep

import pytest

from producers.simulate.world import SOURCES
from schemas.clock import now, tick_of
from schemas.records import RawMention, Tick
from schemas.topics import raw_topic
from tests.producers.conftest import Log

HISTORY = 25


@pytest.fixture
def topics(log: Log) -> Log:
    log.create_all({raw_topic(source): 1 for source in SOURCES if source != "trades"})
    return log


def last_tick(log: Log) -> int:
    ticks = log.records("ticks")
    newest = ticks[-1] if ticks else None
    return newest.n if isinstance(newest, Tick) else -1


@pytest.mark.soak  # every run: the demo lives in this world; producers are killed in test_kills
def test_world_goes_on_after_a_kill_and_no_mention_is_late(topics: Log) -> None:
    began = tick_of(now())
    environment = os.environ | {
        "HEAT_KAFKA__BOOTSTRAP": topics.kafka.bootstrap,
        "HEAT_KAFKA__NAMESPACE": topics.kafka.namespace,
    }
    for life, signalled in enumerate((signal.SIGKILL, signal.SIGTERM), start=1):
        command = [sys.executable, "-m", "producers", "simulate", "--history-hours", str(HISTORY)]
        child = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        until = monotonic() + 90
        while last_tick(topics) < began + 30 * life:
            assert child.poll() is None, child.communicate()[1]
            assert monotonic() < until, f"tick {last_tick(topics) - began} after 90 s"
            sleep(0.2)
        child.send_signal(signalled)
        _, said = child.communicate(timeout=30)
    assert child.returncode == 0
    assert "simulated and its clock runs faster than ours" in said
    for source in SOURCES:
        records = topics.records(raw_topic(source))
        ticks = list(dict.fromkeys(r.n for r in records if isinstance(r, Tick)))
        assert ticks == list(range(ticks[0], ticks[0] + len(ticks)))
        assert ticks[0] <= began - 24 * 60  # a baseline needs a day
        passed = -1
        for record in records:
            if isinstance(record, RawMention):
                assert tick_of(record.known_time) > passed
            elif isinstance(record, Tick):
                passed = max(passed, record.n)
