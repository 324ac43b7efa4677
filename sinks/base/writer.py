"""Batches into the database: rows, dead letters and offsets, all or nothing."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import psycopg

from schemas.errors import FatalError, SettingsError
from sinks.base.batch import Batch, Entry, Place
from sinks.base.dead_letters import FLOOD_LIMIT, DeadLetters, dead_letter
from sinks.base.errors import FloodError, LostPartitionError, RefusedRowsError, classed
from sinks.base.offsets import Ledger
from sinks.base.table import Table, admitted, fill, staging_statement

T = TypeVar("T")

# A frozen process must not keep its successor waiting for the rows it has locked.
PATIENCE: Final = (
    "SET statement_timeout = '60s'",
    "SET lock_timeout = '15s'",
    "SET idle_in_transaction_session_timeout = '10s'",
    "SET client_min_messages = 'error'",
)


@dataclass(frozen=True, slots=True)
class Written:
    """What a batch came to."""

    rows: int
    reached: dict[Place, int]
    dead_letters: int


def refused_entries(
    entries: Sequence[Entry], accepts: Callable[[Sequence[Entry]], bool]
) -> list[Entry]:
    """The ones that the database will not take, found by halving."""
    if not entries or accepts(entries):
        return []
    if len(entries) == 1:
        return list(entries)
    middle = len(entries) // 2
    return refused_entries(entries[:middle], accepts) + refused_entries(entries[middle:], accepts)


class Writer:
    """One connection to the database; opened when needed, thrown away when in doubt."""

    def __init__(self, dsn: str, table: Table[Any], dead_letters: DeadLetters) -> None:
        self._dsn = dsn
        self._table = table
        self._dead_letters = dead_letters
        self._session: psycopg.Connection[Any] | None = None

    def load(self, ledger: Ledger, starts: dict[Place, int]) -> dict[Place, int]:
        return self._attempt(lambda session: ledger.load(session, starts))

    def write(self, batch: Batch, ledger: Ledger) -> Written:
        """Dead letters first, then rows and offsets in one transaction."""
        while True:
            if batch.dead:
                self._dead_letters.send(batch.dead)
                batch.set_aside += len(batch.dead)
                batch.dead.clear()
            try:
                rows = self._commit(batch, ledger)
            except RefusedRowsError as refusal:
                self._set_aside(batch, ledger, str(refusal))
            else:
                return Written(rows, dict(batch.next_offsets), batch.set_aside)

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def _commit(self, batch: Batch, ledger: Ledger) -> int:
        def once(session: psycopg.Connection[Any]) -> int:
            changed = self._fill(session, batch.entries.values())
            ledger.advance(session, batch.expected, batch.next_offsets)
            return changed

        try:
            return self._attempt(once)
        except LostPartitionError:
            # A commit whose answer was lost on the way: the batch is in, whole.
            if self._attempt(lambda s: ledger.read(s, batch.next_offsets)) == batch.next_offsets:
                return len(batch.entries)
            raise

    def _fill(self, session: psycopg.Connection[Any], entries: Iterable[Entry]) -> int:
        rows = {key: row for key, row, _ in entries}
        wanted = admitted(session, self._table, rows) if rows else ()
        return fill(session, self._table, wanted) if wanted else 0

    def _set_aside(self, batch: Batch, ledger: Ledger, reason: str) -> None:
        """Take the refused rows out of the batch, to be dead letters."""
        refused = refused_entries(list(batch.entries.values()), self._accepts)
        if not refused:
            raise FatalError(f"the database refuses a batch, but none of its rows: {reason}")
        if len(refused) > FLOOD_LIMIT:
            raise FloodError(
                f"the database refuses {len(refused)} of {len(batch.entries)} rows for"
                f" {self._table.name}: {reason}. The offset stays before them"
            )
        for key, _, delivery in refused:
            del batch.entries[key]
            batch.dead.append(dead_letter(delivery, ledger.group, f"refused as a row: {reason}"))

    def _accepts(self, entries: Sequence[Entry]) -> bool:
        def rehearse(session: psycopg.Connection[Any]) -> None:
            self._fill(session, entries)
            raise psycopg.Rollback

        try:
            self._attempt(rehearse)
        except RefusedRowsError:
            return False
        return True

    def _attempt(self, task: Callable[[psycopg.Connection[Any]], T]) -> T:
        """Run in one transaction. A connection that failed is closed: its state is unknown."""
        try:
            session = self._connected()
            outcome: list[T] = []
            with session.transaction():
                outcome.append(task(session))
        except psycopg.Error as error:
            failure = classed(error)
            if not isinstance(failure, RefusedRowsError):
                self.close()
            raise failure from error
        return outcome[0] if outcome else None  # type: ignore[return-value]  # a rehearsal's None

    def _connected(self) -> psycopg.Connection[Any]:
        if self._session is None:
            try:
                session = psycopg.connect(self._dsn, autocommit=True, connect_timeout=5)
            except psycopg.ProgrammingError:
                # The parser's complaint may quote the whole string, password and all.
                raise SettingsError(
                    "HEAT_DATABASE__DSN: not a PostgreSQL connection string"
                ) from None
            for setting in PATIENCE:
                session.execute(setting)
            session.execute(staging_statement(self._table))
            self._session = session
        return self._session
