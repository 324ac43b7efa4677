"""Table `velocity` has a row where the numbers change, and nowhere else."""

from collections.abc import Iterator
from typing import Any

import msgspec
import psycopg
import pytest

from schemas.codec import encode
from schemas.records import Velocity
from sinks.base.table import admitted, fill, staging_statement
from sinks.velocity import VELOCITY
from tests.schemas.examples import newest_examples

Session = psycopg.Connection[Any]
(EXAMPLE,) = [one for one in newest_examples() if isinstance(one, Velocity)]
MINUTE = 60_000


def velocity(minute: int, z: float, entity: str = "person-1") -> Velocity:
    return msgspec.structs.replace(
        EXAMPLE,
        id=f"{entity}-{minute:03d}",
        known_time=EXAMPLE.known_time + minute * MINUTE,
        entity_id=entity,
        velocity_z=z,
    )


# minute:                                0    1    2    3    4    5    6    7
POLLS = [velocity(n, z) for n, z in enumerate([0.0, 0.0, 2.5, 2.5, 2.5, 0.0, 0.0, 2.5])]
STORED = ["person-1-000", "person-1-002", "person-1-005", "person-1-007"]


@pytest.fixture
def session(tables_dsn: str) -> Iterator[Session]:
    with psycopg.connect(tables_dsn, autocommit=True) as opened:
        opened.execute("TRUNCATE velocity, velocity_ids")
        opened.execute(staging_statement(VELOCITY))
        yield opened


def write(session: Session, records: list[Velocity]) -> None:
    rows = dict(VELOCITY.read(encode(record)) for record in records)
    with session.transaction():
        fill(session, VELOCITY, admitted(session, VELOCITY, rows))


def stored(session: Session) -> list[str]:
    return [row[0] for row in session.execute("SELECT id FROM velocity ORDER BY id")]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8])
def test_the_same_rows_are_stored_wherever_a_batch_ends(session: Session, size: int) -> None:
    for part in parts(POLLS, size):
        write(session, part)
    assert stored(session) == STORED


def parts(records: list[Velocity], size: int) -> Iterator[list[Velocity]]:
    for first in range(0, len(records), size):
        yield records[first : first + size]


@pytest.mark.parametrize("first", range(len(POLLS)))
def test_read_again_from_anywhere_the_same_rows_stay(session: Session, first: int) -> None:
    write(session, POLLS)
    write(session, POLLS[first:])
    assert stored(session) == STORED


def test_each_entity_is_compared_with_itself(session: Session) -> None:
    write(session, [velocity(0, 1.0), velocity(0, 2.0, "film-2"), velocity(1, 1.0)])
    write(session, [velocity(1, 2.0, "film-2"), velocity(2, 2.0), velocity(2, 1.0, "film-2")])
    assert stored(session) == ["film-2-000", "film-2-002", "person-1-000", "person-1-002"]


def test_other_types_with_equal_sums_are_a_change(session: Session) -> None:
    other = msgspec.structs.replace(velocity(1, 0.0), types=())
    write(session, [velocity(0, 0.0), other, velocity(2, 0.0)])
    assert stored(session) == ["person-1-000", "person-1-001", "person-1-002"]
