"""One forgetting from end to end: search, blank, tell everybody, and search a second time."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Final

from schemas.clock import Millis, iso
from sinks.forget.caches import Caches
from sinks.forget.report import Place, Report, grouped
from sinks.forget.sealed import Sealed
from sinks.forget.sought import Sought
from sinks.forget.tables import Tables
from sinks.forget.topics import RAW, Topics, Watch

Watching = Callable[[str, str], AbstractContextManager[Watch]]  # what is done, and its unit
NOTES: Final = (
    "what was exported, sealed by `heat record` or posted to Slack is out of reach; exports are"
    " not recorded",
    "a worker quotes what it counted for up to 14 days more, and a gateway keeps recent events"
    " until it starts again: run `heat forget sweep` every night",
    "a backup made before now holds it until it is rotated out; after `heat restore`, and after"
    " `heat sink reset`, run `heat forget sweep`",
    "what the source still shows is collected again",
)
ALERT_NOTE: Final = "blanked alert steps keep their hash, which is of the words that were there"


@dataclass(slots=True)
class Stores:
    """Every store that could be searched; the others by name."""

    topics: Topics | None = None
    tables: Tables | None = None
    sealed: Sealed | None = None
    caches: Caches | None = None
    not_searched: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # of places that nobody can search

    def learn(self, sought: Sought, watching: Watching) -> None:
        """Tables twice: they may hold what was made of a mention that only a file remembers."""
        if self.tables:
            self.tables.learn(sought)
        if self.topics:
            with watching("reading topics", "messages") as watch:
                self.topics.learn(sought, watch)
        if self.sealed:
            with watching("reading the archive", "files") as watch:
                self.sealed.learn(sought, watch)
        if self.tables:
            self.tables.learn(sought)

    def find(self, sought: Sought, watching: Watching) -> list[Place]:
        found: list[Place] = []
        if self.topics:
            with watching("searching topics", "messages") as watch:
                found += self.topics.find(sought, watch)
        if self.tables:
            found += self.tables.find(sought)
        if self.sealed:
            with watching("searching the archive", "files") as watch:
                found += self.sealed.find(sought, watch)
        if self.caches:
            found += self.caches.find(sought.sources)
        return found

    def close(self) -> None:
        for one in (self.tables, self.caches):
            if one:
                one.close()


def forget(
    sought: Sought,
    asked: str,
    stores: Stores,
    now: Millis,
    watching: Watching,
    *,
    dry_run: bool = False,
) -> Report:
    """Everything known of the sought out of every store, and the proof of it.

    May be repeated at any time: what is blank stays so, and a tombstone is published once.
    """
    stores.learn(sought, watching)
    if stores.sealed and sought.raw and not dry_run:
        stores.sealed.remember(sought, now)  # from now on nothing of it is sealed any more
    found = stores.find(sought, watching)
    blanked: dict[str, int] = {}
    tombstones = 0
    if not dry_run:
        tombstones, blanked = _blank(sought, stores, found, now, watching)
    second = found if dry_run else stores.find(sought, watching)
    left = [] if dry_run else [p for p in second if p.store != "topic"]
    left += [] if dry_run else _untold(sought, second)
    quoted = any(place.where.split("/")[0].endswith("alerts") for place in found)
    return Report(
        asked=asked,
        at=iso(now),
        dry_run=dry_run,
        raw_mentions=len(sought.raw),
        derived=len(sought.derived),
        found=grouped(found),
        blanked=blanked,
        tombstones=tombstones,
        left=grouped(left),
        expires=grouped(p for p in second if p.store == "topic"),
        not_searched=tuple(stores.not_searched),
        notes=(*NOTES, *stores.notes, *((ALERT_NOTE,) if quoted else ())),
    )


def _blank(
    sought: Sought, stores: Stores, found: list[Place], now: Millis, watching: Watching
) -> tuple[int, dict[str, int]]:
    """How many tombstones, and how many records of each store."""
    blanked: dict[str, int] = {}
    tombstones = stores.topics.publish(sought, _to_tell(sought, found)) if stores.topics else 0
    if stores.tables:
        blanked["table"] = stores.tables.blank(sought)
    if stores.sealed:
        paths = {place.where for place in found if place.store == "archive"}
        with watching("rewriting the archive", "files") as watch:
            blanked["archive"] = stores.sealed.blank(sought, paths, now, watch)
    if stores.caches:
        blanked["cache"] = stores.caches.blank(sought.sources)
    return tombstones, blanked


def _to_tell(sought: Sought, found: list[Place]) -> set[str]:
    """Whose tombstone is wanted: of all that were asked for; of a sweep, of what stands on a raw
    topic without one."""
    if not sought.sweep:
        return set(sought.raw) - sought.tombstones
    standing = {place.id for place in found if place.store == "topic" and place.where in RAW}
    return standing - sought.tombstones


def _untold(sought: Sought, second: list[Place]) -> list[Place]:
    """Those whose words stand on a raw topic without a tombstone behind them."""
    standing = {place.id: place for place in second if place.where in RAW}
    return [place for raw_id, place in standing.items() if raw_id not in sought.tombstones]
