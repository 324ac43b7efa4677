"""A recording in the order in which it was known, with every row accounted for."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from producers.file.column_map import ColumnMap
from producers.file.rows import Rejection, read_rows
from schemas.clock import DAY_MS, shown
from schemas.errors import SettingsError
from schemas.records import RawMention

MOST_REASONS: Final = 5
QUOTED: Final = 60  # characters of a row, in an error
# Every minute from the first row to the last is computed, also where nothing was said. More than a
# year without a row is a date written wrongly: one of 2099 among those of 2020 would make for 41
# million minutes, days of computing without a word.
LONGEST_HOLE_DAYS: Final = 400
_OF_ONE_ROW: Final = re.compile(r"'[^']*'|\"[^\"]*\"|\d+")


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


def require_mentions(recording: Recording, name: str) -> None:
    """Raises SettingsError with the reasons, most frequent first, when no row is a mention."""
    if recording.mentions:
        return
    reasons = counted(recording.rejections)
    told = [f"{count} {reason}" for reason, count in reasons[:MOST_REASONS]]
    if len(reasons) > MOST_REASONS:
        told.append(f"{sum(count for _, count in reasons[MOST_REASONS:])} for other reasons")
    why = f": {'; '.join(told)}" if told else ""
    raise SettingsError(f"{name}: none of {recording.rows} rows is a mention{why}")


def require_no_hole(mentions: Iterable[RawMention], name: str) -> None:
    """Raises SettingsError for the first mention, in their order, known too long after the one
    before."""
    for one, after in pairwise(mentions):
        days = (after.known_time - one.known_time) // DAY_MS
        if days > LONGEST_HOLE_DAYS:
            raise SettingsError(
                f"{name}: after a row known at {shown(one.known_time)} ({_quoted(one)}) the next is"
                f" known at {shown(after.known_time)} ({_quoted(after)}), {days} days later; at"
                f" most {LONGEST_HOLE_DAYS} are replayed. One of the times is wrong, or the file is"
                " to be parted there")


def _quoted(mention: RawMention) -> str:
    told = mention.title or mention.text or mention.url or mention.id
    return repr(told if len(told) <= QUOTED else f"{told[:QUOTED]}...")


def counted(rejections: Iterable[Rejection]) -> list[tuple[str, int]]:
    """How many rows were no mention for each kind of reason, told by the first row of the kind.

    Reasons are of one kind when they differ in nothing but numbers and what they quote of a row.
    """
    first: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for rejection in rejections:
        kind = _OF_ONE_ROW.sub("", rejection.reason)
        first.setdefault(kind, rejection.reason)
        counts[kind] += 1
    return [(first[kind], count) for kind, count in counts.most_common()]


def _distinct(mentions: Iterable[RawMention]) -> tuple[RawMention, ...]:
    first: dict[str, RawMention] = {}
    for mention in sorted_by_known_time(mentions):
        first.setdefault(mention.id, mention)
    return tuple(first.values())
