"""Reaching a supervisor that runs elsewhere on this machine: start it apart, ask it to stop."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

from deploy.local.child import LOG_LIMIT, describe_exit
from deploy.local.errors import StackError
from deploy.local.home import Home, StackState, end_all

READY_WITHIN = 240.0
STOP_WITHIN = 100.0  # Longer than the sum of what the slowest role and the servers may take.
KILLED_WITHIN = 15.0


def supervisor_of(world: str) -> list[str]:
    """The command that runs a world."""
    return [sys.executable, "-m", "deploy.local", world]


def start_apart(argv: Sequence[str], home: Home) -> StackState:
    """Run a supervisor in a session of its own; returns when every role is ready."""
    home.prepare()
    log = home.logs / "supervisor.log"
    with log.open("ab") as words:
        if words.tell() > LOG_LIMIT:
            words.truncate(0)
        began = words.tell()
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        state = home.read()
        if state and state.ready and state.supervisor.pid == process.pid:
            process.returncode = 0  # It lives on without us: not ours to wait for.
            return state
        if process.poll() is not None:
            said = log.read_bytes()[began:].decode(errors="replace").strip()
            raise StackError(f"it ended ({describe_exit(process.returncode)}):\n{said}")
        time.sleep(0.2)
    process.returncode = 0
    raise StackError(
        f"not every role was ready within {READY_WITHIN:.0f} s; it goes on trying. "
        f"Look with `heat status`, read {log}, stop it with `heat down`."
    )


def stop_from_afar(home: Home) -> str:
    """Ask the supervisor to stop and see it gone; says what was done."""
    state = home.read()
    if not home.is_held():
        left = home.mend() if state else []
        names = ", ".join(f"{one.name} ({one.pid})" for one in left)
        return f"It was not running; ended what it had left: {names}" if left else "Not running"
    if state is None or state.supervisor.process() is None:
        raise StackError(f"{home.folder} is in use, but its state file does not say by whom")
    os.kill(state.supervisor.pid, signal.SIGTERM)
    if _released(home, STOP_WITHIN):
        return "Stopped"
    end_all([state.supervisor])
    if not _released(home, KILLED_WITHIN):
        raise StackError(f"process {state.supervisor.pid} cannot be ended")
    home.mend()
    return f"It did not stop within {STOP_WITHIN:.0f} s and was killed"


def _released(home: Home, within: float) -> bool:
    deadline = time.monotonic() + within
    while home.is_held():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
