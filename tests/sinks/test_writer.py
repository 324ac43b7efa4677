"""Rows as PostgreSQL gives them back."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from schemas.codec import encode
from schemas.errors import SkippableError
from sinks.alerts import ALERTS
from sinks.base.batch import Entry
from sinks.base.errors import RefusedRowsError, classed
from sinks.base.table import Table, fill, staging_statement
from sinks.base.writer import refused_entries
from sinks.heat import HEAT
from sinks.mentions import MENTIONS
from tests.sinks.builders import NOON, alert, heat, mention
from tests.sinks.test_dead_letters import Delivered

Session = psycopg.Connection[dict[str, Any]]
UNINDEXABLE = "".join(f"{number:x}" for number in range(5000))  # Too long, and hard to compress.


@pytest.fixture
def session(migrated_dsn: str) -> Iterator[Session]:
    with psycopg.connect(migrated_dsn, autocommit=True, row_factory=dict_row) as opened:
        for table in (MENTIONS, HEAT, ALERTS):
            opened.execute(staging_statement(table))
        yield opened


def write(session: Session, table: Table[Any], *records: Any) -> int:
    with session.transaction():
        return fill(session, table, [table.read(encode(record))[1] for record in records])


def only_row(session: Session, query: str) -> dict[str, Any]:
    (row,) = session.execute(query).fetchall()
    return row


def test_a_mention_comes_back_as_it_was(session: Session) -> None:
    write(session, MENTIONS, mention(7, level=12.5))
    row = only_row(session, "SELECT * FROM mentions")
    assert row["event_time"] == datetime.fromtimestamp((NOON + 7) / 1000, UTC)
    assert row["known_time"] == datetime.fromtimestamp((NOON + 8) / 1000, UTC)
    assert row["author_key"] == 2**47 + 7
    assert row["causation"] == ["raw.reddit-0-17", "raw.reddit-0-18"]
    assert (row["level"], row["sentiment"], row["test"]) == (12.5, -0.25, False)
    assert (row["config_hash"], row["catalogue_version"]) == ("c0ffee", 3)


@pytest.mark.parametrize("moment", [0, -1, NOON, -62_135_596_800_000, 253_402_300_799_999])
def test_times_are_exact_to_the_millisecond(session: Session, moment: int) -> None:
    write(session, MENTIONS, mention(event_time=moment))
    row = only_row(
        session, "SELECT (extract(epoch FROM event_time) * 1000)::bigint AS ms FROM mentions"
    )
    assert row["ms"] == moment


@pytest.mark.parametrize("moment", [-62_135_596_800_001, 253_402_300_800_000, 2**62])
def test_times_that_clients_cannot_read_make_no_row(moment: int) -> None:
    with pytest.raises(SkippableError, match=str(moment)):
        MENTIONS.row(mention(event_time=moment))


def test_heat_keeps_its_evidence_as_documents(session: Session) -> None:
    write(session, HEAT, heat(1))
    row = only_row(session, "SELECT * FROM heat")
    assert row["types"][0]["authors"] == 39
    assert row["reasons"][0]["clause"] == "velocity"
    assert row["receipts"][0]["url"] is None
    assert row["receipts"][0]["known_time"] == NOON + 1


def test_absent_values_are_null_and_empty_lists_are_empty(session: Session) -> None:
    write(session, MENTIONS, mention(url=None, level=None, causation=()))
    row = only_row(session, "SELECT url, level, causation FROM mentions")
    assert (row["url"], row["level"], row["causation"]) == (None, None, [])


def test_the_character_that_no_text_can_hold_is_replaced_everywhere(session: Session) -> None:
    evidence = heat().receipts[0]
    marked = type(evidence)(
        **{f: getattr(evidence, f) for f in evidence.__struct_fields__ if f != "title"},
        title="a\0b and \\u0000 spelled out",
    )
    write(session, HEAT, heat(entity_name="x\0y", receipts=(marked,), causation=("p\0q",)))
    row = only_row(session, "SELECT entity_name, receipts, causation FROM heat")
    assert row["entity_name"] == "x\ufffdy"
    assert row["causation"] == ["p\ufffdq"]
    assert row["receipts"][0]["title"] == "a\ufffdb and \\u0000 spelled out"


def test_writing_again_changes_nothing(session: Session) -> None:
    assert write(session, MENTIONS, mention(1), mention(2)) == 2
    before = session.execute("SELECT id, xmin::text FROM mentions ORDER BY id").fetchall()
    assert write(session, MENTIONS, mention(1), mention(2)) == 0
    assert session.execute("SELECT id, xmin::text FROM mentions ORDER BY id").fetchall() == before


def test_a_newer_record_of_a_mention_replaces_the_row(session: Session) -> None:
    write(session, MENTIONS, mention(1))
    assert write(session, MENTIONS, mention(1, title="Corrected")) == 1
    assert only_row(session, "SELECT title FROM mentions")["title"] == "Corrected"


def test_a_step_of_an_alert_is_never_rewritten(session: Session) -> None:
    write(session, ALERTS, alert(0))
    assert write(session, ALERTS, alert(0, headline="Forged")) == 0
    assert only_row(session, "SELECT headline FROM alerts")["headline"] == "Zendaya is taking off"


def test_alert_now_is_the_latest_step(session: Session) -> None:
    write(session, ALERTS, alert(0), alert(2, kind="confirmed"), alert(1))
    row = only_row(session, "SELECT step, kind, trade FROM alert_now")
    assert (row["step"], row["kind"], row["trade"]["lead_ms"]) == (2, "confirmed", 7_200_000)


def test_a_row_that_the_database_refuses_is_told_from_an_outage(session: Session) -> None:
    with pytest.raises(psycopg.Error) as refusal:
        write(session, MENTIONS, mention(id=UNINDEXABLE))
    assert isinstance(classed(refusal.value), RefusedRowsError)


@pytest.mark.parametrize("bad", [set(), {0}, {99}, {3, 4, 50}, set(range(100))])
def test_halving_finds_exactly_the_refused_rows(bad: set[int]) -> None:
    entries: list[Entry] = [(bytes([number]), b"", Delivered(None)) for number in range(100)]

    def accepts(part: Any) -> bool:
        return not any(key[0] in bad for key, _, _ in part)

    found = [key[0] for key, _, _ in refused_entries(entries, accepts)]
    assert found == sorted(bad)
