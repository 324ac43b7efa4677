"""What TimescaleDB is asked for, in which order; and when PostgreSQL alone has to do.

The calls are taken down by a stand-in: `standin/`. That the real one answers them is for a server
that has it.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from schemas.errors import FatalError
from schemas.settings import MaintenanceSection
from sinks.maintenance.report import Report
from sinks.maintenance.tidy import tidied
from sinks.mentions import MENTIONS
from sinks.migrate import apply_steps, migrate
from sinks.storage.arrange import arrange
from sinks.storage.timed import TIMED
from sinks.storage.way import Facts, choose, load_extension, version
from tests.sinks.builders import mention
from tests.sinks.schema.conftest import database, offer
from tests.sinks.schema.rows import Session, all_of, at, one, write
from tests.sinks.schema.standin import StandInSession

NOW = at("2025-12-01 12:30")
CALLS = "SELECT call FROM standin.calls ORDER BY number"


@pytest.fixture
def standin_session(standin_dsn: str) -> Iterator[StandInSession]:
    with StandInSession.connect(standin_dsn, autocommit=True) as opened:
        yield opened


def calls(session: Session) -> list[str]:
    return [call for (call,) in all_of(session, CALLS)]


def cleared(session: Session) -> Session:
    session.execute("TRUNCATE standin.calls")
    return session


def kept(**days: int) -> MaintenanceSection:
    return MaintenanceSection(**{f"keep_{name}_days": count for name, count in days.items()})


def test_every_table_by_time_becomes_a_hypertable_and_then_can_be_compressed(
    standin_session: StandInSession,
) -> None:
    assert calls(standin_session) == [
        *(
            call
            for timed in TIMED
            for call in (
                f"create_hypertable {timed.name} by known_time every 1 day, migrate_data t",
                f"columnstore of {timed.name} by {timed.segment}, ordered by known_time DESC, id",
            )
        ),
        "continuous aggregate daily_heat: timescaledb.continuous,"
        " timescaledb.materialized_only = false",
        "continuous aggregate hourly_mentions: timescaledb.continuous,"
        " timescaledb.materialized_only = false",
    ]


def test_arranging_again_asks_for_nothing(standin_session: StandInSession) -> None:
    assert arrange(cleared(standin_session)).timescale
    assert calls(standin_session) == []


def test_policies_have_the_ages_of_the_settings(standin_session: StandInSession) -> None:
    report = tidied(cleared(standin_session), MaintenanceSection(), NOW, dry_run=False)
    assert (report.way, report.left) == ("timescaledb", [])
    told = calls(standin_session)
    assert told[:2] == [
        'policy_compression of mentions: {"compress_after": "7 days"}',
        'policy_retention of mentions: {"drop_after": "30 days"}',
    ]
    assert 'policy_compression of heat: {"compress_after": "14 days"}' in told
    assert 'policy_retention of heat: {"drop_after": "60 days"}' in told
    assert len([call for call in told if "policy_retention" in call]) == len(TIMED)
    assert told[-4:] == [
        "policy_refresh_continuous_aggregate of daily_heat:"
        ' {"end_offset": "01:00:00", "start_offset": "14 days"}',
        "policy_refresh_continuous_aggregate of hourly_mentions:"
        ' {"end_offset": "01:00:00", "start_offset": "14 days"}',
        "refresh_continuous_aggregate daily_heat from the beginning",
        "refresh_continuous_aggregate hourly_mentions from the beginning",
    ]


def test_the_refresh_runs_every_hour(standin_session: StandInSession) -> None:
    tidied(standin_session, MaintenanceSection(), NOW, dry_run=False)
    every = """SELECT DISTINCT schedule_interval FROM timescaledb_information.jobs
               WHERE proc_name LIKE 'policy_refresh%'"""
    assert one(standin_session, every) == timedelta(hours=1)


def test_a_second_tidying_asks_for_nothing(standin_session: StandInSession) -> None:
    first = tidied(standin_session, MaintenanceSection(), NOW, dry_run=False)
    second = tidied(cleared(standin_session), MaintenanceSection(), NOW, dry_run=False)
    assert calls(standin_session) == []
    assert second == Report(way="timescaledb", words=first.words)


def test_a_dry_run_says_which_policies_and_sets_none(standin_session: StandInSession) -> None:
    told = tidied(cleared(standin_session), MaintenanceSection(), NOW, dry_run=True)
    assert calls(standin_session) == []
    done = tidied(standin_session, MaintenanceSection(), NOW, dry_run=False)
    assert told.policies == done.policies
    assert "policy_retention of mentions: 30 days" in told.policies


def test_another_age_replaces_the_policy_and_leaves_the_others(
    standin_session: StandInSession,
) -> None:
    tidied(standin_session, MaintenanceSection(), NOW, dry_run=False)
    tidied(cleared(standin_session), kept(heat=90), NOW, dry_run=False)
    assert calls(standin_session) == [
        f'policy_retention of {name}: {{"drop_after": "90 days"}}'
        for name in ("heat", "velocity", "predictions")
    ]


def test_no_refresh_looks_further_back_than_rows_stay(standin_session: StandInSession) -> None:
    """It would sum days anew whose rows are gone. And it must span two buckets and its end."""
    tidied(cleared(standin_session), kept(heat=4, mentions=5), NOW, dry_run=False)
    told = calls(standin_session)
    assert [call.rsplit(": ", 1)[1] for call in told if "policy_refresh" in call] == [
        '"4 days"}', '"5 days"}',
    ]  # fmt: skip
    assert not any("policy_compression of heat" in call for call in told)


def test_ids_of_rows_that_the_policy_dropped_go_too(standin_session: StandInSession) -> None:
    moments = [at("2025-10-01 12:00"), at("2025-12-01 12:00")]
    write(standin_session, MENTIONS, [mention(n, known_time=m) for n, m in enumerate(moments)])
    standin_session.execute("DELETE FROM mentions WHERE known_time < '2025-11-01'")
    report = tidied(standin_session, MaintenanceSection(), NOW, dry_run=False)
    assert report.ids_purged == {"mentions": 1}
    assert one(standin_session, "SELECT id FROM mentions_ids") == "mention-00000001"


def test_rows_from_before_are_moved_into_the_hypertable(
    postgres_server: str, standin: Path
) -> None:
    """The stand-in, as the real one, refuses rows unless told to move them."""
    name = f"old_{uuid4().hex[:8]}"
    with psycopg.connect(postgres_server, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        offer(server, name, standin)
        dsn = database(postgres_server, name)
        apply_steps(dsn, lambda step: step < "0030")
        assert load_extension(dsn) is None
        with StandInSession.connect(dsn, autocommit=True) as session:
            session.execute("INSERT INTO heartbeats SELECT 'x', now(), now(), 'a', 'b', true, 1")
            assert arrange(session).timescale
            assert one(session, "SELECT count(*) FROM heartbeats_ids") == 1
            assert one(session, "SELECT count(*) FROM heartbeats") == 1
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def test_a_license_without_policies_means_postgresql_alone(
    postgres_dsn: str, postgres_server: str, standin: Path
) -> None:
    name = postgres_dsn.rsplit("/", 1)[1]
    with psycopg.connect(postgres_server, autocommit=True) as server:
        offer(server, name, standin)
        server.execute(
            sql.SQL("ALTER DATABASE {} SET timescaledb.license = 'apache'").format(
                sql.Identifier(name)
            )
        )
    told: list[str] = []
    migrate(postgres_dsn, told.append)
    assert told == [
        "PostgreSQL's own partitions and kept sums: TimescaleDB's license setting is 'apache', and"
        " compression, policies and continuous aggregates need 'timescale'"
    ]
    with psycopg.connect(postgres_dsn) as session:
        assert one(session, "SELECT relkind::text FROM pg_class WHERE relname = 'mentions'") == "p"
        assert one(session, "SELECT count(*) FROM standin.calls") == 0


@pytest.mark.parametrize(
    ("facts", "timescale", "words"),
    [
        (Facts(None, None, None, None), False, "does not offer"),
        (Facts("2.29.2", None, None, None), False, "did not load"),
        (Facts("2.29.2", "2.29.2", "timescale", None), True, "2.29.2"),
        (Facts("2.30.0-dev", "2.30.0-dev", "timescale", None), True, "2.30.0-dev"),
        (Facts("2.29.2", "2.29.2", "apache", None), False, "'apache'"),
        (Facts("2.29.2", "2.19.3", "timescale", None), False, "older than 2.20"),
        (Facts("2.29.2", "2.29.2", "timescale", "p"), False, "were cut before"),
        (Facts(None, None, None, "p"), False, "does not offer"),
        (Facts("2.29.2", "2.29.2", "timescale", "r"), True, "2.29.2"),
    ],
)
def test_the_way_follows_from_what_the_server_has(
    facts: Facts, timescale: bool, words: str
) -> None:
    way = choose(facts)
    assert way.timescale is timescale
    assert words in way.words


def test_hypertables_that_nobody_can_serve_stop_the_sink() -> None:
    with pytest.raises(FatalError, match=r"hypertables, but .* 'apache'"):
        choose(Facts("2.29.2", "2.29.2", "apache", "r"))


def test_versions_are_compared_as_numbers() -> None:
    assert version("2.9.1") < version("2.20.0") < version("2.30.0-dev")


def test_a_server_without_the_extension_is_asked_no_further(postgres_dsn: str) -> None:
    assert load_extension(postgres_dsn) is None


def test_the_stand_in_refuses_what_the_real_one_refuses(standin_session: Any) -> None:
    with pytest.raises(psycopg.errors.RaiseException, match="without the column"):
        standin_session.execute(
            "SELECT create_hypertable('alerts', by_range('known_time', INTERVAL '1 day'))"
        )
    with pytest.raises(psycopg.errors.RaiseException, match="columnstore not enabled"):
        standin_session.execute("CALL add_columnstore_policy('alerts', after => INTERVAL '7 d')")
    with (
        pytest.raises(psycopg.errors.InvalidTransactionTermination),
        standin_session.transaction(),
    ):
        standin_session.execute(
            "CALL refresh_continuous_aggregate('daily_heat', NULL::timestamptz, now())"
        )
    with pytest.raises(AssertionError):
        standin_session.execute('ALTER TABLE "alerts" SET (timescaledb.segment = true)')
