"""What one process of a run does: resolves what it is handed, and folds its share of the names.

Entities and unknown names are parted by a hash, as the partitions of `mentions` and of
`entities.candidates` part them live; every share hears every tick.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from zlib import crc32

import msgspec

from schemas.codec import encode
from schemas.ids import ANY_TEXT
from schemas.records import Candidate, Mention, Proposal, Record, Tick
from streams.core.config import CoreConfig
from streams.core.craft import ENTITIES, Craft
from streams.core.discovery import NAMES
from streams.core.intervals import MentionPartition
from streams.core.lifting import Ready
from streams.core.naming import name_of
from streams.core.pipeline import TOPIC_OF, CatalogueAt, Resolving
from streams.replay.account import Account, Part
from streams.replay.digest import Digest
from streams.replay.texts import Text, records_of, text_of

Rows = dict[bytes, bytes]


class Task(msgspec.Struct, frozen=True):
    """What all shares of a run have in common."""

    sources: tuple[str, ...]
    catalogue_at: CatalogueAt
    config: CoreConfig
    shares: int
    wanted: frozenset[str] = frozenset()  # topics whose events are handed out
    counted: bool = True  # into an account


class Read(msgspec.Struct):
    """What was read of a piece of a batch: by share, accounted for, and handed out."""

    mentions: list[list[Mention]]
    names: list[list[Candidate]]
    part: Part
    told: list[Record]


class Folded(msgspec.Struct):
    """What the intervals of a batch let out of one share."""

    proposals: list[Proposal]
    closed: int
    first: int
    part: Part
    told: list[Record]


def share_of(name: str, shares: int) -> int:
    """Stable from run to run and from machine to machine."""
    return crc32(name.encode(errors=ANY_TEXT)) % shares


class Fold:
    """One partition with its rows, and what it was fed and still waits with."""

    def __init__(self, config: CoreConfig, craft: Craft) -> None:
        self._config, self._craft = config, craft
        self._rows: Rows = {}
        self._offset = 0
        self._waiting: list[tuple[int, Mention | Candidate]] = []
        self.partition = MentionPartition(config, {}, craft)

    def feed(self, fed: Sequence[Mention] | Sequence[Candidate]) -> None:
        for one in fed:
            self._offset += 1
            self._waiting.append((self._offset, one))
            self.partition.mention(one, self._offset)

    def hear(self, ticks: Iterable[Tick]) -> Iterator[Record]:
        """What the ticks let out, each closed as it is heard."""
        for tick in ticks:
            self.partition.tick(tick)
            if self.partition.closable:
                yield from self.partition.close()
        hold = self.partition.hold()
        self._waiting = [kept for kept in self._waiting if kept[0] >= hold]

    def rows(self) -> Rows:
        """All of its rows; what has nothing left is forgotten."""
        for row in self.partition.take_rows():
            if row.value is None:
                self._rows.pop(row.key, None)
            else:
                self._rows[row.key] = row.value
        return self._rows

    def waiting(self) -> list[Mention | Candidate]:
        """What was fed and is in no row yet."""
        return [one for _, one in self._waiting]

    def restore(self, rows: Rows, waiting: Sequence[Mention] | Sequence[Candidate]) -> None:
        self._rows = rows
        self.partition = MentionPartition(self._config, rows, self._craft)
        self.feed(waiting)


class Share:
    """The folds of one process, and the resolver that any piece can be handed to."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._resolving = Resolving(task.sources, task.catalogue_at, task.config)
        self.mentions = Fold(task.config, ENTITIES)
        self.names = Fold(task.config, NAMES)

    def resolve(self, piece: Iterable[Ready]) -> Read:
        """Everything that the texts of a piece name, in order."""
        return self._parted(one for ready in piece for one in self._resolving.resolved(ready))

    def recall(self, piece: Iterable[Text]) -> Read:
        """The same of texts that were resolved before."""
        own = self._task.config.hash
        return self._parted(one for text in piece for one in records_of(text, own))

    def texts(self, piece: Iterable[Ready]) -> list[Text]:
        """What becomes of the texts of a piece, to be kept."""
        return [text_of(ready, self._resolving.resolved(ready)) for ready in piece]

    def _parted(self, found: Iterable[Mention | Candidate]) -> Read:
        shares, noting = self._task.shares, Noting(self._task)
        mentions: list[list[Mention]] = [[] for _ in range(shares)]
        names: list[list[Candidate]] = [[] for _ in range(shares)]
        for record in found:
            noting.note(record)
            if isinstance(record, Mention):
                mentions[share_of(record.entity_id, shares)].append(record)
            elif name := name_of(record):
                names[share_of(name, shares)].append(record)
        return Read(mentions, names, noting.account.part(), noting.told)

    def fold(
        self, mentions: Sequence[Mention], names: Sequence[Candidate], ticks: Sequence[Tick]
    ) -> Folded:
        """What a batch lets out of this share."""
        noting, proposals = Noting(self._task), list[Proposal]()
        self.mentions.feed(mentions)
        self.names.feed(names)
        for event in self.mentions.hear(ticks):
            noting.note(event)
            if isinstance(event, Proposal):
                proposals.append(event)
        for event in self.names.hear(ticks):
            noting.note(event)
        progress = self.mentions.partition.progress
        return Folded(proposals, progress.closed, progress.first, noting.account.part(),
                      noting.told)


class Noting:
    """Accounts for events, and keeps those that are handed out."""

    def __init__(self, task: Task) -> None:
        self._wanted, self._counted = task.wanted, task.counted
        self.account = Account(Digest())
        self.told: list[Record] = []

    def note(self, record: Record) -> None:
        topic = TOPIC_OF[record.schema_name]
        if self._counted:
            self.account.add(topic, record, encode(record))
        if topic in self._wanted:
            self.told.append(record)


def parted(rows: Mapping[bytes, bytes], share: int, shares: int) -> Rows:
    """The rows of a share, among those of all; each has the row of how far it is."""
    return {key: value for key, value in rows.items()
            if not key or share_of(key.decode(), shares) == share}
