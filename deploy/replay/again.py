"""A recording run again and again: resolved once, and every run over that is kept.

    recording ─► resolved ─┬► heard under these settings
                           ├► heard under others
                           └► heard without a source

What was cut short, at whatever moment, is gone on with; what is whole is only read.
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO, Final

from deploy.replay.footage import Footage, Showing, Watch, nobody
from deploy.replay.in_process import Resuming, begun, computed_key, restored, task_of
from deploy.replay.kept import Cache, grown, kept, key_of
from deploy.replay.plan import Plan
from streams.replay.batches import Batch, batches
from streams.replay.blocks import DamagedKeptError
from streams.replay.checkpoint import HEARD, Keeping, Place, keeping
from streams.replay.crew import Crew, crew_of
from streams.replay.heard import cut_behind, write_account, write_told
from streams.replay.resolved import recalled, resolve_once, texts
from streams.replay.share import Task

CUT_SHORT: Final = "cut-short"  # the folder of runs that did not come to their end


def resolved_name(shown: Footage, plan: Plan) -> str:
    return f"resolved-{computed_key(shown, plan.to_resolve())}.bin"


def resolved_of(shown: Footage, plan: Plan, cache: Cache, watch: Watch = nobody) -> Path:
    """The file of all texts of a plan, resolved now where that was not done before."""
    name = resolved_name(shown, plan)

    def make(out: IO[bytes]) -> object:
        return resolve_once(task_of(shown, plan), Showing(shown, plan, watch).log(), out)

    return cache.holds(name) or grown(cache.folder / name, make)


class Again:
    """Runs over what was resolved of one recording."""

    def __init__(self, shown: Footage, resolved: Path, cache: Cache) -> None:
        self.shown, self.resolved, self._cache = shown, resolved, cache

    def heard(
        self, plan: Plan, showing: Showing, wanted: frozenset[str], counted: bool = False
    ) -> Path:
        """The file of what a run under this plan lets out: alerts, and what else is wanted.

        The plan may leave out more than what was resolved, and nothing less.
        """
        task = task_of(self.shown, plan, wanted, counted)
        key = key_of(computed_key(self.shown, plan), "heard", str(counted), *sorted(wanted))
        name, file = f"heard-{key}.bin", self._cache.folder / f"heard-{key}.bin"
        with (self.resolved.open("rb") as before,
              keeping(self._cache.folder / CUT_SHORT, key, self._cache.every_s) as place):
            whole = self._cache.holds(name)
            if whole:
                return whole
            log = recalled(batches(showing.log(), self.shown.sources), texts(before))
            if place is None:  # another process runs the same at this moment
                return kept(file, lambda out: _run(task, log, out))
            resuming = Resuming(place.folder, say=self._cache.say,
                                anew=f"without {place.folder} it starts anew")
            growing = place.folder / HEARD
            growing.touch()
            with growing.open("r+b") as out:
                _run(task, log, out, place, resuming)
            growing.replace(file)
        return file


def _run(
    task: Task, log: Iterator[Batch], out: IO[bytes], place: Keeping | None = None,
    resuming: Resuming | None = None,
) -> None:
    with closing(crew_of(task)) as crew:
        stood = _stood(crew, place, resuming, out) if place and resuming else None
        done = stood.batch if stood else -1
        run = begun(crew, task, stood)
        left = (batch for batch in log if batch.number > done)
        for batch, asked, told in run.run(left, lambda _: place.ask(crew) if place else None):
            write_told(out, told)
            if place and asked:
                place.keep(batch, run, asked, out.tell())
    write_account(out, run.account)


def _stood(
    crew: Crew, place: Keeping, resuming: Resuming, out: IO[bytes]
) -> Place | None:
    """Where the run stood when it was cut short, with what was heard up to there."""
    try:
        stood = place.found()
        cut_behind(out, stood.heard if stood else 0)
    except DamagedKeptError as damage:
        resuming.starting_anew(damage)
        place.forget((HEARD,))
        out.seek(0)
        out.truncate()
        return None
    return restored(crew, place, stood, resuming)
