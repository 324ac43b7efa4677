"""Which column of a recording means what: `known_time=first_seen,text=title+description,...`"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

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
)
REQUIRED: Final = ("known_time", "text")
JOINED: Final = "text"


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

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the map names, in its own order, once."""
        named = [getattr(self, target) for target in TARGETS if target != JOINED]
        return tuple(dict.fromkeys([column for column in named if column] + list(self.text)))

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
    for part in filter(str.strip, text.split(",")):
        target, column = _pair(part)
        if target in chosen:
            raise ColumnMapError(f"column map: {target!r} is given twice")
        chosen[target] = column
    for target in REQUIRED:
        if target not in chosen:
            raise ColumnMapError(f"column map: {target}=<column> is missing")
    columns = tuple(column.strip() for column in chosen.pop(JOINED).split("+"))
    if not all(columns):
        raise ColumnMapError("column map: an empty column name in text=")
    return ColumnMap(text=columns, **chosen)
