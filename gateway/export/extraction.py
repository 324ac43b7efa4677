"""One export from the database: a read-only snapshot, read in portions, given up at once."""

import hashlib
import threading
from collections.abc import Iterator
from typing import Any, Final

import orjson
import psycopg

from gateway.export.asked import ExportQuery, Span, canonical, refuse_impossible, span, statement
from gateway.export.cells import load_for
from gateway.export.columns import Column, chosen, columns_of
from gateway.export.datasets import AS_OF, Dataset, dataset_of
from gateway.export.forms import writing
from gateway.subscription import RefusedError
from schemas.errors import RetriableError, SettingsError
from schemas.version import CODE_VERSION

ROWS_AT_ONCE: Final = 500
CONNECT_WITHIN_S: Final = 5
CANCEL_WITHIN_S: Final = 5.0
# The first portion waits for the server to sort; a frozen reader must not hold a snapshot for ever.
PATIENCE: Final = (
    "SET timezone = 'UTC'",
    "SET datestyle = 'ISO, YMD'",
    "SET statement_timeout = '600s'",
    "SET lock_timeout = '5s'",
    "SET idle_in_transaction_session_timeout = '300s'",
)
NEWEST: Final = "SELECT (extract(epoch FROM max(known_time)) * 1000)::int8 FROM {}"
# Rows move with the sinks' offsets, in one transaction; a partition that is dropped moves none.
STATE: Final = """
    SELECT (SELECT array_agg(row(s.*)::text ORDER BY group_name, topic, partition)
            FROM sink_offsets s),
           (SELECT array_agg(inhrelid::text ORDER BY inhrelid)
            FROM pg_inherits WHERE inhparent = to_regclass(quote_ident(%s)))
"""


class DatabaseAwayError(RetriableError):
    """The database does not answer, or has ended the query."""


class Extraction:
    """`begin`, then `portions`; `cancel` from any thread, `close` in the end."""

    def __init__(self, dsn: str, form: str, asked: ExportQuery) -> None:
        """Raises RefusedError for what can be judged without the database."""
        if asked.bom == "1" and form != "csv":
            raise RefusedError("Contradiction", "bom=1 goes with csv only")
        self._dataset: Dataset = dataset_of(asked.table)
        if not asked.ages:
            span(asked, 0)
        self._dsn, self._form, self._asked = dsn, form, asked
        self._session: psycopg.Connection[Any] | None = None
        self._given_up = threading.Event()
        self.columns: tuple[Column, ...] = ()
        self.tag = ""
        self.rows = 0

    @property
    def filename(self) -> str:
        return f"{self._dataset.name}.{self._form}"

    @property
    def as_of(self) -> str:
        """How well the table can tell what was known then; empty when nobody asked."""
        return AS_OF[self._dataset.keeps] if self._asked.as_of is not None else ""

    def begin(self) -> None:
        """Open a snapshot. Raises RefusedError naming what is wrong, or DatabaseAwayError."""
        try:
            self._begin()
        except psycopg.Error as error:
            raise told(error) from None

    def portions(self) -> Iterator[bytes]:
        """The file, the last portion only when it is whole. Raises DatabaseAwayError."""
        written = writing(self._form, self.columns, mark=self._asked.bom == "1")
        try:
            yield written.begin()
            for rows in self._fetched():
                self.rows += len(rows)
                yield written.rows(rows)
            yield written.end()
        except psycopg.Error as error:
            raise told(error) from None

    def count(self) -> int:
        """How many rows there will be. Takes a query of its own."""
        assert self._session is not None
        told_rows = self._session.execute(
            psycopg.sql.SQL("SELECT count(*) FROM ({}) AS rows").format(self._statement)
        ).fetchone()
        return int(told_rows[0]) if told_rows else 0

    def cancel(self) -> None:
        """Stop a query that runs, from another thread than the one that waits for it."""
        self._given_up.set()
        if self._session is not None and not self._session.closed:
            try:
                self._session.cancel_safe(timeout=CANCEL_WITHIN_S)
            except psycopg.Error:
                return  # it is gone already, or its server is

    def close(self) -> None:
        if self._session is not None:
            self._session.close()

    def _begin(self) -> None:
        session = self._session = connected(self._dsn)
        for setting in PATIENCE:
            session.execute(setting)
        session.read_only = True
        session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        session.autocommit = False
        load_for(self._form, session)
        known = columns_of(session, self._dataset.relation)
        if not known:
            raise RefusedError(
                "NotReady",
                f"the database has no table {self._dataset.relation} yet: the sinks make it",
            )
        self.columns = chosen(known, self._asked.columns)
        refuse_impossible(self._asked, self._dataset, known)
        times = span(self._asked, self._newest(session))
        self._statement = statement(self._asked, self._dataset, times, known, self.columns)
        self.tag = self._tag(session, times)

    def _newest(self, session: psycopg.Connection[Any]) -> int:
        if not self._asked.ages:
            return 0
        table = psycopg.sql.Identifier(self._dataset.relation)
        found = session.execute(psycopg.sql.SQL(NEWEST).format(table)).fetchone()
        return found[0] or 0 if found else 0

    def _tag(self, session: psycopg.Connection[Any], times: Span) -> str:
        if not self._dataset.tagged:
            return ""
        state = session.execute(STATE, (self._dataset.relation,)).fetchone()
        names = [column.name for column in self.columns]
        decided = [CODE_VERSION, canonical(self._form, self._asked, times), names, state]
        return f'W/"{hashlib.sha256(orjson.dumps(decided)).hexdigest()[:32]}"'

    def _fetched(self) -> Iterator[list[tuple[Any, ...]]]:
        assert self._session is not None
        with self._session.cursor(name="export", withhold=False) as cursor:
            cursor.execute(self._statement)
            while rows := cursor.fetchmany(ROWS_AT_ONCE):
                yield rows
                if self._given_up.is_set():
                    raise DatabaseAwayError("the export was given up")


def connected(dsn: str) -> psycopg.Connection[Any]:
    try:
        return psycopg.connect(
            dsn, autocommit=True, connect_timeout=CONNECT_WITHIN_S, application_name="heat-export"
        )
    except psycopg.ProgrammingError:
        # The parser's complaint may quote the whole string, password and all.
        raise SettingsError("HEAT_DATABASE__DSN: not a PostgreSQL connection string") from None


def told(error: psycopg.Error) -> DatabaseAwayError:
    """In one line. What the server says of a failure holds no secret."""
    reason = " ".join(str(error).split()) or type(error).__name__
    return DatabaseAwayError(f"the database: {reason}", retry_after=5.0)
