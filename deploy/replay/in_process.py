"""A plan through the core alone, on as many cores as it is worth: no broker, the same events."""

import os
from collections.abc import Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from deploy.replay.footage import Footage, Showing, Watch, footage, nobody, run_hash
from deploy.replay.kept import Say, key_of, silent, tree_hash
from deploy.replay.plan import Plan
from schemas.clock import end_of
from schemas.clock import shown as told_time
from schemas.records import Record
from streams.replay.account import Account
from streams.replay.batches import Batch, batches
from streams.replay.blocks import DamagedKeptError
from streams.replay.checkpoint import EVERY_S, Keeping, Place, keeping
from streams.replay.crew import Crew, crew_of
from streams.replay.share import Task
from streams.replay.together import Together

WORTH_A_PROCESS: Final = 5_000  # mentions; to start one takes as long as to fold so many
@dataclass(frozen=True)
class Shown:
    """What went into a run: the footage, the distinct mentions, and how often each fault fired."""

    footage: Footage
    published: int
    faults: list[dict[str, Any]]
    workers: int = 1
    resumed: str | None = None  # the time up to which it was computed before


@dataclass(frozen=True)
class Resuming:
    """Where runs that were cut short are kept, and whether one goes on from there."""

    place: Path
    go_on: bool = True
    say: Say = silent
    every_s: float = EVERY_S
    anew: str = "--no-resume starts anew"

    def starting_anew(self, damage: DamagedKeptError) -> None:
        self.say(f"not going on from what was kept: {damage}; starting anew")


def usable_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (
        os.cpu_count() or 1)


def shares_for(plan: Plan, shown: Footage) -> int:
    """As asked for; else a process for each core, where there is enough to do for it."""
    return plan.workers or max(min(usable_cores(), shown.mentions // WORTH_A_PROCESS), 1)


def task_of(
    shown: Footage, plan: Plan, wanted: frozenset[str] = frozenset(), counted: bool = True
) -> Task:
    return Task(shown.sources, shown.catalogue_at, plan.core, shares_for(plan, shown), wanted,
                counted)


def in_process(
    plan: Plan, watch: Watch = nobody, resuming: Resuming | None = None
) -> tuple[Account, Shown]:
    """Through the core alone: no broker, no topics, the same events."""
    return shown_in_process(footage(plan), plan, watch, resuming)


def shown_in_process(
    shown: Footage, plan: Plan, watch: Watch = nobody, resuming: Resuming | None = None
) -> tuple[Account, Shown]:
    """A run over footage that was read before."""
    showing, task = Showing(shown, plan, watch), task_of(shown, plan)
    with closing(crew_of(task)) as crew, _kept(shown, plan, resuming) as kept:
        place = _restored(crew, kept, resuming) if resuming else None
        run = begun(crew, task, place)
        try:
            _ended(run, crew, _left(showing, shown, place), kept)
        except KeyboardInterrupt:
            if resuming and kept and kept.tick >= 0:
                resuming.say(f"stopped; the same command goes on from {_until(kept.tick)}")
            raise
    resumed = _until(place.tick) if place else None
    return run.account, Shown(shown, showing.published, showing.told(), task.shares, resumed)


def events_in_process(
    shown: Footage, plan: Plan, showing: Showing, wanted: frozenset[str] = frozenset(),
    counted: bool = True,
) -> Iterator[tuple[Together, list[Record]]]:
    """A run, and the wanted events of each batch; alerts are always among them.

    Where they are all that is asked for, no other event needs to be counted into the account.
    """
    task = task_of(shown, plan, wanted, counted)
    with closing(crew_of(task)) as crew:
        run = Together(crew, task.config)
        for _, _, told in run.run(batches(showing.log(), shown.sources)):
            yield run, told


def _ended(run: Together, crew: Crew, left: Iterator[Batch], kept: Keeping | None) -> None:
    """Run to the end, and keep the place now and then."""
    for batch, asked, _ in run.run(left, lambda _: kept.ask(crew) if kept else None):
        if kept and asked:
            kept.keep(batch, run, asked)


def _until(tick: int) -> str:
    return told_time(end_of(tick))


def begun(crew: Crew, task: Task, place: Place | None) -> Together:
    """A run from its beginning, or from a place on."""
    if place is None:
        return Together(crew, task.config)
    return Together(crew, task.config, place.resumed(), place.stories)


def _left(showing: Showing, shown: Footage, place: Place | None) -> Iterator[Batch]:
    """The batches that were not folded before; to lift them, all are read."""
    done = place.batch if place else -1
    return (b for b in batches(showing.log(), shown.sources) if b.number > done)


def _kept(shown: Footage, plan: Plan, resuming: Resuming | None) -> Any:
    if resuming is None:
        return nullcontext(None)
    return keeping(resuming.place, computed_key(shown, plan), resuming.every_s)


def computed_key(shown: Footage, plan: Plan) -> str:
    """Of all that decides what is computed, with how a plain file was read, by which code and with
    which models: a name says nothing of how one was trained."""
    told = msgspec.json.encode(shown.original, order="deterministic").decode()
    code = tree_hash("producers", "deploy.replay")
    return key_of(run_hash(shown, plan), told, *plan.model_sums(), code)


def _restored(crew: Crew, kept: Keeping | None, resuming: Resuming) -> Place | None:
    if kept is None:
        return None
    if not resuming.go_on:
        kept.forget()
        return None
    try:
        return restored(crew, kept, kept.found(), resuming)
    except DamagedKeptError as damage:
        resuming.starting_anew(damage)
        kept.forget()
        return None


def restored(
    crew: Crew, kept: Keeping, place: Place | None, resuming: Resuming
) -> Place | None:
    """The place, with the shares as they were there."""
    if place is not None:
        crew.restore(place.shares, kept.folder)
        resuming.say(f"going on from {_until(place.tick)}: what is before was computed by a run"
                     f" that was cut short ({resuming.anew})")
    return place
