"""What a plan replays: a plain file or a sealed recording, with the plan's faults in it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import msgspec

from deploy.replay.plan import Plan, rejected
from deploy.replay.recording.reading import Folder, recorded, require_ticks
from deploy.replay.rounds import Attendance, Rounds, attended, rounds_by_source
from producers.file.recording import require_mentions
from producers.ticks import ticks_for_recording
from schemas.clock import end_of, iso
from schemas.errors import SettingsError
from schemas.records import Action, Entity, RawMention, Tick
from schemas.version import CODE_VERSION
from streams.core.resolve import Catalogue
from streams.replay.articles import Articles
from streams.replay.fault_words import Scene, read_faults
from streams.replay.faults import Fault, of, require_fired, with_faults
from streams.replay.in_process import catalogue_of
from streams.replay.reel import Interval, cut, intervals_of, log_of

EVERY = 500  # intervals between two words about progress
Watch = Callable[[int, int], None]  # intervals gone, intervals in all


def nobody(_gone: int, _all: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, kw_only=True)
class Footage:
    """A recording that is ready to run, as often as one likes."""

    name: str
    hash: str  # sha256 of a plain file, the seal of a recording
    scene: Scene
    ticks: tuple[int, int]
    mentions: int
    rejected: Counter[str]
    simulated: bool
    entities: tuple[Entity, ...]  # the log of the catalogue
    offsets: tuple[int, ...]  # where each stood in it
    reel: Callable[[], Iterator[Interval]]
    catalogue_at: Callable[[int], Catalogue]
    original: dict[str, Any] = field(default_factory=dict)
    votes: tuple[Action, ...] = ()  # that people gave while it was recorded
    rounds: Mapping[str, Rounds] = field(default_factory=dict)  # none: always there

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(self.scene.sources)


class Showing:
    """One run over some footage: the log, and afterwards what went in and which faults fired.

    Where only part of the footage is shown, they need not (`must_fire`).
    """

    def __init__(
        self, footage: Footage, plan: Plan, watch: Watch = nobody, must_fire: bool = True
    ) -> None:
        self._footage, self._until, self._watch = footage, plan.until, watch
        self.faults: list[Fault] = read_faults(plan.faults, plan.drop, plan.delay, footage.scene)
        self.attendance = Attendance(footage.sources)
        self._ids = Articles()
        self._begun, self._must_fire = False, must_fire

    def log(self) -> Iterator[RawMention | Tick]:
        """Mentions and ticks, to be run once. Raises FatalError for a fault that never fired."""
        self._begun = True
        reel = with_faults(self._footage.reel(), self.faults)
        if self._footage.rounds:
            reel = attended(reel, {s: r.patience for s, r in self._footage.rounds.items()})
        if self._until is not None:
            reel = cut(reel, self._until)
        for record in log_of(self._watched(reel)):
            if isinstance(record, RawMention):
                self._ids.add(record.id)
            else:
                self.attendance.tick(record.n, record.present)
            yield record
        if self._must_fire:
            require_fired(self.faults)

    def run_through(self) -> None:
        """Know what went in, also where no run had to read it."""
        if not self._begun:
            for _ in self.log():
                """It counts as it goes by."""

    @property
    def published(self) -> int:
        """Distinct mentions that went in."""
        return len(self._ids)

    def told(self) -> list[dict[str, Any]]:
        return [fault.told() for fault in self.faults]

    def _watched(self, reel: Iterable[Interval]) -> Iterator[Interval]:
        first, last = self._footage.ticks
        for interval in reel:
            if (interval.tick.n - first) % EVERY == 0:
                self._watch(interval.tick.n - first, last - first + 1)
            yield interval
        self._watch(last - first + 1, last - first + 1)


def footage(plan: Plan, opened: Folder | None = None) -> Footage:
    """Raises SettingsError naming what cannot be replayed, and DamagedError for a broken seal.

    `opened` is the plan's recording, of a caller who has looked at its seals.
    """
    found = _sealed(plan, opened or recorded(plan.file)) if plan.sealed else _plain(plan)
    begins = end_of(found.ticks[0])
    if plan.until is not None and plan.until < begins:
        raise SettingsError(f"--as-of {iso(plan.until)}: {found.name} begins at {iso(begins)}")
    faults = read_faults(plan.faults, plan.drop, plan.delay, found.scene)  # refused before any run
    if plan.drop and not any(fault.extra for fault in faults):
        _require_some_left(found, plan.drop)
    return found


def _require_some_left(found: Footage, dropped: Sequence[str]) -> None:
    """Raises SettingsError when nothing is: the outcome of nothing says nothing."""
    gone = [of(which) for which in dropped]
    said = (raw for interval in found.reel() for raw in interval.said)
    if all(any(is_gone(raw) for is_gone in gone) for raw in said):
        named = ", ".join(f"--drop-source {which}" for which in dropped)
        raise SettingsError(f"{named}: nothing of {found.name} is left to run")


def _plain(plan: Plan) -> Footage:
    rows, entities = plan.recording(), plan.entities()
    require_mentions(rows, plan.files)
    said = rows.mentions
    partitions = dict.fromkeys(plan.sources, 1)

    def reel() -> Iterator[Interval]:
        return intervals_of(ticks_for_recording(said, partitions, len(entities)))

    return Footage(
        name=" + ".join(reel.file.name for reel in plan.reels), hash=plan.sha256(),
        scene=Scene(plan.sources, said[0].known_time, said[-1].known_time, names_of(entities)),
        reel=reel, ticks=_ticks_of(reel), mentions=len(said), rejected=rejected(rows),
        simulated="simulated" in plan.sources,
        entities=entities, offsets=tuple(range(len(entities))),
        catalogue_at=catalogue_of(entities, plan.spam_models()),
        original={"map": " | ".join(reel.column_map for reel in plan.reels),
                  "source": ",".join(plan.sources), "rows": rows.rows, "copies": rows.copies},
        rounds=rounds_by_source(said) if plan.rounds == "auto" else {},
    )


def names_of(entities: Iterable[Entity]) -> tuple[str, ...]:
    """Every name of the catalogue, also those that an entity had before."""
    return tuple(name for entity in entities for name in (entity.name, *entity.aliases))


def _ticks_of(reel: Callable[[], Iterator[Interval]]) -> tuple[int, int]:
    numbers = (interval.tick.n for interval in reel())
    first = next(numbers)
    return first, max(numbers, default=first)


def _sealed(plan: Plan, opened: Folder) -> Footage:
    folder = require_ticks(opened)
    told = folder.manifest
    log = folder.entities()
    entities = tuple(entity for _, entity in log)
    offsets = tuple(offset for offset, _ in log)
    catalogue_at = folder.catalogue_at(plan.spam_models())
    if plan.catalogue is not None:
        entities = plan.entities()
        offsets = tuple(range(len(entities)))
        catalogue_at = catalogue_of(entities, plan.spam_models())
    original = msgspec.to_builtins(told.original) if told.original else {}
    if "sha256" in original:  # of the plain file; what is replayed goes by its seal
        original["original_sha256"] = original.pop("sha256")
    return Footage(
        name=plan.file.name, hash=told.seal, reel=folder.reel,
        scene=Scene(told.sources, told.first_known, told.last_known, names_of(entities)),
        ticks=(folder.first_tick, told.last_tick), mentions=told.mentions,
        rejected=Counter(original.get("rejected", {})), simulated=told.simulated,
        entities=entities, offsets=offsets, catalogue_at=catalogue_at,
        original={"made_from": told.made_from, "namespace": told.namespace, **original},
        votes=tuple(one for one in folder.records("actions")
                    if isinstance(one, Action) and one.action == "vote"),
    )


def run_hash(shown: Footage, plan: Plan) -> str:
    """Over all that decides what comes out: recording, catalogue, settings, faults, code."""
    parts = [
        shown.hash, plan.core.hash, CODE_VERSION, str(plan.until), *plan.drop, "delay",
        *plan.delay, "fault", *plan.faults, "rounds",
        *(f"{source} {one.patience}" for source, one in sorted(shown.rounds.items())), "catalogue",
        *(msgspec.json.encode(entity).decode() for entity in shown.entities),
    ]
    return blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()
