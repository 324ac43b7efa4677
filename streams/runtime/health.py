"""How a worker is, as a small JSON file that a supervisor reads."""

import os
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

from mode import Service

from streams.runtime.health_file import write
from streams.runtime.reading import Progress, progress

WRITE_EVERY: Final = 1.0


def report(role: str, told: Progress, *, pid: int, stopping: bool) -> dict[str, Any]:
    """What the file says; `status` is ok only when records are being worked on."""
    assignment: defaultdict[str, list[int]] = defaultdict(list)
    for tp in sorted(told.readings):
        assignment[tp.topic].append(tp.partition)
    status, detail = _status(told, stopping=stopping)
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


def _status(told: Progress, *, stopping: bool) -> tuple[str, str]:
    if stopping:
        return "stopping", "finishing what is in hand"
    if told.ready:
        return "ok", ""
    if told.recovering:
        return "recovering", "reading tables back from their changelog"
    return "starting", "joining the group"


class Health(Service):
    """Writes the report once a second, and a last one when the worker stops."""

    def __init__(self, app: Any, role: str, path: Path, **kwargs: Any) -> None:
        self.app = app
        self.role = role
        self.path = path
        super().__init__(**kwargs)

    def _write(self) -> None:
        told = progress(self.app)
        words = report(self.role, told, pid=os.getpid(), stopping=self.app.should_stop)
        write(self.path, words)

    @Service.task
    async def _tell(self) -> None:
        while not self.should_stop:
            self._write()
            await self.sleep(WRITE_EVERY)

    async def on_stop(self) -> None:
        self._write()
