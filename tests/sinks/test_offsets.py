"""Offsets that move with the rows or not at all."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from schemas.codec import encode
from schemas.errors import FatalError
from sinks.base.errors import LostPartitionError
from sinks.base.offsets import Ledger, forget
from sinks.base.table import fill, staging_statement
from sinks.mentions import MENTIONS
from tests.sinks.builders import mention

LEDGER = Ledger("sink-mentions", {"mentions": "first-topic"})
ZERO, ONE, FIVE = ("mentions", 0), ("mentions", 1), ("mentions", 5)


@pytest.fixture
def session(migrated_dsn: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(migrated_dsn, autocommit=True) as opened:
        yield opened


def test_a_new_partition_stands_at_its_start(session: psycopg.Connection[Any]) -> None:
    assert LEDGER.load(session, {ZERO: 0, FIVE: 17}) == {ZERO: 0, FIVE: 17}


def test_a_known_partition_stands_where_it_was_written_to(
    session: psycopg.Connection[Any],
) -> None:
    LEDGER.load(session, {ZERO: 0, ONE: 0})
    LEDGER.advance(session, {ZERO: 0, ONE: 0}, {ZERO: 40})
    assert LEDGER.load(session, {ZERO: 3, ONE: 0}) == {ZERO: 40, ONE: 0}


def test_who_lost_a_partition_while_frozen_writes_nothing(
    session: psycopg.Connection[Any],
) -> None:
    LEDGER.load(session, {ZERO: 0, ONE: 0})
    LEDGER.advance(session, {ZERO: 0}, {ZERO: 40})  # The successor.
    session.execute(staging_statement(MENTIONS))

    def write_late() -> None:
        with session.transaction():
            fill(session, MENTIONS, [MENTIONS.read(encode(mention(1)))[1]])
            LEDGER.advance(session, {ZERO: 0, ONE: 0}, {ZERO: 25, ONE: 8})

    with pytest.raises(LostPartitionError):
        write_late()
    assert LEDGER.read(session, [ZERO, ONE]) == {ZERO: 40, ONE: 0}
    assert session.execute("SELECT count(*) FROM mentions").fetchone() == (0,)


def test_a_recreated_topic_is_refused_with_the_remedy(session: psycopg.Connection[Any]) -> None:
    LEDGER.load(session, {ZERO: 12})
    again = Ledger("sink-mentions", {"mentions": "second-topic"})
    with pytest.raises(FatalError, match=r"mentions was recreated.*heat sink reset mentions"):
        again.load(session, {ZERO: 0})
    assert forget(session, "sink-mentions") == 1
    assert again.load(session, {ZERO: 0}) == {ZERO: 0}


def test_another_namespace_needs_a_database_of_its_own(session: psycopg.Connection[Any]) -> None:
    LEDGER.load(session, {ZERO: 0})
    replay = Ledger("replay-1.sink-mentions", {"replay-1.mentions": "third-topic"})
    with pytest.raises(FatalError, match="a database of its own"):
        replay.load(session, {("replay-1.mentions", 0): 0})


def test_topics_of_one_group_move_each_for_itself(session: psycopg.Connection[Any]) -> None:
    raw = Ledger("sink-raw_mentions", {"raw.x": "first", "raw.reddit": "second"})
    start = {("raw.x", 0): 0, ("raw.reddit", 0): 3}
    assert raw.load(session, start) == start
    raw.advance(session, start, {("raw.reddit", 0): 9})
    assert raw.read(session, start) == {("raw.x", 0): 0, ("raw.reddit", 0): 9}
    again = Ledger("sink-raw_mentions", {"raw.x": "first", "raw.reddit": "third"})
    with pytest.raises(
        FatalError, match=r"raw\.reddit was recreated.*heat sink reset raw_mentions"
    ):
        again.load(session, start)
