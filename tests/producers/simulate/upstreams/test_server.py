"""The server as a client meets it: answers by host and path, faults, and paths of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from producers.simulate.upstreams.desk import Desk
from producers.simulate.upstreams.server import serving
from tests.producers.simulate.upstreams.conftest import Wall

TRADE = "/variety.com/feed/"
POPULAR = "/www.googleapis.com/youtube/v3/videos?chart=mostPopular&maxResults=5"
NEW = "/oauth.reddit.com/r/all/new?limit=5"


@pytest.fixture
def client(desk: Desk) -> Iterator[httpx.Client]:
    with (
        serving(desk) as address,
        httpx.Client(base_url=address, timeout=10, trust_env=False) as made,
    ):
        yield made


def arm(client: httpx.Client, **fault: object) -> None:
    assert client.post("/_faults", json=[fault]).status_code == 200


def fired(client: httpx.Client) -> dict[str, int]:
    found: dict[str, int] = client.get("/_told").json()["faults"]
    return found


def test_trade_press_says_304_by_tag_or_by_date_and_unknown_hosts_404(client: httpx.Client) -> None:
    first = client.get(TRADE)
    assert first.headers["X-Simulated"] == "true"
    again = client.get(TRADE, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    dated = client.get("/www.hollywoodreporter.com/feed/")
    since = {"If-Modified-Since": dated.headers["Last-Modified"]}
    assert "ETag" not in dated.headers
    assert client.get("/www.hollywoodreporter.com/feed/", headers=since).status_code == 304
    assert client.get("/nobody.example/").status_code == 404
    assert client.get("/_nothing").status_code == 404


@pytest.mark.parametrize(
    ("kind", "status"), [("throttle", 403), ("quota", 403), ("broken", 502), ("wrong-type", 200)]
)
def test_fault_of_an_answer_is_told_in_the_words_of_the_provider(
    client: httpx.Client, kind: str, status: int
) -> None:
    arm(client, kind=kind, times=1, wait_s=7)
    struck = client.get(POPULAR)
    assert struck.status_code == status
    assert struck.headers.get("Retry-After") == ("7" if kind == "throttle" else None)
    assert fired(client) == {kind: 1}
    if kind == "quota":
        assert "quotaExceeded" in client.get(POPULAR).text  # until the day ends
        assert client.get("/_told").json()["refused"] == {"www.googleapis.com": 1}
    else:
        assert client.get(POPULAR).json()["items"]


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("truncate", httpx.RemoteProtocolError),
        ("reset", httpx.ReadError),
        ("bad-encoding", httpx.DecodingError),
    ],
)
def test_fault_of_the_connection_is_what_a_client_cannot_read(
    client: httpx.Client, kind: str, error: type[Exception]
) -> None:
    arm(client, kind=kind, times=1)
    with pytest.raises(error):
        client.get(NEW)
    assert fired(client) == {kind: 1}
    assert client.get(NEW).json()["data"]["children"]


def test_empty_success_has_nothing_and_a_page_may_come_twice(client: httpx.Client) -> None:
    first = client.get(NEW).json()["data"]
    arm(client, kind="empty", times=1)
    assert client.get(NEW).json()["data"]["children"] == []
    arm(client, kind="duplicate", times=1)
    following = f"{NEW}&after={first['after']}"
    assert client.get(following).json()["data"] == first
    assert client.get(following).json()["data"] != first
    assert fired(client) == {"empty": 1, "duplicate": 1}


def test_slow_answer_waits_by_the_clock(client: httpx.Client) -> None:
    arm(client, kind="slow", times=1, wait_s=30)
    with pytest.raises(httpx.ReadTimeout):
        client.get(NEW, timeout=0.3)
    assert fired(client) == {"slow": 1}


def test_limit_is_changed_at_run_time_and_whoever_asks_beyond_it_is_told_and_counted(
    client: httpx.Client,
) -> None:
    told = client.post("/_limits", json={"oauth.reddit.com": {"requests": 2, "per_s": 60}})
    assert told.status_code == 200
    answers = [client.get(NEW) for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert [a.headers["x-ratelimit-remaining"] for a in answers] == ["1.0", "0.0", "0.0"]
    assert client.get("/_told").json()["violations"] == {"oauth.reddit.com": 1}


@pytest.mark.parametrize(
    ("path", "body"),
    [("/_faults", b'[{"kind": "flood"}]'), ("/_limits", b"[]"), ("/_limits", b'{"a": 1}')],
)
def test_order_that_cannot_be_read_is_refused_in_words(
    client: httpx.Client, path: str, body: bytes
) -> None:
    refused = client.post(path, content=body)
    assert refused.status_code == 400
    assert refused.json()["error"]


def test_stream_tells_of_edits_as_they_happen(client: httpx.Client, desk: Desk, wall: Wall) -> None:
    with client.stream("GET", "/stream.wikimedia.org/v2/stream/recentchange") as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        wall.moment += 3_600_000
        lines = answer.iter_lines()
        event = next(line for line in lines if line.startswith("data: "))
    assert json.loads(event.removeprefix("data: "))["wiki"] == "enwiki"


def test_command_prints_its_address_and_refuses_a_plan_by_name(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text('[{"kind": "flood"}]')
    command = [sys.executable, "-m", "producers", "upstreams"]
    refused = subprocess.run(
        [*command, "--faults", str(plan)], capture_output=True, text=True, timeout=60, check=False
    )
    assert refused.returncode == 2
    assert "flood" in refused.stderr
    child = subprocess.Popen(
        [*command, "--seed", "2"], stdout=subprocess.PIPE, text=True, env=os.environ
    )
    try:
        assert child.stdout is not None
        told = json.loads(child.stdout.readline())
        assert told["seed"] == 2
        assert httpx.get(
            f"{told['upstream']}/_told", trust_env=False, timeout=60
        ).json()["asked"] == {}
        child.terminate()
        assert child.wait(30) == 0
    finally:
        child.kill()
        child.communicate(timeout=30)
