"""How a worker is, as a small JSON file that a supervisor reads."""

import os
from collections import defaultdict
from pathlib import Path
from time import monotonic
from typing import Any, Final

from mode import Service

from streams.runtime.health_file import write
from streams.runtime.reading import Progress, progress
from streams.runtime.watchdog import PATIENCE, Watch

WRITE_EVERY: Final = 1.0
TELL_AFTER: Final = PATIENCE / 2  # seconds; time to be seen before the watchdog ends it


def report(
    role: str, told: Progress, *, pid: int, stopping: bool, stalled: str | None = None
) -> dict[str, Any]:
    """What the file says; `status` is ok only when records are being worked on."""
    assignment: defaultdict[str, list[int]] = defaultdict(list)
    for tp in sorted(told.readings):
        assignment[tp.topic].append(tp.partition)
    status, detail = _status(told, stopping=stopping, stalled=stalled)
    age = told.since_commit
    return {
        "status": status,
        "detail": detail,
        "role": role,
        "assignment": assignment,
        "lag": told.lag,
        "recovering": told.recovering,
        "last_commit_age_s": None if age is None else round(age, 1),
        "pid": pid,
    }


def _status(told: Progress, *, stopping: bool, stalled: str | None) -> tuple[str, str]:
    if stopping:
        return "stopping", "finishing what is in hand"
    if told.ready:
        return ("not moving", stalled) if stalled else ("ok", "")
    if told.recovering:
        return "recovering", "reading tables back from their changelog"
    return "starting", "joining the group"


class Health(Service):
    """Writes the report once a second, and a last one when the worker stops."""

    def __init__(self, app: Any, role: str, path: Path, **kwargs: Any) -> None:
        self.app = app
        self.role = role
        self.path = path
        self.watch = Watch(TELL_AFTER)
        super().__init__(**kwargs)

    def _write(self) -> None:
        told = progress(self.app)
        words = report(
            self.role,
            told,
            pid=os.getpid(),
            stopping=self.app.should_stop,
            stalled=self.watch.stalled(told, monotonic()),
        )
        write(self.path, words)

    @Service.task
    async def _tell(self) -> None:
        while not self.should_stop:
            self._write()
            await self.sleep(WRITE_EVERY)

    async def on_stop(self) -> None:
        self._write()
