"""`heat forget` over a real broker, database, archive and Redis: there, and then nowhere."""

from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from msgspec import to_builtins
from psycopg.types.json import Jsonb
from redis import Redis

from schemas.codec import decode
from schemas.errors import HeatError, SettingsError
from schemas.records import Question, RawMention
from sinks.archive.store import Store
from tests.sinks.archive.building import problems, section
from tests.sinks.forget.conftest import (
    MENTION,
    OTHERS,
    RECEIPTS,
    SECRET_WORDS,
    TABLES,
    THEIRS,
    Forget,
    rows,
    seal,
)
from tests.sinks.forget.test_sealed import texts
from tests.sinks.running import Log


def where(report: dict[str, Any], name: str = "found") -> dict[str, int]:
    return {f"{one['store']} {one['where'].split('/')[0]}": one["records"] for one in report[name]}


def test_an_author_is_found_forgotten_and_proven_gone(
    run: Forget, world: Log, migrated_dsn: str, redis_url: str, archive: Path
) -> None:
    code, dry = run("author", "reddit", "Tidewatcher", "--dry-run")
    assert (code, dry["tombstones"], dry["blanked"]) == (0, 0, {})
    assert SECRET_WORDS in rows(migrated_dsn)

    code, report = run("author", "reddit", "Tidewatcher")
    namespace = world.kafka.namespace
    assert (
        where(dry)
        == where(report)
        == {
            "archive " + world.name("raw.reddit"): 1,
            "archive " + world.name("mentions"): 1,
            "archive " + world.name("heat"): 1,
            "archive " + world.name("alerts"): 1,
            "archive " + world.name("resolve.queue"): 1,
            "table raw_mentions": 1,
            "table mentions": 1,
            "table heat": 1,
            "table alerts": 1,
            "table questions": 1,
            "topic raw.reddit": 1,
            "topic mentions": 1,
            "topic heat": 1,
            "topic alerts": 1,
            "topic resolve.queue": 1,
            f"cache redis {namespace}:answers:reddit": 2,
        }
    )
    assert report["blanked"] == {"table": 5, "archive": 5, "cache": 2}
    assert (code, report["left"], report["tombstones"]) == (0, [], 2)
    expires = {one["where"]: one["gone_by"] for one in report["expires"]}
    assert set(expires) == {"raw.reddit", "mentions", "heat", "alerts", "resolve.queue"}
    assert expires["resolve.queue"] is None  # by compaction, behind the question without words
    assert expires["raw.reddit"] > "2026"

    assert SECRET_WORDS not in rows(migrated_dsn)
    assert "tidewatcher" not in rows(migrated_dsn)
    assert "nobody in particular" in rows(migrated_dsn)
    assert SECRET_WORDS.encode() not in texts(archive)
    assert b"words of nobody" in texts(archive)
    assert [problems(Store(section(archive)), world.name(t)) for t in TABLES.values()] == [[]] * 5
    with Redis.from_url(redis_url) as client:
        assert client.keys(f"{namespace}:answers:*") == [f"{namespace}:answers:trades:abc".encode()]
    assert_told(world)

    code, again = run("author", "reddit", "tidewatcher")
    assert (code, again["left"], again["tombstones"]) == (0, [], 0)
    assert set(where(again)) == {f"topic {t}" for t in TABLES.values()}
    what_comes_back_is_found_by_the_second_search(run, migrated_dsn)


def assert_told(world: Log) -> None:
    """The tombstone stands behind what it takes back; the last question has none of the words."""
    said = [(p, offset, decode(value)) for p, offset, value in world.everything("raw.reddit")]
    mine = [
        (p, offset, record)
        for p, offset, record in said
        if isinstance(record, RawMention) and record.id == THEIRS.id
    ]
    [(_, _, first), (_, _, tombstone)] = sorted(mine, key=lambda one: one[2].deleted)
    assert first == THEIRS
    assert isinstance(tombstone, RawMention)
    assert (
        tombstone.deleted,
        tombstone.title,
        tombstone.author,
        tombstone.url,
        tombstone.text,
        tombstone.native_id,
    ) == (True, "", None, None, "", "")
    *_, (_, _, last) = world.everything("resolve.queue")
    question = decode(last)
    assert isinstance(question, Question)
    assert [one.title for one in question.receipts] == ["", "words of nobody"]


def what_comes_back_is_found_by_the_second_search(run: Forget, migrated_dsn: str) -> None:
    with psycopg.connect(migrated_dsn) as session:
        session.execute("UPDATE heat SET receipts = %s", [Jsonb(to_builtins(RECEIPTS))])
        session.execute("""
            CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'
        """)
        session.execute(
            "CREATE TRIGGER keep BEFORE UPDATE ON heat FOR EACH ROW EXECUTE FUNCTION keep()"
        )
    code, report = run("author", "reddit", "tidewatcher")
    assert code == 1
    assert where(report, "left") == {"table heat": 1}


@pytest.mark.soak
def test_a_deletion_upstream_and_a_mention_by_the_id_that_a_receipt_gives_it(
    run: Forget, world: Log, migrated_dsn: str, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = msgspec.structs.replace(OTHERS, title="", text="", author=None, url=None, deleted=True)
    world.append("raw.reddit", [gone])
    seal(world, archive)
    code, report = run("sweep")
    assert (code, report["left"], report["tombstones"]) == (0, [], 1)  # of the question
    for found in (rows(migrated_dsn), texts(archive).decode()):
        assert "words of nobody" not in found
        assert SECRET_WORDS in found
    assert run("sweep")[1]["blanked"] == {"table": 0, "archive": 0, "cache": 0}

    code, report = run("mention", MENTION.id)
    assert (code, report["raw_mentions"], report["left"]) == (0, 1, [])
    assert SECRET_WORDS not in rows(migrated_dsn)
    assert SECRET_WORDS.encode() not in texts(archive)
    assert run("mention", THEIRS.id)[1]["blanked"] == {"table": 0, "archive": 0, "cache": 0}
    code, nowhere = run("mention", "nobody")
    assert (code, nowhere["raw_mentions"], nowhere["found"]) == (0, 0, [])
    what_was_not_searched_is_told_and_what_cannot_be_is_refused(run, monkeypatch)


def what_was_not_searched_is_told_and_what_cannot_be_is_refused(
    run: Forget, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, report = run(
        "author", "reddit", "tidewatcher", "--without", "caches", "--without", "archive"
    )
    assert (code, report["blanked"]) == (0, {"table": 0})
    assert report["not_searched"] == ["archive: as asked", "caches: as asked"]
    with pytest.raises(SettingsError, match="no source 'myspace'"):
        run("author", "myspace", "nova")
    with pytest.raises(SettingsError, match="--without 'disks'"):
        run("mention", "x", "--without", "disks")
    monkeypatch.setenv("HEAT_DATABASE__DSN", "postgresql://heat:pa55-of-nova@127.0.0.1:9/heat")
    with pytest.raises(HeatError) as refusal:
        run("mention", "x")
    assert "pa55-of-nova" not in str(refusal.value)
