"""What is summed over time: heat by day, mentions by hour. One meaning, two ways to keep it.

Whole buckets are kept and the newest ones are summed when asked for, so an answer is never late.
TimescaleDB calls that a real-time continuous aggregate; PostgreSQL gets a table of whole buckets, a
watermark, and a view that joins both. Sums outlive the rows that they are of.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from psycopg import sql

BACK: Final = timedelta(days=14)  # how late a row may come and still be counted; topics keep less
SETTLED: Final = timedelta(hours=1)  # a bucket is whole so long after its end


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A view of sums. `bucket` is its first column; it and `by` say what a line is of."""

    name: str
    of: str
    bucket: str
    width: str  # day | hour
    by: tuple[str, ...]
    sums: tuple[tuple[str, str], ...]
    words: str
    columns_words: tuple[tuple[str, str], ...]

    @property
    def kept(self) -> str:
        return f"{self.name}_kept"

    @property
    def step(self) -> timedelta:
        return timedelta(days=1) if self.width == "day" else timedelta(hours=1)

    @property
    def names(self) -> sql.Composed:
        names = (self.bucket, *self.by, *(name for name, _ in self.sums))
        return sql.SQL(", ").join(map(sql.Identifier, names))

    def select(self, bucket: sql.Composable, where: sql.Composable) -> sql.Composed:
        """The sums of the rows in question. Tests and drills are in none."""
        by = sql.SQL(", ").join(map(sql.Identifier, self.by))
        sums = sql.SQL(", ").join(
            sql.SQL("{} AS {}").format(sql.SQL(formula), sql.Identifier(name))
            for name, formula in self.sums
        )
        return sql.SQL(
            "SELECT {} AS {}, {}, {} FROM {} WHERE NOT test AND {} GROUP BY {}, {}"
        ).format(
            bucket, sql.Identifier(self.bucket), by, sums,
            sql.Identifier(self.of), where, bucket, by,
        )  # fmt: skip


DAILY_HEAT: Final = Aggregate(
    name="daily_heat",
    of="heat",
    bucket="day",
    width="day",
    by=("entity_id",),
    sums=(
        ("entity_name", "max(entity_name)"),
        ("entity_type", "max(entity_type)"),
        ("polls", "count(*)"),
        ("avg_heat", "avg(heat)"),
        ("max_heat", "max(heat)"),
        ("max_display", "max(display)"),
        ("max_velocity_z", "max(velocity_z)"),
        ("max_mentions", "max(mentions)"),
    ),
    words="heat of each entity by day in UTC; drills are left out, days outlive the table heat",
    columns_words=(
        ("day", "its first moment, in UTC"),
        ("polls", "readings of the day"),
        ("avg_heat", "mean of the readings, [0, 2.5]"),
        ("max_heat", "highest of the readings, [0, 2.5]"),
        ("max_mentions", "most mentions that any twelve hours before a reading held"),
    ),
)
HOURLY_MENTIONS: Final = Aggregate(
    name="hourly_mentions",
    of="mentions",
    bucket="hour",
    width="hour",
    by=("entity_id", "source_type"),
    sums=(
        ("entity_name", "max(entity_name)"),
        ("mentions", "count(*)"),
        ("subjects", "count(*) FILTER (WHERE about = 'subject')"),
        ("avg_sentiment", "avg(sentiment)"),
    ),
    words="mentions of each entity by hour of known_time and source type; drills are left out",
    columns_words=(
        ("hour", "its first moment"),
        ("mentions", "all of them: spam and copies too"),
        ("subjects", "those that are about the entity and do not only name it"),
        ("avg_sentiment", "mean, [-1, 1]"),
    ),
)
AGGREGATES: Final[tuple[Aggregate, ...]] = (DAILY_HEAT, HOURLY_MENTIONS)
