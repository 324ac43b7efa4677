"""What was taken back leaves no words in the rows, whichever comes first, the words or the word.

A tombstone is a raw mention that says `deleted`. It blanks the rows that are there, and is kept in
table `tombstones` for those that come later: a mention may be slower through the resolver than its
tombstone, and a topic may be read again from its start.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final, LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

from sinks.base.table import TAKEN_BACK, Admit
from sinks.base.wire import Kind, cells, joined, packed
from sinks.forget.blanking import OF_CANDIDATE, OF_MENTION, OF_RAW

Session = psycopg.Connection[Any]
Columns = Sequence[tuple[str, Kind]]

OF_TABLE: Final = {"mentions": OF_MENTION, "candidates": OF_CANDIDATE}
# Who writes mentions holds it shared from the look at the tombstones to the commit, who writes
# tombstones holds it alone: none can come between the look and the rows.
LOCK: Final = 0x544F4D42  # "TOMB"
ALONE: Final = "SELECT pg_advisory_xact_lock(%s)"
SHARED: Final = "SELECT pg_advisory_xact_lock_shared(%s)"
KEEP: Final = "INSERT INTO tombstones (raw_id) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING"
ANY: Final = "SELECT EXISTS (SELECT FROM tombstones)"
WHICH: Final = "SELECT raw_id FROM tombstones WHERE raw_id = ANY (%s)"


def of_raw(columns: Columns) -> Admit:
    """For the table that the tombstones come to."""
    return partial(_admit_raw, columns)


def of_table(columns: Columns, words: Mapping[str, object]) -> Admit:
    """For a table of what was made of raw mentions, and which of its columns have words."""
    return partial(_admit, columns, words)


def _admit_raw(columns: Columns, session: Session, rows: Mapping[bytes, bytes]) -> list[bytes]:
    gone = [key.removesuffix(TAKEN_BACK) for key in rows if key.endswith(TAKEN_BACK)]
    if gone:
        _bury(session, [key.decode() for key in gone])
        # A row of the same id in the same batch is as gone, whichever came first.
        rows = {key: row for key, row in rows.items() if key not in gone}
    plain = {key: key for key in rows if not key.endswith(TAKEN_BACK)}
    return _blanked(session, columns, OF_RAW, rows, plain)


def _admit(
    columns: Columns, words: Mapping[str, object], session: Session, rows: Mapping[bytes, bytes]
) -> list[bytes]:
    session.execute(SHARED, (LOCK,))
    place = [name for name, _ in columns].index("raw_id")
    if not _told(session, ANY)[0][0]:
        return list(rows.values())
    raw_ids = {key: cells(row, place + 1)[place] or b"" for key, row in rows.items()}
    return _blanked(session, columns, words, rows, raw_ids)


def _bury(session: Session, raw_ids: Sequence[str]) -> None:
    session.execute(ALONE, (LOCK,))
    session.execute(KEEP, (raw_ids,))
    for table, words in OF_TABLE.items():
        blank = sql.SQL("UPDATE {} SET {} WHERE raw_id = ANY ({}) AND NOT ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(_equal(name, value) for name, value in words.items()),
            sql.Literal(list(raw_ids)),
            sql.SQL(" AND ").join(_same(name, value) for name, value in words.items()),
        )
        session.execute(blank)


def _told(session: Session, question: LiteralString, *values: object) -> list[tuple[Any, ...]]:
    return session.cursor(row_factory=tuple_row).execute(question, values).fetchall()


def _equal(name: str, value: object) -> sql.Composed:
    return sql.SQL("{} = {}").format(sql.Identifier(name), sql.Literal(value))


def _same(name: str, value: object) -> sql.Composed:
    return sql.SQL("{} IS NOT DISTINCT FROM {}").format(sql.Identifier(name), sql.Literal(value))


def _blanked(
    session: Session,
    columns: Columns,
    words: Mapping[str, object],
    rows: Mapping[bytes, bytes],
    raw_ids: Mapping[bytes, bytes],
) -> list[bytes]:
    """The rows, those of tombstones without their words."""
    asked = [raw_id.decode() for raw_id in raw_ids.values()]
    found = _told(session, WHICH, asked) if asked else []
    gone = {raw_id.encode() for (raw_id,) in found}
    if not gone:
        return list(rows.values())
    empty = {
        number: packed(kind, words[name])
        for number, (name, kind) in enumerate(columns)
        if name in words
    }
    return [
        _without(row, len(columns), empty) if raw_ids.get(key) in gone else row
        for key, row in rows.items()
    ]


def _without(row: bytes, count: int, empty: Mapping[int, bytes | None]) -> bytes:
    return joined([empty.get(number, cell) for number, cell in enumerate(cells(row, count))])
