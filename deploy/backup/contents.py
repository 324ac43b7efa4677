"""What a database holds: its tables with their rows and digests, and its extensions."""

from collections.abc import Callable
from typing import Any, Final

import psycopg
from psycopg import sql

from deploy.backup.manifest import TableCopy

# Values have one text only under these.
ONE_SPELLING: Final = (
    "SET timezone = 'UTC'",
    "SET datestyle = 'ISO, YMD'",
    "SET intervalstyle = 'postgres'",
    "SET bytea_output = 'hex'",
    "SET extra_float_digits = 1",
    "SET statement_timeout = 0",
    "SET idle_in_transaction_session_timeout = 0",
)
OURS: Final = """
    nspname NOT IN ('pg_catalog', 'information_schema')
    AND nspname !~ '^(pg_toast|pg_temp|_timescaledb|timescaledb_)'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                    AND d.objid = c.oid AND d.deptype = 'e')
"""
# A partition's rows are counted with its parent's.
TABLES: Final = f"""
    SELECT nspname, relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'p') AND NOT relispartition AND {OURS} ORDER BY 1, 2
"""  # noqa: S608 - our own words
ANYTHING: Final = f"""
    SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND {OURS}
"""  # noqa: S608 - our own words
# The two halves of each row's MD5, added up: no order, no sorting, and twins count twice.
DIGEST: Final = """
    SELECT count(*), coalesce(sum(('x' || left(h, 16))::bit(64)::int8::numeric), 0)::text,
           coalesce(sum(('x' || right(h, 16))::bit(64)::int8::numeric), 0)::text
    FROM (SELECT md5(t::text) AS h FROM {} AS t) AS hashed
"""
EXTENSIONS: Final = "SELECT extname, extversion FROM pg_extension ORDER BY 1"

Watch = Callable[[int, int], None]


def copies(session: psycopg.Connection[Any], watch: Watch | None = None) -> dict[str, TableCopy]:
    """Every table of ours as it is now, by its name, with its schema unless that is public."""
    for setting in ONE_SPELLING:
        session.execute(setting)
    tables = session.execute(TABLES).fetchall()
    found: dict[str, TableCopy] = {}
    for done, (schema, name) in enumerate(tables):
        if watch is not None:
            watch(done, len(tables))
        plain = name if schema == "public" else f"{schema}.{name}"
        found[plain] = _copy(session, sql.Identifier(schema, name))
    return found


def _copy(session: psycopg.Connection[Any], table: sql.Identifier) -> TableCopy:
    found = session.execute(sql.SQL(DIGEST).format(table)).fetchone()
    assert found is not None
    return TableCopy(found[0], f"{found[1]}/{found[2]}")


def extensions(session: psycopg.Connection[Any]) -> dict[str, str]:
    return dict(session.execute(EXTENSIONS).fetchall())


def is_empty(session: psycopg.Connection[Any]) -> bool:
    found = session.execute(ANYTHING).fetchone()
    return found is not None and found[0] == 0


def differences(wanted: dict[str, TableCopy], found: dict[str, TableCopy]) -> list[str]:
    """In which tables the two differ, in words; empty when they are equal. Pure."""
    told = [f"{name} is missing" for name in sorted(wanted.keys() - found.keys())]
    told += [f"{name} should not be there" for name in sorted(found.keys() - wanted.keys())]
    for name in sorted(wanted.keys() & found.keys()):
        want, have = wanted[name], found[name]
        if want.rows != have.rows:
            told.append(f"{name} has {have.rows} rows, not {want.rows}")
        elif want.digest != have.digest:
            told.append(f"{name} has other rows than it had")
    return told
