"""What an export cannot be, and what it says of itself then."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gateway.export.datasets import BY_NAME, DATASETS
from tests.databases import database
from tests.gateway.filled import client_of, fill_table
from tests.sinks.builders import mention


@pytest.fixture(scope="module")
def dsn(postgres_server: str) -> Iterator[str]:
    with database(postgres_server) as dsn:
        fill_table(dsn, "mentions", mention())
        yield dsn


@pytest.fixture
async def filled(dsn: str) -> AsyncIterator[httpx.AsyncClient]:
    async for client in client_of(dsn):
        yield client


REFUSED: tuple[tuple[dict[str, str], str], ...] = (
    ({"table": "sink_offsets"}, "sink_offsets"),
    ({"table": "mentions", "columns": "id,secret"}, "'secret'"),
    ({"table": "mentions", "columns": "id,id"}, "'id'"),
    ({"table": "mentions", "entity": "a\0b"}, "'entity'"),
    ({"table": "mentions", "since": "yesterday"}, "'since'"),
    ({"table": "mentions", "until": "99999999999999999999"}, "'until'"),
    ({"table": "mentions", "as_of": "2020-01-01T00:00:00"}, "'as_of'"),
    ({"table": "mentions", "category": "planet"}, "'planet'"),
    ({"table": "mentions", "limit": "0"}, "'limit'"),
    ({"table": "mentions", "speed": "1"}, "'speed'"),
    ({"table": "training_runs", "entity": "x"}, "'entity'"),
    ({"table": "entities", "as_of": "2020-01-01T00:00:00Z"}, "keeps only what holds now"),
    ({"table": "v_top_now", "since": "2020-01-01T00:00:00Z"}, "has no known_time"),
    (
        {"table": "mentions", "since": "2020-01-02T00:00:00Z", "until": "2020-01-01T00:00:00Z"},
        "since is not before until",
    ),
    ({}, "'table'"),
)


async def test_what_cannot_be_answered_is_refused_by_name(filled: httpx.AsyncClient) -> None:
    for asked, named in REFUSED:
        answer = await filled.get("/export/csv", params=asked)
        assert answer.status_code == 400, asked
        assert named in answer.json()["detail"], asked


async def test_a_form_that_is_none_is_refused_by_name(filled: httpx.AsyncClient) -> None:
    answer = await filled.get("/export/xlsx", params={"table": "mentions"})
    assert answer.status_code == 400
    assert "'form'" in answer.json()["detail"]


async def test_without_a_database_export_says_so(client: httpx.AsyncClient) -> None:
    answer = await client.get("/export/csv", params={"table": "heat"})
    assert answer.status_code == 503
    assert "HEAT_DATABASE__DSN" in answer.json()["detail"]


@pytest.mark.parametrize(
    "dsn", ["postgresql://heat:s3cret@127.0.0.1:1/heat", "postgresql://heat:s3cret@[nonsense"]
)
async def test_a_database_that_is_away_is_a_503_without_its_address(dsn: str) -> None:
    async for client in client_of(dsn):
        for _ in range(6):  # a refused export gives its place back
            answer = await client.get("/export/csv", params={"table": "heat"})
            assert (answer.status_code, answer.json()["error"]) == (503, "DatabaseAway")
            assert "s3cret" not in answer.text
            assert "127.0.0.1" not in answer.text


async def test_tables_that_are_not_made_yet_are_a_503(postgres_dsn: str) -> None:
    async for client in client_of(postgres_dsn):
        answer = await client.get("/export/csv", params={"table": "heat"})
        assert (answer.status_code, answer.json()["error"]) == (503, "NotReady")


async def test_every_table_of_the_sinks_can_be_exported(filled: httpx.AsyncClient) -> None:
    from sinks.catalogue import SINKS

    kept = {table.name: table.replaces for table in SINKS}
    assert kept.keys() <= BY_NAME.keys()
    told = {d.name: d.keeps != "every" for d in DATASETS if d.name in kept}
    assert told == kept
    for dataset in DATASETS:
        answer = await filled.get("/export/parquet", params={"table": dataset.name})
        assert answer.status_code == 200, answer.text
        names = pq.read_schema(pa.BufferReader(answer.content)).names
        assert set(dataset.order) <= set(names), dataset.name
