"""Who is sought, and what is learnt of them on the way: ids, sources, times. Opens nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from schemas.clock import DAY_MS, Millis
from sinks.forget.blanking import Fields, Gone, blanked

RAW = "raw-mention"
DEAD_LETTER = "dead-letter"
MADE_OF_RAW = ("mention", "candidate")
FEW = 20


@dataclass(frozen=True, slots=True)
class Author:
    """A person as a source names them; upper case makes nobody another person."""

    source: str
    name: str

    def wrote(self, fields: Mapping[str, Any]) -> bool:
        author = fields.get("author")
        return bool(
            author
            and fields.get("source") == self.source
            and author.casefold() == self.name.casefold()
        )


@dataclass(frozen=True, slots=True)
class Said:
    """A raw mention without its words: what a tombstone needs."""

    id: str
    source: str
    source_type: str
    event_time: Millis
    known_time: Millis
    test: bool


def said_by(raw_id: str, fields: Mapping[str, Any]) -> Said:
    return Said(
        raw_id,
        fields["source"],
        fields["source_type"],
        fields["event_time"],
        fields["known_time"],
        fields["test"],
    )


@dataclass(slots=True)
class Sought:
    """Grows while stores are searched; the order in which they are does not matter."""

    author: Author | None = None
    ids: set[str] = field(default_factory=set)  # as asked for: of raw mentions, or made of them
    sweep: bool = False  # all that any raw topic says are deleted
    raw: dict[str, Said] = field(default_factory=dict)
    derived: set[str] = field(default_factory=set)
    tombstones: set[str] = field(default_factory=set)  # raw ids that a raw topic says are deleted

    @property
    def gone(self) -> Gone:
        return Gone(frozenset(self.raw), frozenset(self.derived))

    def learn(self, kind: str, fields: Fields) -> None:
        """Take note of a record that is, or was made of, what is sought."""
        if kind == RAW:
            self._learn_raw(fields)
        elif kind in MADE_OF_RAW:
            named = (
                fields["id"] in self.ids or fields["raw_id"] in self.ids
            )  # as a receipt names it
            if named or fields["raw_id"] in self.raw:
                self.raw[fields["raw_id"]] = self.raw.get(fields["raw_id"]) or said_by(
                    fields["raw_id"], fields
                )
                self.derived.add(fields["id"])

    def _learn_raw(self, fields: Fields) -> None:
        found = fields["id"]
        ours = found in self.ids or found in self.raw or (self.sweep and fields["deleted"])
        if ours or (self.author and self.author.wrote(fields)):
            self.raw[found] = said_by(found, fields)
            if fields["deleted"] and not blanked(RAW, fields, Gone(frozenset({found}))):
                self.tombstones.add(found)

    def speaks(self, kind: str, fields: Fields) -> bool:
        """Whether the record still has words of theirs."""
        if kind == RAW and self.author and self.author.wrote(fields):
            return True
        if kind == DEAD_LETTER:  # nobody could read it: its bytes are all that can be asked
            value = fields["value"] or b""
            return any(one.encode() in value for one in (*self.raw, *self.derived))
        return blanked(kind, fields, self.gone) is not None

    def may_be_in(self, value: bytes) -> bool:
        """False when the bytes of a message cannot be about them: most need not be decoded."""
        ids = {*self.ids, *self.raw, *self.derived}
        if self.sweep or len(ids) > FEW:
            return True
        if self.author:
            name = self.author.name.lower()
            # Upper case of other alphabets may be of other bytes.
            if not name.isascii() or name.encode() in value.lower():
                return True
        return any(one.encode() in value for one in ids)

    @property
    def sources(self) -> set[str]:
        """Where they spoke, as far as is known."""
        known = {said.source for said in self.raw.values()}
        return known | ({self.author.source} if self.author else set())

    @property
    def since(self) -> Millis | None:
        """Nothing of theirs was known before, with a day for clocks; None when that is unknown."""
        if self.author or self.sweep or self.ids - self.raw.keys() or not self.raw:
            return None
        return min(said.known_time for said in self.raw.values()) - DAY_MS
