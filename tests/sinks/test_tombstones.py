"""What was taken back has no words in any row, in whatever order it is told."""

import threading
from collections.abc import Iterable, Iterator
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from schemas.codec import encode
from schemas.records import Record
from sinks.base.table import Table, admitted, fill, staging_statement
from sinks.candidates import CANDIDATES
from sinks.mentions import MENTIONS
from sinks.raw_mentions import RAW_MENTIONS
from tests.schemas.examples import newest_examples
from tests.sinks.builders import mention, raw_mention
from tests.sinks.running import wait_until

Session = psycopg.Connection[dict[str, Any]]
SAID = raw_mention(1, channel="u/viewer-1", attributes={"flair": "mine"})
GONE = raw_mention(1, deleted=True, known_time=SAID.known_time + 5_000)
MADE = mention(1, raw_id=SAID.id)
OTHER = mention(2, raw_id="raw-other")


def connected(dsn: str) -> Session:
    session = psycopg.connect(dsn, autocommit=True, row_factory=dict_row)
    for table in (RAW_MENTIONS, MENTIONS, CANDIDATES):
        session.execute(staging_statement(table))
    return session


@pytest.fixture
def session(tables_dsn: str) -> Iterator[Session]:
    with connected(tables_dsn) as opened:
        opened.execute("TRUNCATE tombstones, raw_mentions, raw_mentions_ids")
        opened.execute("TRUNCATE mentions, mentions_ids, candidates, candidates_ids")
        yield opened


def write(session: Session, table: Table[Any], *records: Record) -> int:
    rows = dict(table.read(encode(record)) for record in records)
    with session.transaction():
        return fill(session, table, admitted(session, table, rows))


def only(session: Session, query: str) -> dict[str, Any]:
    (row,) = session.execute(query).fetchall()
    return row


def assert_gone(session: Session) -> None:
    raw = only(session, "SELECT * FROM raw_mentions")
    assert (raw["id"], raw["deleted"]) == (SAID.id, True)
    assert (raw["title"], raw["text"], raw["author"], raw["url"]) == ("", "", None, None)
    assert (raw["channel"], raw["native_id"], raw["attributes"]) == ("", "", {})
    made = only(session, f"SELECT * FROM mentions WHERE raw_id = '{SAID.id}'")
    assert (made["title"], made["url"], made["outlet"], made["author_key"]) == ("", None, "", 0)
    assert made["entity_id"] == MADE.entity_id


ORDERS = [
    [SAID, MADE, GONE],
    [SAID, GONE, MADE],
    [GONE, SAID, MADE],
    [GONE, MADE, SAID],
    [MADE, GONE, SAID],
    [MADE, SAID, GONE],
    [SAID, MADE, GONE, SAID, MADE],  # read again from the start, and not yet to the end
]


@pytest.mark.parametrize("order", ORDERS)
def test_in_any_order_no_words_are_left(session: Session, order: list[Record]) -> None:
    for record in order:
        write(session, MENTIONS if record is MADE else RAW_MENTIONS, record)
    assert_gone(session)


@pytest.mark.parametrize("order", [[SAID, GONE], [GONE, SAID], [SAID, GONE, SAID]])
def test_in_one_batch_too(session: Session, order: list[Record]) -> None:
    write(session, MENTIONS, MADE, OTHER)
    write(session, RAW_MENTIONS, *order)
    assert_gone(session)
    kept = only(session, "SELECT title, outlet FROM mentions WHERE raw_id = 'raw-other'")
    assert (kept["title"], kept["outlet"]) == (OTHER.title, "r/movies")


def test_told_again_it_changes_nothing(session: Session) -> None:
    write(session, RAW_MENTIONS, SAID)
    write(session, MENTIONS, MADE)
    assert write(session, RAW_MENTIONS, GONE) == 1
    before = session.execute("SELECT id, xmin::text FROM mentions").fetchall()
    assert write(session, RAW_MENTIONS, GONE) == 0
    assert session.execute("SELECT id, xmin::text FROM mentions").fetchall() == before


def test_what_was_left_out_of_the_count_loses_its_words_too(session: Session) -> None:
    (example,) = [one for one in newest_examples() if one.schema_name == "candidate"]
    write(session, CANDIDATES, example)
    taken = raw_mention(9, id=example.raw_id, deleted=True)  # type: ignore[attr-defined]
    write(session, RAW_MENTIONS, taken)
    row = only(session, "SELECT title, url, surface, outlet, author_key FROM candidates")
    assert list(row.values()) == ["", None, "", "", 0]


def test_a_mention_cannot_slip_by_while_its_tombstone_is_written(
    session: Session, tables_dsn: str
) -> None:
    """mention:   looks, no tombstone ........ writes, commits
    tombstone:                    waits ...................... blanks"""
    write(session, RAW_MENTIONS, SAID)

    def bury() -> None:
        with connected(tables_dsn) as other:
            write(other, RAW_MENTIONS, GONE)

    burying = threading.Thread(target=bury)
    with session.transaction():
        rows = admitted(session, MENTIONS, dict([MENTIONS.read(encode(MADE))]))
        burying.start()
        waiting = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        wait_until(lambda: len(session.execute(waiting).fetchall()) == 1, "the tombstone to wait")
        fill(session, MENTIONS, rows)
    burying.join(30)
    assert_gone(session)


def kept(session: Session) -> Iterable[str]:
    return [str(row["raw_id"]) for row in session.execute("SELECT raw_id FROM tombstones")]


def test_tombstones_are_kept_for_what_comes_later(session: Session) -> None:
    write(session, RAW_MENTIONS, GONE)
    assert kept(session) == [SAID.id]
