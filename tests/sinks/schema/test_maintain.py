"""`heat maintain` as a person runs it, and the same work beside sinks that write."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from schemas.settings import MaintenanceSection
from sinks.base.table import staging_statement
from sinks.entities import ENTITIES
from sinks.maintenance.report import Report
from sinks.maintenance.tidy import tidy
from sinks.maintenance.watch import pause_after
from sinks.mentions import MENTIONS
from sinks.storage import native
from sinks.storage.timed import TIMED
from tests.schemas.examples import newest_examples
from tests.sinks.builders import mention
from tests.sinks.running import wait_until
from tests.sinks.schema.rows import AGES, DAY_MS, Session, all_of, at, day, one, write, written

ROOT = Path(__file__).parents[3]
Ended = Callable[..., subprocess.CompletedProcess[str]]
NOW = at("2025-12-01 12:30")


@pytest.fixture
def dsn(native_dsn: str) -> str:
    return native_dsn


def environment(dsn: str, **settings: str) -> dict[str, str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("HEAT_")}
    return {**bare, "HEAT_DATABASE__DSN": dsn, "HEAT_MAINTENANCE__AHEAD_DAYS": "1", **settings}


@pytest.fixture
def heat(heat_here: Ended) -> Ended:
    """`heat maintain` on a database."""

    def run(dsn: str, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        own = {"HEAT_DATABASE__DSN": dsn, "HEAT_MAINTENANCE__AHEAD_DAYS": "1"}
        return heat_here("maintain", *words, **{**own, **settings})

    return run


def test_the_command_tidies_once_and_then_has_nothing_to_do(dsn: str, heat: Ended) -> None:
    told = heat(dsn, "--dry-run", "--json")
    done = subprocess.run(
        [sys.executable, "-m", "deploy.cli.main", "maintain", "--json"],
        cwd=ROOT, env=environment(dsn), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    again = heat(dsn)
    assert (told.returncode, done.returncode, again.returncode) == (0, 0, 0)
    planned, made = json.loads(told.stdout), json.loads(done.stdout)
    assert len(made["partitions_made"]) == 3 * len(TIMED)
    assert {**planned, "dry_run": False} == made
    assert again.stdout.splitlines()[1:] == ["nothing to do"]
    assert "PostgreSQL's own partitions" in again.stdout


@pytest.mark.parametrize(
    ("settings", "code", "words"),
    [
        ({"HEAT_DATABASE__DSN": "host=127.0.0.1 oops=secret"}, 2, "HEAT_DATABASE__DSN"),
        ({"HEAT_DATABASE__DSN": "postgresql://heat:secret@127.0.0.1:1/heat"}, 1, "refused"),
        ({"HEAT_MAINTENANCE__KEEP_HEAT_DAYS": "1"}, 2, "HEAT_MAINTENANCE__KEEP_HEAT_DAYS"),
    ],
)
def test_what_is_wrong_is_named_without_its_secrets(
    settings: dict[str, str], code: int, words: str, heat: Ended
) -> None:
    ended = heat("postgresql://nobody@127.0.0.1:1/x", **settings)
    assert ended.returncode == code
    assert words in ended.stderr
    assert "secret" not in ended.stderr + ended.stdout
    assert "Traceback" not in ended.stderr


def test_a_database_without_tables_is_told_what_to_run(postgres_dsn: str, heat: Ended) -> None:
    ended = heat(postgres_dsn)
    assert ended.returncode == 1
    assert "heat sink migrate" in ended.stderr


def test_what_is_left_makes_the_exit_code_one(
    session: Session, dsn: str, heat: Ended
) -> None:
    with session.transaction():
        session.execute("LOCK TABLE mentions_rest IN ACCESS SHARE MODE")
        ended = heat(dsn, "--json")
    assert ended.returncode == 1
    assert len(json.loads(ended.stdout)["left"]) == 3


def test_watching_tidies_again_until_it_is_stopped(session: Session, dsn: str) -> None:
    command = [sys.executable, "-m", "deploy.cli.main", "maintain", "--watch", "--json"]
    often = environment(dsn, HEAT_MAINTENANCE__EVERY_MINUTES="0.002")
    with subprocess.Popen(command, cwd=ROOT, env=often, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            first, second = (json.loads(child.stdout.readline()) for _ in range(2))
            child.send_signal(signal.SIGTERM)
            child.stdout.read()
            assert child.wait(30) == 0
        finally:
            child.kill()
    assert len(first["partitions_made"]) == 3 * len(TIMED)
    assert second["partitions_made"] == []


def test_writers_and_tidyings_at_once_lose_nothing(session: Session, dsn: str) -> None:
    """Partitions are made under the rows while two writers go on, who try again as sinks do."""
    done = threading.Event()

    def writing(writer: int) -> int:
        with psycopg.connect(dsn, autocommit=True) as own:
            for batch in range(30):
                rows = [
                    mention(
                        10_000 * writer + 10 * batch + n,
                        known_time=NOW - (batch + n) % 5 * DAY_MS - n,
                    )
                    for n in range(10)
                ]
                while not written(own, MENTIONS, rows):
                    pass
        return 300

    def tidying() -> list[Report]:
        reports = []
        while not done.is_set() or not reports:
            reports.append(tidy(dsn, AGES, NOW))
        return reports

    with ThreadPoolExecutor(4) as threads:
        tidiers = [threads.submit(tidying) for _ in range(2)]
        try:
            count = sum(threads.map(writing, range(2)))
        finally:
            done.set()
        reports = [report for tidier in tidiers for report in tidier.result()]
    assert count == 600
    assert one(session, "SELECT count(*) FROM mentions") == 600
    assert (
        one(session, "SELECT count(*) FROM mentions_ids JOIN mentions USING (id, known_time)")
        == 600
    )
    tidy(dsn, AGES, NOW)
    assert one(session, "SELECT count(*) FROM mentions_rest") == 0
    assert any(report.busy for report in reports)
    straight = "SELECT sum(mentions) FROM hourly_mentions"
    assert one(session, straight) == 600


def test_a_partition_made_under_a_waiting_row_blames_no_row(session: Session, dsn: str) -> None:
    """The writer waits for the partition of the rest, and finds that its day has its own."""
    (timed, *_) = TIMED
    with ThreadPoolExecutor(1) as threads, psycopg.connect(dsn, autocommit=True) as own:
        own.execute(staging_statement(MENTIONS))
        with session.transaction():
            native.make_day(session, timed, day("2025-12-01"))
            row = threads.submit(written, own, MENTIONS, [mention(1)])
            waiting = (
                f"SELECT count(*) FROM pg_locks WHERE NOT granted AND pid = {own.info.backend_pid}"
            )
            wait_until(lambda: one(session, waiting) == 1, "the writer to wait for a lock")
        assert row.result(30) is False
        assert written(own, MENTIONS, [mention(1)])
    assert all_of(session, "SELECT tableoid::regclass::text FROM mentions") == [
        ("mentions_20251201",)
    ]


def test_who_is_quiet_is_told_and_left_as_they_are(session: Session, dsn: str) -> None:
    (known,) = [record for record in newest_examples() if record.schema_name == "entity"]

    def entity(key: str, **changes: Any) -> Any:
        fields = {name: getattr(known, name) for name in known.__struct_fields__}
        return type(known)(**{**fields, "id": key, "name": key.title(), "test": False, **changes})

    write(session, ENTITIES, [
        entity("loud", status="active"), entity("quiet", status="active"),
        entity("asleep", status="dormant"), entity("drill", status="active", test=True),
    ])  # fmt: skip
    write(session, MENTIONS, [
        mention(1, entity_id="loud", known_time=NOW - 6 * DAY_MS),
        mention(2, entity_id="quiet", known_time=NOW - 8 * DAY_MS),
    ])  # fmt: skip
    report = tidy(dsn, AGES, NOW)
    assert (report.quiet, report.quiet_examples) == (1, ["Quiet (quiet)"])
    assert all_of(session, "SELECT DISTINCT status FROM entities WHERE id = 'quiet'") == [
        ("active",)
    ]


def test_a_tidying_that_left_something_is_followed_soon() -> None:
    hour = timedelta(hours=1)
    assert pause_after(Report(), hour) == 3600
    assert pause_after(Report(left=["mentions_20251201: held"]), hour) == 60
    assert pause_after(None, hour) == 60
    assert pause_after(None, timedelta(seconds=1)) == 1


def test_a_report_for_people_says_what_and_how_much() -> None:
    report = Report(
        words="PostgreSQL", dry_run=True, partitions_made=["a", "b"], ids_purged={"mentions": 3},
        quiet=2, quiet_examples=["Ayo (ayo)"],
    )  # fmt: skip
    assert report.lines() == [
        "PostgreSQL", "partitions would be made: a, b", "ids would be purged: mentions 3",
        "quiet entities: 2, Ayo (ayo)",
    ]  # fmt: skip
    assert Report(words="x", busy=True).lines()[1].startswith("another process")


def test_the_sinks_settings_hold_the_ages() -> None:
    assert MaintenanceSection().keep_mentions_days == 30
    assert MaintenanceSection().keep_heat_days == 60
