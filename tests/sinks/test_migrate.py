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
    "0002_mentions.sql": "ef133bff67eb401860d91b9d48e641674f4c1f33c62e15e4046060eff75dc9f7",
    "0003_heat.sql": "ed5ce9ceb8f70063caf5e3d66d00d7362324f38e654e474ad5c174713d4f24e6",
    "0004_alerts.sql": "c217ef57ecc1e8b722ec6c87b82528111a7b5337700899e7375fee0f5822ddaa",
    "0005_discoveries.sql": "724c0b0947354ce000740eb0cf1d7456af6171832672fbeb26d6644e6b1a7610",
    "0006_questions.sql": "d5040c665ce88c2a49684fd722e8bce87c2331b91d1bc0da11c45a1d369f0e5a",
    "0007_stories.sql": "6050b8766920dfaa489b165f3ad9b13c8422c8fe57b08d817e8bc29504fa1c70",
    "0008_mentions.sql": "f52a3ab30b209baa49def8a59db76ea987b93cb31aa9085395188748e96e04c2",
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
