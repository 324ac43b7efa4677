"""Backups of a real database, brought back and compared."""

import threading
from pathlib import Path

import psycopg
import pytest

from deploy.backup.contents import copies, differences
from deploy.backup.dump import LOCK, back_up
from deploy.backup.restore import DRILL, drill, restore
from deploy.backup.target import Target
from schemas.clock import DAY_MS
from schemas.errors import FatalError, RetriableError, SettingsError
from sinks.migrate import migrate
from tests.sinks.builders import NOON


def drill_databases(server: str) -> int:
    with psycopg.connect(server) as session:
        found = session.execute(
            "SELECT count(*) FROM pg_database WHERE starts_with(datname, %s)", (DRILL,)
        ).fetchone()
    return 0 if found is None else int(found[0])


def test_a_backup_comes_back_as_it_was(filled: str, empty: str, target: Target) -> None:
    made = back_up(filled, target, NOON)
    assert made.tables["mentions"].rows == 50
    assert made.tables["alerts"].rows == 2
    assert "sink_offsets" in made.tables
    outcome = restore(target, "latest", empty)
    assert (outcome.differences, outcome.complaints) == ([], [])
    assert migrate(empty) == []
    with psycopg.connect(filled) as one, psycopg.connect(empty) as other:
        assert differences(copies(one), copies(other)) == []
        query = "SELECT entities, causation, known_time FROM alert_now"
        assert one.execute(query).fetchall() == other.execute(query).fetchall()


def test_rows_written_while_it_runs_are_in_both_the_dump_and_the_count_or_in_none(
    filled: str, empty: str, target: Target
) -> None:
    begun, stopping, written = threading.Event(), threading.Event(), 0

    def write() -> None:
        nonlocal written
        with psycopg.connect(filled, autocommit=True) as session:
            while not stopping.is_set():
                session.execute(
                    "INSERT INTO sink_offsets VALUES ('g', 'topic', 'i', %s, 1)", (written,)
                )
                written += 1
                begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert begun.wait(30)
    try:
        made = back_up(filled, target, NOON)
    finally:
        stopping.set()
        writer.join(30)
    assert 0 < made.tables["sink_offsets"].rows < written
    assert restore(target, made.name, empty).differences == []


def test_a_drill_compares_and_leaves_nothing_behind(filled: str, target: Target) -> None:
    back_up(filled, target, NOON)
    outcome = drill(target, "latest", filled)
    assert (outcome.manifest.tables["mentions"].rows, outcome.differences) == (50, [])
    assert drill_databases(filled) == 0


def test_a_difference_is_told_by_table(filled: str) -> None:
    with psycopg.connect(filled) as session:
        before = copies(session)
        session.execute("UPDATE mentions SET score = 0.1 WHERE id = 'mention-00000007'")
        session.execute("DELETE FROM alerts WHERE step = 1")
        session.execute("DROP TABLE questions CASCADE")
        assert differences(before, copies(session)) == [
            "questions is missing",
            "alerts has 1 rows, not 2",
            "mentions has other rows than it had",
        ]
        session.rollback()


def test_a_damaged_dump_is_refused_before_the_database_is_touched(
    filled: str, empty: str, target: Target, tmp_path: Path
) -> None:
    made = back_up(filled, target, NOON)
    file = tmp_path / "backups" / f"{made.name}.dump"
    body = bytearray(file.read_bytes())
    body[len(body) // 2] ^= 1
    file.write_bytes(body)
    with pytest.raises(FatalError, match=f"{made.name} is damaged"):
        restore(target, made.name, empty)
    with psycopg.connect(empty) as session:
        assert copies(session) == {}


def test_a_database_with_something_in_it_is_left_alone_unless_told(
    filled: str, empty: str, target: Target
) -> None:
    made = back_up(filled, target, NOON)
    with psycopg.connect(empty, autocommit=True) as session:
        session.execute("CREATE TABLE diary (page text)")
        with pytest.raises(SettingsError, match="is not empty"):
            restore(target, made.name, empty)
        with pytest.raises(SettingsError, match="1 other sessions use"):
            restore(target, made.name, empty, replace=True)
        assert session.execute("SELECT count(*) FROM diary").fetchone() == (0,)
    assert restore(target, made.name, empty, replace=True).differences == []


def test_two_backups_never_run_at_once(filled: str, target: Target) -> None:
    with psycopg.connect(filled, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        with pytest.raises(RetriableError, match="another backup"):
            back_up(filled, target, NOON)
        assert target.names() == []
    assert back_up(filled, target, NOON).name in target.names()


def test_old_backups_go_and_dumps_that_never_counted_too(
    filled: str, target: Target, tmp_path: Path
) -> None:
    nights = [back_up(filled, target, NOON + night * DAY_MS).name for night in range(3)]
    cut_off = tmp_path / "backups" / "heat-20200101T000000.000Z.dump"
    cut_off.write_bytes(b"half")
    stranger = tmp_path / "backups" / "notes.dump"
    stranger.write_bytes(b"not ours")
    database = nights[0].rpartition("-")[0]
    assert target.names() == nights
    assert target.rotate(database, NOON + 2 * DAY_MS) == []
    assert cut_off.exists()
    far = 4_000_000_000_000  # long after the file was put there
    assert target.rotate(database, far) == []
    assert not cut_off.exists()
    assert stranger.exists()
    again = back_up(filled, target, NOON + 2 * DAY_MS + 1).name
    assert target.names() == [*nights[:2], again]
    assert not (tmp_path / "backups" / f"{nights[2]}.dump").exists()


def test_a_name_that_is_none_is_refused_with_the_newest(filled: str, target: Target) -> None:
    with pytest.raises(SettingsError, match="there is no backup at"):
        target.read("latest")
    made = back_up(filled, target, NOON)
    for name in ("yesterday", "../secret", "heat-20200101T000000.000Z"):
        with pytest.raises(SettingsError, match=f"the newest is {made.name}"):
            target.read(name)
