"""Which column of a recording means what: `known_time=first_seen,text=title+description,...`

`type=host:youtube.com->video,reddit.com->social,*->news` tells each row's type of source. Of JSON
lines `each=items` makes a row of everything in the list `items`, beside what stands around it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from producers.file.row_types import RowTypes, parse_row_types
from schemas.errors import SettingsError

TARGETS: Final = (
    "known_time",
    "event_time",
    "text",
    "title",
    "url",
    "channel",
    "author",
    "id",
    "language",
    "type",
    "each",
)
COLUMNS: Final = TARGETS[:-2]
REQUIRED: Final = ("known_time", "text")
JOINED: Final = "text"
TYPED: Final = "type"


class ColumnMapError(SettingsError):
    """A column map that cannot be used with this recording."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """The column of each target; text may be joined from several, the first being its title."""

    known_time: str
    text: tuple[str, ...]
    event_time: str | None = None
    title: str | None = None
    url: str | None = None
    channel: str | None = None
    author: str | None = None
    id: str | None = None
    language: str | None = None
    row_types: RowTypes | None = None
    each: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the map names, in its own order, once."""
        named = [getattr(self, target) for target in COLUMNS if target != JOINED]
        told_by = self.row_types.column if self.row_types else None
        return tuple(dict.fromkeys([c for c in (*named, told_by) if c] + list(self.text)))

    @property
    def title_column(self) -> str | None:
        joined = self.text[0] if len(self.text) > 1 else None
        return self.title or joined

    @property
    def body_columns(self) -> tuple[str, ...]:
        """The text's columns without the one that is already the title."""
        return tuple(column for column in self.text if column != self.title_column)

    def refuse_missing(self, present: Collection[str], where: str) -> None:
        """Raise ColumnMapError for the first column that the recording does not have."""
        for column in self.columns:
            if column not in present:
                known = ", ".join(sorted(present)) or "none"
                raise ColumnMapError(f"{where} has no column {column!r}; its columns: {known}")


def _pair(part: str) -> tuple[str, str]:
    target, equals, column = (piece.strip() for piece in part.partition("="))
    if not equals or not column:
        raise ColumnMapError(f"column map: {part.strip()!r} is not target=column")
    if target not in TARGETS:
        raise ColumnMapError(f"column map: unknown target {target!r}; one of {', '.join(TARGETS)}")
    if "+" in column and target != JOINED:
        raise ColumnMapError(f"column map: only text may join columns, not {target!r}")
    return target, column


def parse_map(text: str) -> ColumnMap:
    """Read `target=column,...`. Raises ColumnMapError naming what it does not understand."""
    chosen: dict[str, str] = {}
    last = ""
    for part in filter(str.strip, text.split(",")):
        if last == TYPED and "->" in part and "=" not in part:
            chosen[TYPED] += "," + part.strip()  # commas part the rules of a clause, too
            continue
        target, column = _pair(part)
        last = target
        if target in chosen:
            raise ColumnMapError(f"column map: {target!r} is given twice")
        chosen[target] = column
    for target in REQUIRED:
        if target not in chosen:
            raise ColumnMapError(f"column map: {target}=<column> is missing")
    columns = tuple(column.strip() for column in chosen.pop(JOINED).split("+"))
    if not all(columns):
        raise ColumnMapError("column map: an empty column name in text=")
    clause = chosen.pop(TYPED, None)
    row_types = None if clause is None else parse_row_types(clause)
    if row_types and row_types.column is None and "url" not in chosen:
        raise ColumnMapError("column map: type=host:... needs url=<column>")
    return ColumnMap(text=columns, row_types=row_types, **chosen)
