"""Exports through the application: what may be asked, what the files hold, how they fail."""

import csv
import io
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import orjson
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas.clock import HOUR_MS, MINUTE_MS, iso
from tests.databases import database
from tests.gateway.filled import client_of, fill_table
from tests.sinks.builders import NOON, alert, mention

SLY = '=HYPERLINK("http://x","1")'
LIKE_MENTION = {"about": 'subject, "quoted"\nand broken', "title": "+1 @home", "sentiment": -0.25}


@pytest.fixture(scope="module")
def dsn(postgres_server: str) -> Iterator[str]:
    with database(postgres_server) as dsn:
        fill_table(
            dsn,
            "mentions",
            mention(0, entity_id="zendaya", spam_reasons=("-1", "b"), url=None, **LIKE_MENTION),
            mention(1, entity_id="dune", entity_type="film", title=SLY, known_time=NOON + HOUR_MS),
            mention(2, entity_id="zendaya", title="Ünïcode 🎬", known_time=NOON + 2 * HOUR_MS),
        )
        yield dsn


@pytest.fixture
async def filled(dsn: str) -> AsyncIterator[httpx.AsyncClient]:
    async for client in client_of(dsn):
        yield client


async def rows(client: httpx.AsyncClient, **asked: str) -> list[dict[str, Any]]:
    answer = await client.get("/export/json", params=asked)
    assert answer.status_code == 200, answer.text
    read: list[dict[str, Any]] = answer.json()
    return read


async def test_csv_is_read_back_and_holds_no_formula(filled: httpx.AsyncClient) -> None:
    answer = await filled.get("/export/csv", params={"table": "mentions"})
    first, second, third = csv.DictReader(io.StringIO(answer.text, newline=""))
    assert first["title"] == "'+1 @home"
    assert first["about"] == LIKE_MENTION["about"]
    assert first["sentiment"] == "-0.25"
    assert first["spam_reasons"] == '["-1","b"]'
    assert first["known_time"] == iso(NOON + 1)
    assert first["test"] == "false"
    assert first["url"] == ""
    assert second["title"] == "'" + SLY
    assert third["title"] == "Ünïcode 🎬"
    assert answer.headers["content-disposition"] == 'attachment; filename="mentions.csv"'
    assert answer.headers["content-type"].startswith("text/csv")


async def test_a_byte_order_mark_is_there_when_asked_for(filled: httpx.AsyncClient) -> None:
    marked = await filled.get("/export/csv", params={"table": "mentions", "bom": "1"})
    plain = await filled.get("/export/csv", params={"table": "mentions"})
    assert marked.content == b"\xef\xbb\xbf" + plain.content
    refused = await filled.get("/export/json", params={"table": "mentions", "bom": "1"})
    assert (refused.status_code, refused.json()["error"]) == (400, "Contradiction")


async def test_json_lines_are_the_rows_of_json(filled: httpx.AsyncClient) -> None:
    lines = await filled.get("/export/jsonl", params={"table": "mentions"})
    read = [orjson.loads(line) for line in lines.content.splitlines()]
    assert read == await rows(filled, table="mentions")
    assert [row["title"] for row in read] == ["+1 @home", SLY, "Ünïcode 🎬"]
    assert read[0]["spam_reasons"] == ["-1", "b"]
    assert read[0]["url"] is None


async def test_parquet_has_typed_columns(filled: httpx.AsyncClient) -> None:
    answer = await filled.get("/export/parquet", params={"table": "mentions"})
    table = pq.read_table(pa.BufferReader(answer.content))
    types = {field.name: field.type for field in table.schema}
    assert types["known_time"] == pa.timestamp("ms", "UTC")
    assert (types["late_ms"], types["score"]) == (pa.int64(), pa.float64())
    assert types["spam_reasons"] == pa.list_(pa.string())
    row = table.to_pylist()[0]
    assert row["title"] == "+1 @home"
    assert row["known_time"].timestamp() * 1000 == NOON + 1
    assert row["terms"] == "{}"


async def test_an_export_of_nothing_is_whole_in_every_form(filled: httpx.AsyncClient) -> None:
    asked = {"table": "mentions", "entity": "nobody", "columns": "id,title"}
    told = {
        form: (await filled.get(f"/export/{form}", params=asked)).content
        for form in ("csv", "json", "jsonl", "parquet")
    }
    assert told["csv"] == b"id,title\r\n"
    assert orjson.loads(told["json"]) == []
    assert told["jsonl"] == b""
    assert pq.read_table(pa.BufferReader(told["parquet"])).num_rows == 0


async def test_filters_and_columns_hold(filled: httpx.AsyncClient) -> None:
    one = await rows(filled, table="mentions", entity="zendaya", columns="title,id", limit="1")
    assert one == [{"title": "+1 @home", "id": "mention-00000000"}]
    assert list(one[0]) == ["title", "id"]
    films = await rows(filled, table="mentions", category="film,show", columns="entity_id")
    assert films == [{"entity_id": "dune"}]
    between = {"since": iso(NOON + HOUR_MS), "until": iso(NOON + 2 * HOUR_MS)}
    assert [r["id"] for r in await rows(filled, table="mentions", **between)] == [
        "mention-00000001"
    ]
    newest = await rows(filled, table="mentions", since="59m", columns="id")
    assert newest == [{"id": "mention-00000002"}]


async def test_as_of_is_what_was_known_then(postgres_dsn: str) -> None:
    steps = [alert(n, known_time=NOON + n * HOUR_MS, headline=f"step {n}") for n in range(3)]
    fill_table(postgres_dsn, "alerts", *steps)
    then = iso(NOON + HOUR_MS + MINUTE_MS)
    async for client in client_of(postgres_dsn):
        asked = {"as_of": then, "columns": "headline"}
        assert await rows(client, table="alerts", **asked) == [
            {"headline": "step 0"},
            {"headline": "step 1"},
        ]
        assert await rows(client, table="alert_now", **asked) == [{"headline": "step 1"}]
        assert await rows(client, table="alert_now", columns="headline") == [{"headline": "step 2"}]
        before = iso(NOON - 1)
        assert await rows(client, table="alert_now", as_of=before) == []


async def test_how_well_a_table_tells_the_past_is_said(filled: httpx.AsyncClient) -> None:
    for table, words in (("alerts", "exact"), ("mentions", "corrected since")):
        answer = await filled.head(
            "/export/csv", params={"table": table, "as_of": "2026-01-01T00:00:00Z"}
        )
        assert words in answer.headers["x-as-of"]
    assert "x-as-of" not in (await filled.head("/export/csv?table=alerts")).headers


async def test_an_alert_is_found_by_any_entity_of_its_story(postgres_dsn: str) -> None:
    from schemas.records import StoryEntity

    others = tuple(StoryEntity(entity_id=e, name=e, episode_id="e") for e in ("person-1", "dune"))
    fill_table(postgres_dsn, "alerts", alert(0, entities=others))
    async for client in client_of(postgres_dsn):
        assert len(await rows(client, table="alerts", entity="dune")) == 1
        assert await rows(client, table="alerts", entity="un") == []


async def test_an_etag_holds_until_a_sink_writes(filled: httpx.AsyncClient, dsn: str) -> None:
    asked = {"table": "mentions"}
    first = await filled.get("/export/csv", params=asked)
    tag = {"if-none-match": first.headers["etag"]}
    again = await filled.get("/export/csv", params=asked, headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    other = await filled.get("/export/csv", params={**asked, "limit": "1"}, headers=tag)
    assert other.status_code == 200
    with psycopg.connect(dsn) as session:
        session.execute("INSERT INTO sink_offsets VALUES ('sink-mentions', 'mentions', 'i', 0, 9)")
    assert (await filled.get("/export/csv", params=asked, headers=tag)).status_code == 200


async def test_head_tells_the_headers_and_no_rows(filled: httpx.AsyncClient) -> None:
    told = await filled.head("/export/parquet", params={"table": "mentions"})
    whole = await filled.get("/export/parquet", params={"table": "mentions"})
    assert (told.status_code, told.content) == (200, b"")
    assert told.headers["etag"] == whole.headers["etag"]
    assert (await filled.head("/export/csv", params={"table": "x"})).status_code == 400
