"""Exports over a real connection: a client that leaves, a database that goes, many at once."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

import httpx
import psycopg
import pytest
import uvicorn

from gateway.app import build_app
from gateway.export_stream import AT_ONCE
from gateway.server import listen
from gateway.settings import GatewaySettings
from schemas.settings import DatabaseSection
from tests.databases import database
from tests.gateway.filled import fill_table, multiply
from tests.sinks.builders import mention

ROWS = 10_000
ASKED = {"table": "mentions"}
SESSIONS = "FROM pg_stat_activity WHERE application_name = 'heat-export'"


@contextlib.contextmanager
def serving(dsn: str) -> Iterator[str]:
    """The application behind the server it has in production; nothing reads Kafka."""
    app = build_app(GatewaySettings(database=DatabaseSection.model_validate({"dsn": dsn})))
    listening = listen("127.0.0.1", 0)
    config = uvicorn.Config(
        app, http="h11", lifespan="off", log_config=None, timeout_graceful_shutdown=5
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        wait_until(lambda: server.started, "the server to start")
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)
        listening.close()


@pytest.fixture(scope="module")
def dsn(postgres_server: str) -> Iterator[str]:
    """A database with far more in one table than the buffers between two processes hold."""
    with database(postgres_server) as dsn:
        fill_table(dsn, "mentions", mention())
        multiply(dsn, "mentions", ROWS)
        yield dsn


@pytest.fixture
def address(dsn: str) -> Iterator[str]:
    with serving(dsn) as address:
        yield address


def wait_until(condition: Callable[[], bool], what: str, within_s: float = 30.0) -> None:
    until = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < until, f"waited {within_s:g} s for {what}"
        time.sleep(0.02)


def running(dsn: str) -> int:
    with psycopg.connect(dsn) as session:
        found = session.execute(f"SELECT count(*) {SESSIONS}").fetchone()
    return 0 if found is None else int(found[0])


def test_a_whole_export_has_every_row(address: str) -> None:
    answer = httpx.get(f"{address}/export/jsonl", params=ASKED, timeout=60)
    assert answer.content.count(b"\n") == ROWS + 1


@pytest.mark.parametrize("form", ["csv", "json", "jsonl", "parquet"])
def test_an_export_whose_database_goes_is_no_whole_file(address: str, dsn: str, form: str) -> None:
    with httpx.stream("GET", f"{address}/export/{form}", params=ASKED, timeout=60) as answer:
        parts = answer.iter_raw(1000)
        next(parts)
        with psycopg.connect(dsn) as session:
            ended = session.execute(f"SELECT pg_terminate_backend(pid) {SESSIONS}").fetchall()
        assert ended == [(True,)]
        with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
            for _ in parts:
                pass


def test_a_client_that_leaves_ends_its_query(address: str, dsn: str) -> None:
    with httpx.stream("GET", f"{address}/export/csv", params=ASKED, timeout=60) as answer:
        parts = answer.iter_raw(1000)
        next(parts)
        assert running(dsn) == 1
    wait_until(lambda: running(dsn) == 0, "the query to end")


def test_a_client_that_leaves_while_the_server_still_sorts_ends_its_query(
    address: str, dsn: str
) -> None:
    with psycopg.connect(dsn) as holder:
        holder.execute("LOCK TABLE sink_offsets IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"{address}/export/csv", params=ASKED, timeout=0.5)
        wait_until(lambda: running(dsn) == 0, "the query to end")


def test_a_few_exports_run_at_once_and_the_next_is_told_to_wait(address: str, dsn: str) -> None:
    with contextlib.ExitStack() as held:
        reading = []
        for _ in range(AT_ONCE):
            stream = httpx.stream("GET", f"{address}/export/csv", params=ASKED, timeout=60)
            reading.append(held.enter_context(stream).iter_raw(1000))
            next(reading[-1])
        refused = httpx.get(f"{address}/export/csv", params=ASKED, timeout=60)
        assert (refused.status_code, refused.json()["error"]) == (503, "TooManyExports")
        assert refused.headers["retry-after"]
    wait_until(lambda: running(dsn) == 0, "the exports to end")
    one = {**ASKED, "limit": "1"}
    assert httpx.get(f"{address}/export/csv", params=one, timeout=60).status_code == 200


def test_a_cut_off_file_cannot_look_whole_over_the_old_protocol(address: str) -> None:
    import http.client

    host = httpx.URL(address)
    link = http.client.HTTPConnection(str(host.host), host.port, timeout=30)
    link._http_vsn_str = "HTTP/1.0"  # type: ignore[attr-defined]
    link.request("GET", "/export/csv?table=mentions")
    with contextlib.closing(link.getresponse()) as answer:
        assert answer.status == 400
        assert b"HTTP/1.1" in answer.read()
    link.close()
