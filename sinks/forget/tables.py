"""The tables: rows that have words of those who are sought, and the same rows without them.

The sinks do this of themselves for what a tombstone names. Here it is done for every table, for
sinks that are not running and for rows that quote, and looked at a second time.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from schemas.errors import HeatError, RetriableError, SettingsError
from sinks.base.errors import classed
from sinks.forget.blanking import BY_KIND, RECEIPTS, TRADE, Fields, blanked
from sinks.forget.report import Place
from sinks.forget.sought import Sought

OWN: Final[Mapping[str, str]] = {
    "raw_mentions": "raw-mention",
    "mentions": "mention",
    "candidates": "candidate",
}
QUOTING: Final[Mapping[str, str]] = {
    "heat": "heat",
    "alerts": "alert",
    "discoveries": "discovery",
    "questions": "question",
}
ALSO: Final = ("source", "source_type", "test", "raw_id")
TIMES: Final = ("event_time", "known_time")
AT_ONCE: Final = 2000
# Words may stand in chunks that TimescaleDB has compressed, more of them than it would open for one
# change by itself.
NO_LIMIT: Final = sql.SQL(
    "SELECT set_config('timescaledb.max_tuples_decompressed_per_dml_transaction', '0', false)"
    " FROM pg_extension WHERE extname = 'timescaledb'"
)
Session = psycopg.Connection[dict[str, Any]]


class Tables:
    """One database, in transactions of its own; each call may be repeated."""

    def __init__(self, dsn: str) -> None:
        try:
            self._session: Session = psycopg.connect(
                dsn, autocommit=True, connect_timeout=5, row_factory=dict_row
            )
        except psycopg.ProgrammingError:
            raise SettingsError("HEAT_DATABASE__DSN: not a PostgreSQL connection string") from None
        except psycopg.Error as error:
            raise _told(error) from None
        list(self._ask(NO_LIMIT, []))
        self._columns = self._look()

    @property
    def empty(self) -> bool:
        """Whether the database has none of our tables."""
        return not self._columns

    def learn(self, sought: Sought) -> None:
        """Made of first, for an id that only a receipt names; then raw; then made of those."""
        for table in ("mentions", "candidates", "raw_mentions", "mentions", "candidates"):
            for row in self._own_rows(table, sought):
                sought.learn(OWN[table], row)

    def find(self, sought: Sought) -> Iterator[Place]:
        for table, row in self._speaking(sought):
            yield Place(store="table", where=table, kind={**OWN, **QUOTING}[table], id=row["id"])

    def blank(self, sought: Sought) -> int:
        """The number of rows that lost their words."""
        count = 0
        for table, row in list(self._speaking(sought)):
            shorter = blanked({**OWN, **QUOTING}[table], row, sought.gone)
            if shorter:
                self._update(table, row["id"], {n: v for n, v in shorter.items() if v != row[n]})
                count += 1
        return count

    def close(self) -> None:
        self._session.close()

    def _speaking(self, sought: Sought) -> Iterator[tuple[str, Fields]]:
        for table, kind in OWN.items():
            rows = self._own_rows(table, sought)
            yield from ((table, row) for row in rows if sought.speaks(kind, row))
        for table, kind in QUOTING.items():
            rows = self._quoting_rows(table, sought)
            yield from ((table, row) for row in rows if sought.speaks(kind, row))

    def _look(self) -> dict[str, set[str]]:
        """The columns of our tables, as far as this database has them."""
        asked = """SELECT table_name, column_name FROM information_schema.columns
                   WHERE table_schema = current_schema() AND table_name = ANY(%s)"""
        columns: dict[str, set[str]] = {}
        for row in self._ask(sql.SQL(asked), [[*OWN, *QUOTING]]):
            columns.setdefault(row["table_name"], set()).add(row["column_name"])
        return columns

    def _own_rows(self, table: str, sought: Sought) -> Iterator[Fields]:
        if table not in self._columns:
            return
        key, words = BY_KIND[OWN[table]]
        names = [n for n in dict.fromkeys(("id", *ALSO, *words)) if n in self._columns[table]]
        times = [
            sql.SQL("(extract(epoch FROM {0}) * 1000)::bigint AS {0}").format(sql.Identifier(name))
            for name in TIMES
        ]
        wanted = [*map(sql.Identifier, names), *times]
        wheres: list[tuple[sql.Composed, list[Any]]] = [
            (sql.SQL("{} = ANY(%s)").format(sql.Identifier(key)), [[*sought.raw, *sought.ids]]),
            (sql.SQL("{} = ANY(%s)").format(sql.Identifier("id")), [[*sought.ids]]),
        ]
        if "author" in names and sought.author:
            author = sought.author
            wheres.append(
                (
                    sql.SQL("source = %s AND lower(author) = lower(%s)").format(),
                    [author.source, author.name],
                )
            )
        seen: set[str] = set()
        for where, values in wheres:
            statement = sql.SQL("SELECT {} FROM {} WHERE {}").format(
                sql.SQL(", ").join(wanted), sql.Identifier(table), where
            )
            for row in self._ask(statement, values):
                if row["id"] not in seen:
                    seen.add(row["id"])
                    yield row

    def _quoting_rows(self, table: str, sought: Sought) -> Iterator[Fields]:
        if table not in self._columns or not sought.derived:
            return
        ids = [*sought.derived]
        trade = TRADE in self._columns[table]
        since = sought.since
        yield from self._ask(
            sql.SQL(
                "SELECT id, {} FROM {} WHERE {} AND (EXISTS (SELECT FROM jsonb_array_elements("
                "{}) AS one WHERE one->>'mention_id' = ANY(%s)){})"
            ).format(
                sql.SQL(", ").join(map(sql.Identifier, (RECEIPTS, *([TRADE] if trade else ())))),
                sql.Identifier(table),
                sql.SQL("known_time >= to_timestamp(%s)" if since else "true"),
                sql.Identifier(RECEIPTS),
                sql.SQL(" OR trade->>'mention_id' = ANY(%s)" if trade else ""),
            ),
            [*([since / 1000] if since else []), ids, *([ids] if trade else [])],
        )

    def _update(self, table: str, row_id: str, changes: Fields) -> None:
        names = [name for name in changes if name in self._columns[table]]
        values = [Jsonb(v) if isinstance(v, dict | list) else v for v in map(changes.get, names)]
        places = sql.SQL(", ").join(
            sql.SQL("{} = %s").format(sql.Identifier(name)) for name in names
        )
        statement = sql.SQL("UPDATE {} SET {} WHERE id = %s").format(sql.Identifier(table), places)
        try:
            self._session.execute(statement, [*values, row_id])
        except psycopg.Error as error:
            raise _told(error) from None

    def _ask(self, statement: sql.SQL | sql.Composed, values: list[Any]) -> Iterator[Fields]:
        try:
            yield from self._session.execute(statement, values)
        except psycopg.Error as error:
            raise _told(error) from None


def _told(error: psycopg.Error) -> HeatError:
    found = classed(error)
    return found if isinstance(found, RetriableError) else SettingsError(f"the database: {found}")
