"""Where the words of the forgotten were, what became of each place, and what is left. Pure."""

from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from schemas.clock import DAY_MS, Millis, shown

Store = Literal["topic", "table", "archive", "cache", "export", "backup", "memory"]
# Kafka drops a segment whole: it goes when its newest record is too old, a segment's span later.
SEGMENT_MS: Final[Millis] = 7 * DAY_MS


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Some words of theirs, by where they stood."""

    store: Store
    where: str  # a topic, a table, a file
    kind: str
    id: str
    at: str = ""  # partition and offset, where there are any
    gone_by: Millis | None = None  # of a log that only time empties


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of one topic, table or file."""

    store: Store
    where: str
    records: int
    gone_by: str | None = None
    places: tuple[str, ...] = ()  # the first few


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The whole story of one forgetting."""

    asked: str
    at: str
    dry_run: bool
    raw_mentions: int
    derived: int
    found: tuple[Found, ...]
    blanked: dict[str, int]  # records, by store
    tombstones: int  # that were published now
    left: tuple[Found, ...]  # words that are still there, and should not be
    expires: tuple[Found, ...]  # words that only retention takes away
    not_searched: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def proven(self) -> bool:
        return not self.left


MOST_PLACES: Final = 5


def grouped(places: Iterable[Place]) -> tuple[Found, ...]:
    by: dict[tuple[Store, str], list[Place]] = {}
    for place in places:
        by.setdefault((place.store, place.where), []).append(place)
    return tuple(_found(store, where, group) for (store, where), group in sorted(by.items()))


def _found(store: Store, where: str, group: list[Place]) -> Found:
    times = [place.gone_by for place in group if place.gone_by is not None]
    return Found(
        store=store,
        where=where,
        records=len(group),
        gone_by=shown(max(times)) if times else None,
        places=tuple(
            f"{p.kind} {p.id}{' at ' + p.at if p.at else ''}" for p in group[:MOST_PLACES]
        ),
    )


def told(report: Report) -> list[str]:
    """The report as people read it."""
    lines = [
        f"{report.asked}: {report.raw_mentions} raw mentions, {report.derived} records made of them"
    ]
    lines += [f"  was in {one.store} {one.where}: {one.records}" for one in report.found]
    lines += [f"  blanked in {store}: {count}" for store, count in report.blanked.items()]
    if report.tombstones:
        lines.append(f"  tombstones published: {report.tombstones}")
    lines += [
        f"  until {one.gone_by or 'compaction'} in the log of {one.where}: {one.records}"
        for one in report.expires
    ]
    lines += [f"  not searched: {what}" for what in report.not_searched]
    lines += [f"  note: {note}" for note in report.notes]
    lines += [
        f"  STILL THERE: {one.store} {one.where}: {one.records} ({'; '.join(one.places)})"
        for one in report.left
    ]
    verdict = (
        "nothing was changed"
        if report.dry_run
        else (
            "a second search found nothing"
            if report.proven
            else "a second search found words of theirs"
        )
    )
    return [*lines, verdict]
