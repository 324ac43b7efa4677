"""The folder in which one embedded stack lives: its lock, its state, its logs."""

import contextlib
import json
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from deploy.local.errors import HomeBusyError

CLOCK_SLACK = 2.0  # Seconds by which two readings of a process's birth may differ.
END_WITHIN = 10.0


@dataclass(frozen=True, slots=True)
class Running:
    """A process by number and birth; the number alone is reused."""

    name: str
    pid: int
    born: float

    def process(self) -> psutil.Process | None:
        """The very process, or None when it has ended."""
        with contextlib.suppress(psutil.NoSuchProcess):
            found = psutil.Process(self.pid)
            alive = found.status() != psutil.STATUS_ZOMBIE
            if alive and abs(found.create_time() - self.born) < CLOCK_SLACK:
                return found
        return None


@dataclass(frozen=True, slots=True)
class StackState:
    """What stack.json says: who supervises, where the servers answer, which children run."""

    supervisor: Running
    addresses: dict[str, str] = field(default_factory=dict)
    children: tuple[Running, ...] = ()
    roles: dict[str, dict[str, object]] = field(default_factory=dict)
    world: str = ""
    dashboard: str = ""
    ready: bool = False


@dataclass(frozen=True, slots=True)
class Home:
    """Paths below one folder."""

    folder: Path

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def health(self) -> Path:
        return self.folder / "health"

    @property
    def archive(self) -> Path:
        """Sealed files of the topics, unless the settings name another place."""
        return self.folder / "archive"

    @property
    def workers(self) -> Path:
        """What stream workers remember; it speaks of this home's broker and of no other."""
        return self.folder / "workers"

    @property
    def state_file(self) -> Path:
        return self.folder / "stack.json"

    def prepare(self) -> None:
        """Make the folders; a home can hold passwords, so it is closed to others."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.logs.mkdir(exist_ok=True)
        self.health.mkdir(exist_ok=True)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Be this home's only supervisor. The system drops the lock when the process dies."""
        self.prepare()
        lock = FileLock(self.folder / "lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise HomeBusyError(self._who_holds()) from error
        try:
            yield
        finally:
            lock.release()

    def is_held(self) -> bool:
        """True when a supervisor is at work here."""
        if not (self.folder / "lock").exists():
            return False
        lock = FileLock(self.folder / "lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        lock.release()
        return False

    def _who_holds(self) -> str:
        state = self.read()
        who = f"process {state.supervisor.pid}" if state else "another process"
        return (
            f"{self.folder} is in use by {who}. Look with `heat status`, stop it with `heat down`, "
            "or name another folder with HEAT_STACK__HOME."
        )

    def read(self) -> StackState | None:
        """The last state written, or None; a torn or foreign file counts as none."""
        try:
            told = json.loads(self.state_file.read_text(encoding="utf-8"))
            return StackState(
                supervisor=Running(**told["supervisor"]),
                addresses=dict(told["addresses"]),
                children=tuple(Running(**child) for child in told["children"]),
                roles=dict(told["roles"]),
                world=str(told["world"]),
                dashboard=str(told["dashboard"]),
                ready=bool(told["ready"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, state: StackState) -> None:
        """Replace the state file whole; it holds the database password, so only we may read it."""
        fresh = self.state_file.with_suffix(".tmp")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(asdict(state), indent=1), encoding="utf-8")
        fresh.replace(self.state_file)

    def clear(self) -> None:
        """Forget the state: everything it names has ended."""
        self.state_file.unlink(missing_ok=True)

    def leftovers(self) -> list[Running]:
        """Children of a run that ended without stopping them. Ask only while holding the lock."""
        state = self.read()
        return [child for child in state.children if child.process()] if state else []

    def mend(self) -> list[Running]:
        """End what an earlier run left behind; returns what that was."""
        left = self.leftovers()
        end_all(left)
        self.clear()
        return left


def this_process() -> Running:
    """We, as others may find us."""
    return Running("supervisor", os.getpid(), psutil.Process().create_time())


def end_all(running: Iterable[Running]) -> None:
    """Kill each with what it started, and see it gone."""
    doomed: list[psutil.Process] = []
    for one in running:
        if process := one.process():
            with contextlib.suppress(psutil.NoSuchProcess):
                doomed += process.children(recursive=True)
            doomed.append(process)
    for process in doomed:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    deadline = time.monotonic() + END_WITHIN
    while not all(map(has_ended, doomed)) and time.monotonic() < deadline:
        time.sleep(0.05)


def has_ended(process: psutil.Process) -> bool:
    """A zombie has: whoever adopted it reaps it when it likes, in some containers never."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
