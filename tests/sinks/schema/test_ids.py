"""An id is there once, whatever time it comes with and whoever writes it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import psycopg
import pytest
from psycopg.errors import SerializationFailure

from schemas.codec import encode
from sinks.base.dated import days_of, id_of, place
from sinks.base.errors import DatabaseUnavailableError, classed
from sinks.base.table import fill, staging_statement
from sinks.mentions import MENTIONS
from sinks.velocity import VELOCITY
from tests.schemas.examples import newest_examples
from tests.sinks.builders import NOON, mention
from tests.sinks.schema.rows import DAY_MS, Session, all_of, at, one, write, written

EVERYTHING = "SELECT id, known_time, title FROM mentions ORDER BY id"


def test_the_same_id_with_another_time_leaves_one_row_which_is_the_last(session: Session) -> None:
    write(session, MENTIONS, [mention(1), mention(2)])
    later = mention(1, known_time=NOON + 3 * DAY_MS, title="again")
    assert write(session, MENTIONS, [later, mention(3)]) == 2
    rows = all_of(session, EVERYTHING)
    assert [row[0][-1] for row in rows] == ["1", "2", "3"]
    assert rows[0][2] == "again"
    assert round(rows[0][1].timestamp() * 1000) == NOON + 3 * DAY_MS


def test_a_table_whose_first_record_stands_keeps_it_whatever_comes_later(session: Session) -> None:
    (first,) = [record for record in newest_examples() if record.schema_name == "velocity"]
    changed = type(first)(**{
        **{name: getattr(first, name) for name in first.__struct_fields__},
        "known_time": first.known_time + DAY_MS, "velocity_z": 99.0,
    })  # fmt: skip
    assert write(session, VELOCITY, [first]) == 1
    assert write(session, VELOCITY, [changed]) == 0
    assert all_of(session, "SELECT count(*), max(velocity_z) FROM velocity") == [
        (1, first.velocity_z)
    ]


def test_the_ids_say_where_each_row_is(session: Session) -> None:
    write(session, MENTIONS, [mention(n) for n in range(20)])
    write(session, MENTIONS, [mention(n, known_time=NOON + n * DAY_MS) for n in range(10, 30)])
    lost = """SELECT count(*) FROM mentions FULL JOIN mentions_ids USING (id, known_time)
              WHERE mentions.raw_id IS NULL OR mentions_ids.id IS NULL"""
    assert one(session, lost) == 0
    assert one(session, "SELECT count(*) FROM mentions") == 30


def test_the_same_batch_again_touches_no_row(session: Session) -> None:
    batch = [mention(n) for n in range(50)]
    assert write(session, MENTIONS, batch) == 50
    before = all_of(session, "SELECT id, xmin::text, ctid::text FROM mentions ORDER BY id")
    assert write(session, MENTIONS, batch) == 0
    after = all_of(session, "SELECT id, xmin::text, ctid::text FROM mentions ORDER BY id")
    assert after == before


def test_a_row_that_retention_took_comes_back_when_its_id_comes_again(session: Session) -> None:
    write(session, MENTIONS, [mention(1)])
    session.execute("DELETE FROM mentions")
    assert write(session, MENTIONS, [mention(1, known_time=NOON + DAY_MS)]) == 1
    assert one(session, "SELECT count(*) FROM mentions") == 1


def test_a_batch_that_fails_leaves_no_id_behind(session: Session) -> None:
    rows = [MENTIONS.read(encode(mention(n)))[1] for n in range(3)]
    session.execute(staging_statement(MENTIONS))
    session.execute("ALTER TABLE mentions ADD CONSTRAINT unlucky CHECK (raw_id <> 'raw-2')")
    with pytest.raises(psycopg.errors.CheckViolation), session.transaction():
        fill(session, MENTIONS, rows)
    assert one(session, "SELECT count(*) FROM mentions_ids") == 0


def test_writers_of_the_same_ids_at_once_make_one_row_each(session: Session, dsn: str) -> None:
    """Each tries until it is through, as a sink does; what clashes may be tried again."""
    writers, start = 4, Barrier(4)

    def run(writer: int) -> None:
        with psycopg.connect(dsn, autocommit=True) as own:
            for turn in range(5):
                start.wait(30)
                batch = [
                    mention(n, known_time=NOON + writer * DAY_MS + turn, title=f"{writer}-{turn}")
                    for n in range(turn * 40, turn * 40 + 60)
                ]
                while not written(own, MENTIONS, batch):
                    pass

    with ThreadPoolExecutor(writers) as threads:
        list(threads.map(run, range(writers)))
    assert one(session, "SELECT count(*) FROM mentions") == 220
    assert one(session, "SELECT count(DISTINCT id) FROM mentions") == 220
    assert (
        one(session, "SELECT count(*) FROM mentions_ids JOIN mentions USING (id, known_time)")
        == 220
    )


def test_a_clash_blames_no_row() -> None:
    assert isinstance(classed(SerializationFailure("two at once")), DatabaseUnavailableError)


@pytest.mark.parametrize(
    "moment",
    [
        "2025-12-01 00:00",
        "2025-12-01 23:59:59.999",
        "1999-12-31 23:59",
        "2000-01-01",
        "1969-07-20 20:17",
    ],
)
def test_the_day_of_a_row_is_among_the_days_that_it_touches(moment: str) -> None:
    row = MENTIONS.read(encode(mention(1, known_time=at(moment))))[1]
    days = days_of([place(row)])
    assert (at(moment) - at("2000-01-01")) // DAY_MS in days
    assert len(days) <= 2
    assert id_of(row) == b"mention-00000001"
