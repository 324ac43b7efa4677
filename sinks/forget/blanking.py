"""Which words of a record are somebody's, and the record without them. Pure.

Works on plain fields, as they stand in Avro rows, in JSON and in records turned to builtins. Ids
and times stay: they say that something was there, and without them nothing could be proved gone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

Fields = dict[str, Any]

# What the record of a raw mention, or one that was made of it, says in its author's words.
OF_RAW: Final[Fields] = {
    "native_id": "",
    "channel": "",
    "author": None,
    "title": "",
    "text": "",
    "url": None,
    "attributes": {},
    "deleted": True,
}
# A record that says `deleted` may tell which place was emptied, and why.
OF_TOMBSTONE: Final[Fields] = {"author": None, "title": "", "text": "", "url": None}
OF_MENTION: Final[Fields] = {"title": "", "url": None, "outlet": "", "author_key": 0}
OF_CANDIDATE: Final[Fields] = {**OF_MENTION, "surface": ""}
OF_RECEIPT: Final[Fields] = {"title": "", "url": None, "outlet": ""}
OF_TRADE: Final[Fields] = {"title": "", "url": None}
# By the field that tells whose it is.
BY_KIND: Final[Mapping[str, tuple[str, Fields]]] = {
    "raw-mention": ("id", OF_RAW),
    "mention": ("raw_id", OF_MENTION),
    "candidate": ("raw_id", OF_CANDIDATE),
}
RECEIPTS: Final = "receipts"
TRADE: Final = "trade"
ALERT: Final = "alert"  # a proposal holds one


@dataclass(frozen=True, slots=True)
class Gone:
    """Who was forgotten: raw mentions, and what was made of them."""

    raw_ids: frozenset[str] = frozenset()
    derived_ids: frozenset[str] = frozenset()  # of mentions and candidates; receipts name these

    def __bool__(self) -> bool:
        return bool(self.raw_ids or self.derived_ids)

    def __or__(self, other: "Gone") -> "Gone":
        return Gone(self.raw_ids | other.raw_ids, self.derived_ids | other.derived_ids)

    def named(self, receipt: Mapping[str, Any]) -> bool:
        return receipt.get("mention_id") in self.derived_ids


def blanked(kind: str, fields: Fields, gone: Gone) -> Fields | None:
    """The record without the words of the forgotten; None when there are none in it."""
    if not gone:
        return None
    changes = _own(kind, fields, gone) if kind in BY_KIND else _quoted(fields, gone)
    return {**fields, **changes} if changes else None


def _own(kind: str, fields: Fields, gone: Gone) -> Fields:
    name, words = BY_KIND[kind]
    if fields[name] not in gone.raw_ids:
        return {}
    return _changed(fields, OF_TOMBSTONE if fields.get("deleted") else words)


def _changed(fields: Mapping[str, Any], words: Fields) -> Fields:
    return {
        name: empty for name, empty in words.items() if name in fields and fields[name] != empty
    }


def _quoted(fields: Mapping[str, Any], gone: Gone) -> Fields:
    changes: Fields = {}
    receipts = fields.get(RECEIPTS)
    if receipts:
        told = [
            {**one, **_changed(one, OF_RECEIPT)} if gone.named(one) else one for one in receipts
        ]
        if told != list(receipts):
            changes[RECEIPTS] = told
    trade = fields.get(TRADE)
    if trade and gone.named(trade) and (words := _changed(trade, OF_TRADE)):
        changes[TRADE] = {**trade, **words}
    alert = fields.get(ALERT)
    if isinstance(alert, Mapping) and (words := _quoted(alert, gone)):
        changes[ALERT] = {**alert, **words}
    return changes
