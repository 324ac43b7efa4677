"""What is asked of an export, and the one statement that answers it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import orjson
from psycopg import sql
from pydantic import Field

from gateway.cursor import AGE, parse_since
from gateway.export.columns import Column
from gateway.export.datasets import Dataset
from gateway.subscription import Categories, EntityId, NoQuery, RefusedError
from schemas.clock import Millis

Form = Literal["csv", "json", "jsonl", "parquet"]
EARLIEST: Final = -62_135_596_800_000  # the years 1 to 9999
LATEST: Final = 253_402_300_800_000
# What a filter needs of the table it is asked of.
NEEDS: Final = {
    "since": "known_time",
    "until": "known_time",
    "as_of": "known_time",
    "category": "entity_type",
}


class ExportQuery(NoQuery):
    """Parameters of /export/csv, json, jsonl and parquet."""

    table: str = Field(
        description="heat, mentions, alerts, ...; one that is none is answered with all of them",
        max_length=100,
    )
    since: str | None = Field(
        None, max_length=50, description="known at or after: an ISO time with a zone, or an age: 2h"
    )
    until: str | None = Field(None, max_length=50, description="known before: likewise")
    as_of: str | None = Field(
        None, max_length=50, description="only what was known at that time: likewise"
    )
    entity: EntityId | None = Field(None, description="one entity id")
    category: Categories | None = Field(None, description="entity types, by comma")
    columns: str | None = Field(
        None, min_length=1, max_length=2000, description="columns by comma; all by default"
    )
    limit: int | None = Field(None, ge=1, le=2**31, description="at most so many rows, the oldest")
    bom: Literal["0", "1"] = Field(
        "0", description="csv: 1 begins with a byte order mark, as old spreadsheets want"
    )

    @property
    def ages(self) -> bool:
        """Whether some time counts back from the newest row."""
        return any(text and AGE.fullmatch(text) for text in (self.since, self.until, self.as_of))


@dataclass(frozen=True, slots=True)
class Span:
    """The times that were asked for, in milliseconds."""

    since: Millis | None = None
    until: Millis | None = None
    as_of: Millis | None = None


def span(asked: ExportQuery, newest: Millis) -> Span:
    """An age counts back from the newest row. Raises RefusedError for what cannot hold."""
    moments = {name: getattr(asked, name) for name in ("since", "until", "as_of")}
    read = {
        name: None if text is None else parse_since(text, newest, name)
        for name, text in moments.items()
    }
    for name, moment in read.items():
        if moment is not None and not EARLIEST <= moment < LATEST:
            raise RefusedError("BadParameter", f"parameter {name!r}: {moments[name]} is in no year")
    found = Span(**read)
    if found.since is not None and found.until is not None and found.since >= found.until:
        raise RefusedError("Contradiction", "since is not before until: nothing can be between")
    if found.since is not None and found.as_of is not None and found.since > found.as_of:
        raise RefusedError("Contradiction", "since is after as_of: nothing was known then")
    return found


def refuse_impossible(asked: ExportQuery, dataset: Dataset, known: Sequence[Column]) -> None:
    """Raise RefusedError for a filter that the table has no column for, or cannot tell."""
    names = {one.name for one in known}
    if asked.as_of is not None and dataset.keeps == "current":
        raise RefusedError(
            "BadParameter",
            f"parameter 'as_of': {dataset.name} keeps only what holds now, not what was before",
        )
    for parameter, needed in {**NEEDS, "entity": dataset.entity_column}.items():
        if getattr(asked, parameter) is not None and needed not in names:
            raise RefusedError(
                "BadParameter", f"parameter {parameter!r}: {dataset.name} has no {needed}"
            )
    if asked.entity is not None and not asked.entity.isprintable():
        raise RefusedError("BadParameter", "parameter 'entity': no id has unprintable characters")


Parts = list[sql.Composable]


def statement(
    asked: ExportQuery,
    dataset: Dataset,
    times: Span,
    known: Sequence[Column],
    columns: Sequence[Column],
) -> sql.Composed:
    """One SELECT, in an order that two exports of the same rows share."""
    names = {one.name for one in known}
    parts: Parts = [
        sql.SQL("SELECT {} FROM {}").format(
            sql.SQL(", ").join(map(_selected, columns)), _rows(dataset, times)
        )
    ]
    conditions = _conditions(asked, dataset, times, names)
    if not dataset.latest_of and times.as_of is not None:
        conditions.append(_known_by(times.as_of))
    if conditions:
        parts.append(sql.SQL("WHERE ") + sql.SQL(" AND ").join(conditions))
    order = [sql.Identifier(name) for name in dataset.order if name in names]
    if order:
        parts.append(sql.SQL("ORDER BY ") + sql.SQL(", ").join(order))
    if asked.limit is not None:
        parts.append(sql.SQL("LIMIT {}").format(sql.Literal(asked.limit)))
    return sql.SQL(" ").join(parts)


def _selected(column: Column) -> sql.Composable:
    name = sql.Identifier(column.name)
    return sql.SQL("{}::" + column.cast).format(name) if column.cast else name


def _rows(dataset: Dataset, times: Span) -> sql.Composable:
    """The table, or the latest of its rows that were known by then."""
    table = sql.Identifier(dataset.relation)
    if not dataset.latest_of:
        return table
    shared = sql.Identifier(dataset.latest_of)
    known_by: sql.Composable = sql.SQL("")
    if times.as_of is not None:
        known_by = sql.SQL(" WHERE ") + _known_by(times.as_of)
    latest = sql.SQL(", ".join(dataset.latest_by))  # our own words, from datasets.py
    return sql.SQL("(SELECT DISTINCT ON ({0}) * FROM {1}{2} ORDER BY {0}, {3}) AS latest").format(
        shared, table, known_by, latest
    )


def _known_by(moment: Millis) -> sql.Composable:
    return sql.SQL("known_time <= {}").format(_time(moment))


def _conditions(asked: ExportQuery, dataset: Dataset, times: Span, names: set[str]) -> Parts:
    found: Parts = []
    if times.since is not None:
        found.append(sql.SQL("known_time >= {}").format(_time(times.since)))
    if times.until is not None:
        found.append(sql.SQL("known_time < {}").format(_time(times.until)))
    if asked.entity is not None:
        found.append(_about(asked.entity, dataset.entity_column, "entities" in names))
    if asked.category is not None:
        words = asked.category.split(",")
        found.append(sql.SQL("entity_type = ANY({})").format(sql.Literal(words)))
    return found


def _about(entity: str, column: str, has_others: bool) -> sql.Composable:
    """An alert is also about the other entities of its story."""
    one = sql.SQL("{} = {}").format(sql.Identifier(column), sql.Literal(entity))
    if not has_others:
        return one
    among = orjson.dumps([{"entity_id": entity}]).decode()
    return sql.SQL("({} OR entities @> {}::jsonb)").format(one, sql.Literal(among))


def _time(moment: Millis) -> sql.Composable:
    return sql.SQL("to_timestamp({}::float8 / 1000)").format(sql.Literal(moment))


def canonical(form: str, asked: ExportQuery, times: Span) -> dict[str, Any]:
    """What decides the bytes, beside the rows themselves."""
    fixed = asked.model_dump(exclude={"since", "until", "as_of"})
    return {"form": form, **fixed, "span": [times.since, times.until, times.as_of]}
