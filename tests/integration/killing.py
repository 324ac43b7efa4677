"""SIGKILL for the workers of a replay, each as soon as it works on records."""

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

ROLES = ("resolve", "measure", "stories", "discover")


@contextmanager
def killer(folder: Path, roles: Sequence[str] = ROLES) -> Iterator[list[str]]:
    """Kill the first worker of each role once; the list tells which were hit."""
    killed: list[str] = []
    over = threading.Event()

    def watch() -> None:
        while not over.is_set() and len(killed) < len(roles):
            for role in roles:
                if role not in killed and _kill_first(folder, role):
                    killed.append(role)
            over.wait(0.05)  # until the next look, or the end

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()


def _kill_first(folder: Path, role: str) -> bool:
    """True when the first worker of a role was ready and is dead now."""
    health = folder / f"{role}-1.json"
    if not health.exists() or '"ok"' not in health.read_text("utf-8"):
        return False
    for process in psutil.process_iter(["cmdline", "environ"]):
        told = process.info["environ"] or {}
        if told.get("HEAT_HEALTH_FILE") == str(health) and role in (process.info["cmdline"] or []):
            process.send_signal(signal.SIGKILL)
            return True
    return False
