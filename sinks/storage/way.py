"""TimescaleDB or PostgreSQL alone: what the server offers, and which way a database went.

The choice is made once, when the first table is cut by time, and is then read from the catalogue:
a server that gets TimescaleDB later keeps its partitions.
"""

from dataclasses import dataclass
from typing import Any, Final

import psycopg

from schemas.errors import FatalError

OLDEST: Final = (2, 20)  # where the columnstore's own names and by_range are all there
LICENSE: Final = "timescale"  # compression, policies and continuous aggregates need this one
EXTENSION: Final = "timescaledb"
Session = psycopg.Connection[Any]

FACTS: Final = """
    SELECT (SELECT default_version FROM pg_available_extensions WHERE name = 'timescaledb'),
           (SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'),
           current_setting('timescaledb.license', true),
           CASE WHEN to_regclass('mentions_ids') IS NOT NULL
           THEN (SELECT relkind::text FROM pg_class WHERE oid = to_regclass('mentions')) END
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a server says of itself. `cut` is the kind of a table by time, once there is one."""

    available: str | None
    installed: str | None
    license: str | None
    cut: str | None  # p: partitioned; r: a hypertable; None: not yet


@dataclass(frozen=True, slots=True)
class Way:
    """How tables are cut by time here, and why so."""

    timescale: bool
    words: str

    @property
    def name(self) -> str:
        return "timescaledb" if self.timescale else "postgresql"


def version(text: str) -> tuple[int, ...]:
    """Of `2.29.2` or `2.30.0-dev`, the numbers."""
    return tuple(int(part) for part in text.split("-")[0].split(".") if part.isdigit())


def choose(facts: Facts) -> Way:
    """As the tables are; before there are any, by what the server offers.

    Raises FatalError when the tables are hypertables and TimescaleDB cannot serve them any more.
    """
    missing = _missing(facts)
    if facts.cut == "r" and missing:
        raise FatalError(f"the tables are TimescaleDB's hypertables, but {missing}")
    if facts.cut == "p":
        missing = missing or "the tables were cut before the server had TimescaleDB"
    if missing:
        return Way(False, f"PostgreSQL's own partitions and kept sums: {missing}")
    return Way(True, f"TimescaleDB {facts.installed}: hypertables and continuous aggregates")


def _missing(facts: Facts) -> str:
    """What speaks against TimescaleDB; empty when nothing does."""
    if facts.installed is None:
        offer = "does not offer" if facts.available is None else "did not load"
        return f"the server {offer} TimescaleDB"
    if version(facts.installed) < OLDEST:
        return f"TimescaleDB {facts.installed} is older than {OLDEST[0]}.{OLDEST[1]}"
    if facts.license != LICENSE:
        return (
            f"TimescaleDB's license setting is {facts.license!r}, and compression, policies and"
            f" continuous aggregates need {LICENSE!r}"
        )
    return ""


def way(session: Session) -> Way:
    row = session.execute(FACTS).fetchone()
    assert row is not None
    return choose(Facts(*row))


def load_extension(dsn: str) -> str | None:
    """Create the extension where the server has it and no table is cut yet; why not, if it failed.

    On a connection of its own: a server that does not preload the library ends the session.
    """
    try:
        with psycopg.connect(dsn, autocommit=True, connect_timeout=5) as session:
            row = session.execute(FACTS).fetchone()
            assert row is not None
            facts = Facts(*row)
            if facts.available is None or facts.installed is not None or facts.cut is not None:
                return None
            session.execute("CREATE EXTENSION IF NOT EXISTS timescaledb")
    except psycopg.Error as refusal:
        return str(refusal).strip().split("\n", 1)[0]
    return None
