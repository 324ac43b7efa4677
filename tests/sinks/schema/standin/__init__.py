"""A stand-in for TimescaleDB that cannot be taken for it: it takes calls down.

`extension/` is an extension that a real PostgreSQL 18 creates from a folder of ours. What no
extension in SQL can add, options of WITH and SET, `StandInSession` reads and hands to it.
"""

import re
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

FOLDER = Path(__file__).parent
SET_OPTIONS = re.compile(r'ALTER TABLE "(\w+)" SET \((.*)\)\s*$', re.DOTALL)
CONTINUOUS = re.compile(
    r'CREATE MATERIALIZED VIEW "(\w+)"\s+WITH \((.*?)\) AS (SELECT .*) WITH NO DATA\s*$', re.DOTALL
)
OPTION = re.compile(r"(SET|WITH) \(timescaledb\.")
WIDTH = re.compile(r"time_bucket\((INTERVAL '[^']+'), known_time\)")
# What src/with_clause takes for a table, and for a continuous aggregate.
TABLE_OPTIONS = {"enable_columnstore": "true", "segmentby": None, "orderby": None}
VIEW_OPTIONS = {"continuous": "true", "materialized_only": "false"}


class StandInSession(psycopg.Connection[Any]):
    """Sends all else as it is; an option that it does not know is an error."""

    def execute(self, query: Any, params: Any = None, **more: Any) -> psycopg.Cursor[Any]:
        text = query.as_string(self) if isinstance(query, sql.Composable) else str(query)
        if not OPTION.search(text):
            return super().execute(query, params, **more)
        for pattern, translate in ((SET_OPTIONS, _columnstore), (CONTINUOUS, _aggregate)):
            found = pattern.search(text.strip())
            if found:
                return super().execute(translate(*found.groups()))
        raise AssertionError(f"the stand-in cannot read {text}")


def _columnstore(table: str, options: str) -> sql.Composed:
    told = _options(options, TABLE_OPTIONS)
    return sql.SQL("SELECT standin.columnstore({}, {}, {})").format(
        table, told["segmentby"], told["orderby"]
    )


def _aggregate(name: str, options: str, query: str) -> sql.Composed:
    _options(options, VIEW_OPTIONS)
    (width,) = set(WIDTH.findall(query))
    note = f"continuous aggregate {name}: {' '.join(options.split())}"
    return sql.SQL(
        "CREATE VIEW {} AS {}; INSERT INTO standin.aggregates VALUES ({}, {});"
        " INSERT INTO standin.calls (call) VALUES ({})"
    ).format(sql.Identifier(name), sql.SQL(query), name, sql.SQL(width), note)


def _options(text: str, known: dict[str, str | None]) -> dict[str, str]:
    """Each with its value, every one that is known and no other."""
    found = dict(re.findall(r"timescaledb\.(\w+)(?: = ('[^']*'|\w+))?", text))
    told = {name: (value or "true").strip("'") for name, value in found.items()}
    assert told.keys() == known.keys()
    assert all(known[name] in (None, value) for name, value in told.items())
    return told
