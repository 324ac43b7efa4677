"""One of theirs, one of somebody else's, and what was made of both, in every store there is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
import typer
from redis import Redis
from typer.testing import CliRunner

from deploy.cli.forget import register
from schemas.records import Question
from sinks.archive.run import Archiver
from tests.builders import LINEAGE, NOON, alert, heat, mention, raw, receipt, tick
from tests.sinks.archive.building import section
from tests.sinks.forget.test_sealed import texts
from tests.sinks.running import Log, SinkProcess, wait_until

SECRET_WORDS = "words of tidewatcher"
THEIRS = raw("t3_theirs", title=SECRET_WORDS, text="and more " + SECRET_WORDS)
OTHERS = raw("t3_others", title="words of nobody in particular", author="gullwing")
MENTION = mention(raw_id=THEIRS.id, title=SECRET_WORDS)
OTHER_MENTION = mention(raw_id=OTHERS.id)
RECEIPTS = (
    receipt(mention_id=MENTION.id, title=SECRET_WORDS),
    receipt(mention_id=OTHER_MENTION.id, title="words of nobody"),
)
QUESTION = Question(
    id="question-step",
    event_time=NOON,
    known_time=NOON,
    tick=1,
    question_id="question-1",
    surface="Nova",
    reason="ambiguous",
    options=(),
    mentions=2,
    authors=2,
    receipts=RECEIPTS,
    **LINEAGE,
)
TABLES = {
    "raw_mentions": "raw.reddit",
    "mentions": "mentions",
    "heat": "heat",
    "alerts": "alerts",
    "questions": "resolve.queue",
}
Forget = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def world(log: Log, migrated_dsn: str, redis_url: str, archive: Path, tmp_path: Path) -> Log:
    """One of theirs, one of somebody else's, and what was made of both, in every store."""
    log.append("raw.reddit", [tick(), THEIRS, OTHERS])
    log.append("mentions", [MENTION, OTHER_MENTION])
    log.append("heat", [heat(receipts=RECEIPTS)])
    log.append("alerts", [alert(receipts=RECEIPTS)])
    log.append("resolve.queue", [QUESTION])
    with SinkProcess(log.kafka, migrated_dsn, tmp_path, *TABLES) as sink:
        wait_until(lambda: sink.health()["rows"] >= 7, "seven rows", 60)
        assert sink.stop() == 0
    with Redis.from_url(redis_url) as client:
        for key in ("reddit:abc", "reddit:def", "trades:abc"):
            client.set(f"{log.kafka.namespace}:answers:{key}", b"packed")
    seal(log, archive)
    assert SECRET_WORDS.encode() in texts(archive)
    assert SECRET_WORDS in rows(migrated_dsn)
    return log


def seal(log: Log, archive: Path) -> None:
    archiver = Archiver(log.kafka, section(archive), list(TABLES.values()))
    while not archiver.caught_up:
        archiver.turn()
    archiver.settle(all_of_it=True)
    archiver.close()


def rows(dsn: str) -> str:
    """Every row of every table, as text."""
    with psycopg.connect(dsn) as session:
        return "\n".join(
            str(row) for table in TABLES for row in session.execute(f"SELECT * FROM {table}")
        )


@pytest.fixture
def run(
    world: Log, migrated_dsn: str, redis_url: str, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> Forget:
    """Exit code and report."""
    for name, value in {
        "KAFKA__BOOTSTRAP": world.kafka.bootstrap,
        "KAFKA__NAMESPACE": world.kafka.namespace,
        "DATABASE__DSN": migrated_dsn,
        "REDIS__URL": redis_url,
        "ARCHIVE__ADDRESS": str(archive),
    }.items():
        monkeypatch.setenv(f"HEAT_{name}", value)
    app = typer.Typer()
    register(app)
    app.command("other")(lambda: None)

    def forget(*words: str) -> tuple[int, dict[str, Any]]:
        told = CliRunner().invoke(app, ["forget", *words, "--json"])
        if told.exception is not None and not isinstance(told.exception, SystemExit):
            raise told.exception
        return told.exit_code, msgspec.json.decode(told.stdout)

    return forget
