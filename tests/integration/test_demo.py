"""The whole system as a newcomer starts it: simulated world in, alert on the dashboard, rows kept.

One run of `heat demo` serves the module. In the soak, roles and the broker are killed in it.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
import pytest
from confluent_kafka import Consumer, TopicPartition

from deploy.local.ports import choose
from schemas.codec import decode, is_tick

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
PATIENCE_S = 240.0


class Demo:
    """A running demo, looked at from outside."""

    def __init__(self, home: Path, port: int) -> None:
        self.home = home
        self.url = f"http://127.0.0.1:{port}"

    def get(self, path: str) -> Any:
        try:
            answer = httpx.get(self.url + path, timeout=5)
        except httpx.HTTPError:
            return None
        return answer.json() if answer.status_code == 200 else None

    @property
    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.home / "demo/stack.json").read_text("utf-8"))
        return found

    def address(self, part: str) -> str:
        found: str = self.state["addresses"][part]
        return found

    def pid(self, role: str) -> int:
        return next(c["pid"] for c in self.state["children"] if c["name"] == role)

    def kill(self, role: str) -> None:
        """SIGKILL, and wait until the supervisor has another one ready."""
        before = self.pid(role)
        os.kill(before, signal.SIGKILL)
        until(lambda: self.state["ready"] and self.pid(role) != before, f"a new {role}")

    def opened(self) -> list[dict[str, Any]]:
        alerts = self.get("/alerts")
        return alerts["items"] if alerts else []

    def rows(self, table: str) -> set[str]:
        with psycopg.connect(self.address("postgres")) as session:
            return {row[0] for row in session.execute(f"SELECT id FROM {table}")}  # type: ignore[arg-type]

    def count(self, table: str) -> int:
        with psycopg.connect(self.address("postgres")) as session:
            row = session.execute(f"SELECT count(*) FROM {table}").fetchone()  # type: ignore[arg-type]
            return int(row[0]) if row else -1

    def counts(self, table: str) -> tuple[int, int]:
        """Rows and distinct ids, of one moment: the demo goes on while we look."""
        with psycopg.connect(self.address("postgres")) as session:
            row = session.execute(
                f"SELECT count(*), count(DISTINCT id) FROM {table}"  # type: ignore[arg-type]
            ).fetchone()
            return row or (-1, 0)

    def topic(self, name: str) -> set[str]:
        """Ids of all records of a topic, as it ends now."""
        consumer = Consumer({"bootstrap.servers": self.address("kafka"), "group.id": "look",
                             "auto.offset.reset": "earliest", "log_level": 2})
        try:
            parts = consumer.list_topics(name, timeout=30).topics[name].partitions
            ends = {p: consumer.get_watermark_offsets(TopicPartition(name, p), timeout=30)[1]
                    for p in parts}
            consumer.assign([TopicPartition(name, p, 0) for p in parts])
            left, ids = sum(ends.values()), set()
            deadline = time.monotonic() + PATIENCE_S
            while left > 0 and time.monotonic() < deadline:
                for message in consumer.consume(1000, 1.0):
                    if message.error() or message.offset() >= ends[message.partition()]:
                        continue
                    left -= 1
                    if not is_tick(message.value()):
                        ids.add(decode(message.value()).id)  # type: ignore[attr-defined]
            assert left == 0
            return ids
        finally:
            consumer.close()


def until(condition: Callable[[], object], what: str, patience: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            if condition():
                return
        except (OSError, ValueError, KeyError, StopIteration):
            pass  # the state file is being written, or not there yet
        time.sleep(0.3)
    pytest.fail(f"waited {patience:.0f} s for {what}")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    home, port = tmp_path_factory.mktemp("home"), choose(0)
    env = {**os.environ, "HEAT_STACK__HOME": str(home), "HEAT_GATEWAY__PORT": str(port),
           "HEAT_STACK__USUAL_PORTS": "false"}
    with (home / "out.txt").open("wb") as out:
        command = [sys.executable, "-m", "deploy.cli.main", "demo"]
        process = subprocess.Popen(command, env=env, stdout=out, stderr=out)
        try:
            until(lambda: Demo(home, port).state["ready"], "the demo to be ready")
            yield Demo(home, port)
        finally:
            family = psutil.Process(process.pid).children(recursive=True)
            process.send_signal(signal.SIGINT)
            code = process.wait(90)
        assert code == 0, (home / "out.txt").read_text("utf-8")
        assert [p for p in family if p.is_running() and p.status() != "zombie"] == []


def test_the_demo_says_that_it_is_simulated(demo: Demo) -> None:
    until(lambda: "SIMULATED WORLD" in (demo.home / "out.txt").read_text("utf-8"), "the label")
    trends = demo.get("/trends/intelligent")
    assert trends["simulated"] is True
    assert trends["clock_speed"] == 600


def test_an_alert_opens_with_reasons_and_receipts(demo: Demo) -> None:
    until(demo.opened, "the first alert")
    alert = demo.opened()[0]
    assert alert["reasons"]
    assert all(r["outlet"] for r in alert["receipts"])
    until(lambda: demo.count("alerts") > 0, "the alert in the database")
    until(lambda: (demo.get("/health") or {}).get("status") == "ok", "an ok of the gateway")


# Every run: each is killed by tests of its own, and the supervisor's tests have it come back.
@pytest.mark.soak
@pytest.mark.parametrize("role", [
    "sink", "kafka", "worker-measure", "worker-resolve", "worker-stories", "gateway",
])
def test_a_killed_role_comes_back_and_nothing_is_lost(demo: Demo, role: str) -> None:
    demo.kill(role)
    before = demo.get("/trends/intelligent")["seq"]
    until(lambda: (demo.get("/trends/intelligent") or {"seq": 0})["seq"] > before,
          f"new events after the death of {role}")


@pytest.mark.parametrize("table", ["mentions", "heat", "alerts"])
def test_the_table_is_a_true_copy_of_the_topic(demo: Demo, table: str) -> None:
    said = demo.topic(table)
    assert said
    until(lambda: said <= demo.rows(table), f"{table} to be copied")
    rows, distinct = demo.counts(table)
    assert rows == distinct


def test_an_episode_has_one_alert(demo: Demo) -> None:
    with psycopg.connect(demo.address("postgres")) as session:
        twice = session.execute(
            "SELECT alert_id, step, count(*) FROM alerts GROUP BY 1, 2 HAVING count(*) > 1"
        ).fetchall()
        openings = session.execute(
            "SELECT episode_id FROM alerts WHERE kind = 'opened' GROUP BY 1 HAVING count(*) > 1"
        ).fetchall()
    assert twice == []
    assert openings == []


def test_nothing_listens_beyond_loopback(demo: Demo) -> None:
    pids = {child["pid"] for child in demo.state["children"]}
    pids |= {grandchild.pid for pid in pids for grandchild in psutil.Process(pid).children(True)}
    heard = {c.laddr.ip for c in psutil.net_connections("tcp")
             if c.pid in pids and c.status == psutil.CONN_LISTEN}
    assert heard
    assert heard <= {"127.0.0.1", "::1", "::ffff:127.0.0.1"}
