"""One child process: started, waited for, explained when it dies, stopped with all it started."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from deploy.local.errors import ChildEndedError, ChildNotReadyError

GUARD = Path(__file__).with_name("guard.py")
LOG_LIMIT = 10_000_000  # Bytes after which the log of a finished run is set aside.
POLL_EVERY = 0.05
NEEDS_A_PERSON = frozenset({2, 78})  # Wrong usage or settings; a fault that a restart meets again.
EXIT_WORDS = {
    2: "exit 2: wrong usage or settings",
    70: "exit 70: asked to be started again",
    78: "exit 78: needs a person",
}

# None when ready, else what is still missing, in words for a person.
Probe = Callable[[], str | None]


def ready_at_once() -> None:
    """The probe of a program that has nothing to wait for."""


@dataclass(frozen=True, slots=True)
class Program:
    """What to run, how to see that it is ready, how to stop it."""

    name: str
    argv: Sequence[str]
    log: Path
    ready: Probe = ready_at_once
    env: Mapping[str, str] | None = None  # None: the environment of this process.
    start_within: float = 60.0
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within: float = 10.0
    orphan_signal: signal.Signals = signal.SIGKILL  # Sent by the kernel when this process dies.
    account: tuple[int, int] | None = None  # uid and gid to run as, when we are root.
    health_file: Path | None = None  # Written by the program; one of an earlier run says nothing.
    look_every: float | None = None  # Seconds between looks at a ready program; None: never again.
    also_read: Sequence[Path] = field(default=())  # Further logs that may tell why it died.


class Child:
    """A running program. Start it on the main thread: the kernel ties it to the thread's life."""

    def __init__(self, program: Program) -> None:
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError(
                f"{program.name} must be started on the main thread: it would die with this one"
            )
        self.program = program
        self.started_at = time.monotonic()
        self._log_start = _open_log(program.log)
        with program.log.open("ab") as log:
            self._process = subprocess.Popen(
                _guarded(program),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=None if program.env is None else dict(program.env),
                start_new_session=True,
            )
        self.born = _birth(self._process.pid)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; below zero when a signal ended it."""
        return self._process.poll()

    def wait_ready(self, within: float | None = None) -> None:
        """Return when the probe is content; raise when the child ends or the time is up."""
        allowed = within or self.program.start_within
        deadline = self.started_at + allowed
        while (missing := self.program.ready()) is not None:
            if self.exit_code is not None:
                raise ChildEndedError(self.obituary())
            if time.monotonic() > deadline:
                raise ChildNotReadyError(
                    f"{self.program.name} was not ready within {allowed:g} s: still "
                    f"waiting for {missing}. Its last words:\n{self.last_words()}"
                )
            time.sleep(POLL_EVERY)

    def last_words(self, lines: int = 8) -> str:
        """The end of what this run of the program logged."""
        words = _tail(self.program.log, self._log_start, lines)
        for extra in self.program.also_read:
            if not words and extra.exists():
                words = _tail(extra, 0, lines)
        return "\n".join(f"    {line}" for line in words) or "    (nothing)"

    def obituary(self) -> str:
        """Why it ended, with the evidence."""
        return (
            f"{self.program.name} ended ({describe_exit(self.exit_code)}). "
            f"Last lines of {self.program.log}:\n{self.last_words()}"
        )

    def ask_to_stop(self) -> None:
        """Send the stop signal and return."""
        with contextlib.suppress(ProcessLookupError):
            if self.exit_code is None:
                os.kill(self.pid, self.program.stop_signal)

    def wait_stopped(self, within: float) -> bool:
        """True when it ended by itself; otherwise it was killed. Nothing it started is left."""
        descendants = _descendants(self.pid)
        try:
            self._process.wait(timeout=max(0.0, within))
            ended_by_itself = True
        except subprocess.TimeoutExpired:
            descendants = _descendants(self.pid)
            self._process.kill()
            self._process.wait()
            ended_by_itself = False
        _end_group(self.pid, descendants)
        return ended_by_itself

    def stop(self) -> bool:
        """Ask, wait, kill; False when it had to be killed."""
        self.ask_to_stop()
        return self.wait_stopped(self.program.stop_within)


def describe_exit(code: int | None) -> str:
    """An exit code in words."""
    if code is None:
        return "still running"
    if code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return EXIT_WORDS.get(code, f"exit {code}")


def _guarded(program: Program) -> list[str]:
    account = ":".join(map(str, program.account)) if program.account else "-"
    guard = [sys.executable, "-I", "-S", str(GUARD), str(os.getpid())]
    return [*guard, str(int(program.orphan_signal)), account, "--", *program.argv]


def _open_log(log: Path) -> int:
    """Where this run's words begin; a log grown too long is set aside first."""
    log.parent.mkdir(parents=True, exist_ok=True)
    size = log.stat().st_size if log.exists() else 0
    if size > LOG_LIMIT:
        log.replace(log.with_suffix(log.suffix + ".1"))
        return 0
    return size


def _tail(log: Path, start: int, lines: int) -> list[str]:
    try:
        with log.open("rb") as words:
            end = words.seek(0, os.SEEK_END)
            words.seek(max(start, end - 8192))
            text = words.read().decode(errors="replace")
    except FileNotFoundError:
        return []
    spoken = (line for line in text.splitlines() if any(map(str.isalnum, line)))
    return list(spoken)[-lines:]


def _birth(pid: int) -> float:
    """When the process began: with its number, the only safe name of a process."""
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return 0.0


def _descendants(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _end_group(leader: int, descendants: list[psutil.Process]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
    for process in descendants:
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            process.kill()
