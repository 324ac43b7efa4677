"""A recording in the order in which it was known, with every row accounted for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from producers.file.column_map import ColumnMap
from producers.file.rows import Rejection, read_rows
from schemas.records import RawMention


@dataclass(frozen=True, slots=True)
class Recording:
    """`rows` = len(mentions) + len(rejections) + `copies`."""

    mentions: tuple[RawMention, ...]
    rejections: tuple[Rejection, ...]
    copies: int

    @property
    def rows(self) -> int:
        return len(self.mentions) + len(self.rejections) + self.copies


def sorted_by_known_time(mentions: Iterable[RawMention]) -> list[RawMention]:
    """In the order of (`known_time`, `id`), held in memory: about 1 kB a row, so a few hundred
    thousand rows are fine and tens of millions are not."""
    return sorted(mentions, key=lambda mention: (mention.known_time, mention.id))


def load_recording(path: Path, column_map: ColumnMap, source: str) -> Recording:
    """Read, sort and deduplicate: of the rows with one id, the one known first is the mention."""
    read = list(read_rows(path, column_map, source))
    rejections = tuple(row for row in read if isinstance(row, Rejection))
    mentions = _distinct(row for row in read if isinstance(row, RawMention))
    return Recording(mentions, rejections, len(read) - len(rejections) - len(mentions))


def spliced(recordings: Sequence[Recording]) -> Recording:
    """Several recordings of the same time as one; what two of them hold is a copy in one."""
    if len(recordings) == 1:
        return recordings[0]
    mentions = _distinct(mention for one in recordings for mention in one.mentions)
    rows = sum(one.rows for one in recordings)
    rejections = tuple(rejection for one in recordings for rejection in one.rejections)
    return Recording(mentions, rejections, rows - len(rejections) - len(mentions))


def _distinct(mentions: Iterable[RawMention]) -> tuple[RawMention, ...]:
    first: dict[str, RawMention] = {}
    for mention in sorted_by_known_time(mentions):
        first.setdefault(mention.id, mention)
    return tuple(first.values())
