"""What an interval folds: the records of one name into the name's row, and how that is done."""

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, Protocol

from schemas.clock import Millis
from schemas.records import Record
from streams.core.config import CoreConfig
from streams.core.measure import Lineage, fresh
from streams.core.proposals import propose
from streams.core.state import pack, unpack


class Folded(Protocol):
    """What the closing of intervals needs to know of a record."""

    @property
    def id(self) -> str: ...
    @property
    def known_time(self) -> Millis: ...
    @property
    def source(self) -> str: ...


class Kept(Protocol):
    """What it needs to know of a name's state."""

    closed: int  # the stamp: the last interval that was folded in
    due: int  # the poll that must evaluate it next; 0: none


class Craft(NamedTuple):
    """The five things in which mentions of entities and names nobody knows differ."""

    name_of: Callable[[Any], str]
    fresh: Callable[[int], Any]
    step: Callable[[Any, str, int, Sequence[Any], CoreConfig, Lineage], list[Record]]
    pack: Callable[[Any], bytes]
    unpack: Callable[[bytes], Any]


def _entity_of(mention: Any) -> str:
    name: str = mention.entity_id
    return name


def in_order(mentions: list[Folded]) -> list[Folded]:
    """Distinct, by (`known_time`, `id`): the order in which everything is folded."""
    if len(mentions) == 1:
        return mentions
    distinct = {(m.known_time, m.id): m for m in mentions}
    return [distinct[key] for key in sorted(distinct)]


ENTITIES: Final = Craft(_entity_of, fresh, propose, pack, unpack)
