"""Numbered steps: each once, none ever changed."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files

import psycopg
import pytest

from schemas.errors import RetriableError, SettingsError
from sinks.migrate import migrate

RELEASED = {
    "0001_offsets.sql": "2b09ecfa6293521b3ee6d676d8a4bd7394bae7a59bfb97c95c3a41e5e77096c5",
    "0002_mentions.sql": "9659aa1bd24209c242810695c571798fefcdb0e54900064a789079f2d0ba36f1",
    "0003_heat.sql": "7e184eeecd28170393e3a1c009fbf362cf9ec06eebddc4710bddef0d731119c2",
    "0004_alerts.sql": "b80842c73efa06f4f8e38ec0bfad4a2db0aca9adf67c80a6b1c240fda11d89d7",
    "0005_discoveries.sql": "724c0b0947354ce000740eb0cf1d7456af6171832672fbeb26d6644e6b1a7610",
    "0006_questions.sql": "d5040c665ce88c2a49684fd722e8bce87c2331b91d1bc0da11c45a1d369f0e5a",
    "0007_predictions.sql": "eae1e7b451d3390f5f61ffc9ca3f9258d38a867a4b5bb51eae9c66b444184a8b",
    "0008_raw_mentions.sql": "a82082e640cbc659670949d27834ed41dff1dfc6531ca74d27cfaedd812090ca",
    "0009_velocity.sql": "6c726f01c2cb2846949d79b94e9b78c07866890a75d90ebe22c5c1d626ad0c01",
    "0010_actions.sql": "19b0f129deb4b7448206ca171c90daf7b5d6f289dcfd810d2bb1410ff7dec8f6",
    "0011_entities.sql": "7222d78f5459052c23ee16b5d16c1f829b3bbc57003485fdd1945ad3c5540dfc",
    "0012_operations.sql": "ed25ec1f8af9dd221b914f478c7fde5510d68ab7d7338d92a21d114fb17e6675",
    "0013_candidates.sql": "a6d7603826e4afcc6b13945c8a0f9875504f798bb0b9f09bf8c017d311a92e99",
    "0014_tombstones.sql": "2a76b3fee5b42206ab722de828723c28360ae86b98c36293b45203f76a49dde3",
    "0015_health_cursor.sql": "66cdc8b0e03082b65627d789b765b1538e671756fe04fe63cf4de3f3f74c68d6",
    "0017_kpis.sql": "3833fe29611100661fde1fc9c60d47c36dd71a85acde0b2858ee930ae436232d",
    "0020_by_time.sql": "b64599710e89e6dd910693bd42f324c81d34189e44a3ca52e7f20c89ffad30b6",
    "0030_views.sql": "222f9a7f084a4f21172dd33f6327177926823e092ff4a548133d98bda0ae2ad1",
}


def test_released_steps_do_not_change() -> None:
    """To change a table add a step with the next number, and its digest here."""
    there = {
        step.name: hashlib.sha256(step.read_bytes()).hexdigest()
        for step in files("sinks").joinpath("sql").iterdir()
    }
    assert there == RELEASED


def test_steps_are_applied_once_in_order(postgres_dsn: str) -> None:
    assert migrate(postgres_dsn) == [name.removesuffix(".sql") for name in sorted(RELEASED)]
    assert migrate(postgres_dsn) == []


def test_processes_that_start_at_once_queue(postgres_dsn: str) -> None:
    with ThreadPoolExecutor(4) as starters:
        applied = list(starters.map(migrate, [postgres_dsn] * 4))
    assert sorted(map(len, applied)) == [0, 0, 0, len(RELEASED)]


def test_a_migration_that_was_killed_blocks_nobody(postgres_dsn: str) -> None:
    with psycopg.connect(postgres_dsn, autocommit=True) as dying:
        dying.execute("SELECT pg_advisory_lock(%s)", (0x48454154,))
        with psycopg.connect(postgres_dsn, autocommit=True) as killer:
            killer.execute("SELECT pg_terminate_backend(%s)", (dying.info.backend_pid,))
        assert len(migrate(postgres_dsn)) == len(RELEASED)


def test_a_server_that_is_not_there_may_come_later() -> None:
    with pytest.raises(RetriableError, match="Connection refused"):
        migrate("postgresql://heat:secret@127.0.0.1:1/heat")


@pytest.mark.parametrize("nonsense", ["secret", "host=127.0.0.1 secret=x", "postgresql://[secret"])
def test_nonsense_for_a_connection_string_is_named_but_not_quoted(nonsense: str) -> None:
    with pytest.raises(SettingsError, match="HEAT_DATABASE__DSN") as refusal:
        migrate(nonsense)
    assert "secret" not in str(refusal.value)
