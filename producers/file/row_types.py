"""What type of source a row of a mixed recording speaks for: by the host of its link, or a column.

`host:youtube.com->video,reddit.com->social,*->news`, or `feed:subreddit->social,*->news` for a
column named feed. A host covers its subdomains. Rules are tried in their order; a row that none
fits keeps the type of the source that it is replayed as.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from schemas.errors import SettingsError
from schemas.sources import TYPES

HOST: Final = "host"
ANY: Final = "*"


@dataclass(frozen=True, slots=True)
class RowTypes:
    """`column` is None when the host of the link decides."""

    column: str | None
    rules: tuple[tuple[str, str], ...]  # host or value -> type

    def of(self, told: str, otherwise: str) -> str:
        """The type for a link, or for the value of the column."""
        key = (_host(told) if self.column is None else told).lower()
        return next((kind for wanted, kind in self.rules if self._fits(key, wanted)), otherwise)

    def _fits(self, key: str, wanted: str) -> bool:
        if wanted in (ANY, key):
            return True
        return self.column is None and key.endswith(f".{wanted}")


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def parse_row_types(clause: str) -> RowTypes:
    """Raises SettingsError naming the rule that is not understood."""
    by, colon, rest = clause.partition(":")
    if not colon or not by.strip() or "->" in by:
        raise SettingsError(
            f"column map: type={clause}: host:HOST->TYPE,... is expected, or COLUMN:VALUE->TYPE,..."
        )
    rules = tuple(_rule(part) for part in rest.split(","))
    return RowTypes(None if by.strip() == HOST else by.strip(), rules)


def _rule(part: str) -> tuple[str, str]:
    wanted, arrow, kind = (piece.strip() for piece in part.partition("->"))
    if not arrow or not wanted:
        raise SettingsError(f"column map: {part.strip()!r} in type= is not HOST->TYPE")
    if kind not in TYPES:
        raise SettingsError(f"column map: no type {kind!r} in type=; one of {', '.join(TYPES)}")
    return wanted.lower(), kind
