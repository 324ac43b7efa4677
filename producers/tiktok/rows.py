"""The rows of an actor's dataset, of whatever lists and envelopes it put them in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

from producers.base.errors import UnreadableBodyError
from producers.fields import line_of
from producers.tiktok.shapes import KINDS, Kind, Row, kind_of

LISTS: Final = ("items", "data", "list", "results", "result", "trends", "rows", "records")
DEEPEST: Final = 5
FINE: Final = (0, 200, "0", "200", "ok", "OK", None)
log = structlog.get_logger()


@dataclass(slots=True)
class Dataset:
    """What a dataset holds: rows of a known kind, what went wrong, and rows of no known kind."""

    rows: list[tuple[Kind, Row]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    unknown: list[Row] = field(default_factory=list)
    empty: int = 0  # rows that say that there is nothing to tell


def dataset_of(told: Any) -> Dataset:
    """Raises UnreadableBodyError where there is something and nothing of it can be read.

    An empty dataset is readable: the base calls it degraded. Where some rows are of no known
    kind the others are read, and the log says what was left out.
    """
    found = Dataset()
    if not isinstance(told, list | dict):
        raise UnreadableBodyError(f"no dataset of an actor, but {type(told).__name__}")
    _sort(told, None, found, 0)
    if found.rows or not (found.errors or found.unknown):
        if isinstance(told, dict) and not (found.rows or _holds_a_list(told)):
            raise UnreadableBodyError(f"no dataset of an actor, but fields {_fields(told)}")
        if found.errors or found.unknown:
            _tell_left_out(found)
        return found
    if found.errors:
        raise UnreadableBodyError(f"the actor failed: {found.errors[0]}")
    raise UnreadableBodyError(f"rows of no actor that we know: fields {_fields(found.unknown[0])}")


def _sort(told: Any, hint: Kind | None, found: Dataset, depth: int) -> None:
    if isinstance(told, list):
        for one in told:
            _sort(one, hint, found, depth)
    elif isinstance(told, dict):
        _sort_row(told, hint, found, depth)


def _sort_row(row: dict[str, Any], hint: Kind | None, found: Dataset, depth: int) -> None:
    if row.get("noResults") or row.get("no_results"):
        found.empty += 1
        return
    failure = _failure(row)
    if failure:
        found.errors.append(failure)
        return
    kind = kind_of(row, hint)
    if kind is not None:
        found.rows.append((kind, row))
        return
    lists = list(_lists(row)) if depth < DEEPEST else []
    for name, inside in lists:
        _sort(inside, KINDS.get(_listed(name), hint), found, depth + 1)
    if not lists:
        found.unknown.append(row)


def _lists(row: Row) -> Iterator[tuple[str, Any]]:
    for name, inside in row.items():
        named = name in LISTS or _listed(name) in KINDS or name.lower().endswith("list")
        if named and isinstance(inside, list | dict):
            yield name, inside


def _listed(name: str) -> str:
    """What a list is of: `sound_list` and `itemList` say so as `sounds` does."""
    return name.lower().removesuffix("list").rstrip("_") or "list"


def _holds_a_list(row: Row, depth: int = 0) -> bool:
    if depth > DEEPEST:
        return False
    return any(
        isinstance(inside, list) or _holds_a_list(inside, depth + 1) for _, inside in _lists(row)
    )


def _failure(row: Row) -> str:
    """What an actor writes in place of a row that it could not get, or Creative Center itself."""
    for name in ("error", "errorMessage", "errorDescription", "errorCode"):
        told = row.get(name)
        if isinstance(told, Mapping):
            told = told.get("type") or told.get("message")
        if told and not isinstance(told, bool):
            return line_of(told)[:160]
    if "code" in row and "msg" in row and row["code"] not in FINE:
        return f"{line_of(row['code'])} {line_of(row['msg'])}"[:160]
    return ""


def _fields(row: Row) -> str:
    return ", ".join(sorted(map(str, row))[:12])[:200]


def _tell_left_out(found: Dataset) -> None:
    log.warning(
        "rows were left out",
        errors=len(found.errors),
        unknown=len(found.unknown),
        fields=_fields(found.unknown[0]) if found.unknown else "",
    )
