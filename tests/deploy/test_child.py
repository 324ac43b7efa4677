"""A child process is waited for, explained and stopped; none survives its parent."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from deploy.local.child import Child, Program, describe_exit
from deploy.local.errors import ChildEndedError, ChildNotReadyError
from deploy.local.home import has_ended

FOREVER = "import time\nwhile True: time.sleep(1)"
STUBBORN = f"""
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
{FOREVER}
"""
PARENT_OF_TWO = f"""
import subprocess, sys
for _ in range(2):
    subprocess.Popen([sys.executable, "-c", {FOREVER!r}])
print("both", flush=True)
{FOREVER}
"""


def eventually(true: Callable[[], bool], within: float = 20.0) -> bool:
    """Poll for a condition; a test's only way to wait."""
    deadline = time.monotonic() + within
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., Child]]:
    """Starts Python programs and ends what is left of them."""
    children: list[Child] = []

    def start(code: str, **settings: object) -> Child:
        program = Program("probe", [sys.executable, "-c", code], tmp_path / "probe.log", **settings)  # type: ignore[arg-type]
        children.append(Child(program))
        return children[-1]

    yield start
    for child in children:
        child.ask_to_stop()
        child.wait_stopped(0)


def _says(log: Path, word: str) -> Callable[[], str | None]:
    return lambda: None if log.exists() and word in log.read_text() else f"the word {word}"


def test_early_death_is_told_with_exit_code_and_last_words(
    started: Callable[..., Child], tmp_path: Path
) -> None:
    child = started("import sys; sys.exit('no such table')", ready=lambda: "a table")
    with pytest.raises(ChildEndedError, match=r"(?s)exit 1.*probe\.log.*no such table"):
        child.wait_ready()


def test_waiting_ends_at_the_deadline_and_says_for_what(started: Callable[..., Child]) -> None:
    child = started(FOREVER, ready=lambda: "a listener on port 9")
    with pytest.raises(
        ChildNotReadyError, match=r"within 0\.5 s: still waiting for a listener on po"
    ):
        child.wait_ready(within=0.5)


def test_words_of_an_earlier_run_are_not_taken_for_last_words(
    started: Callable[..., Child], tmp_path: Path
) -> None:
    (tmp_path / "probe.log").write_text("complaint of yesterday\n")
    child = started("print('today', flush=True)")
    assert child.wait_stopped(20)
    assert "today" in child.last_words()
    assert "yesterday" not in child.last_words()


def test_deaf_child_is_killed_when_its_time_is_up(
    started: Callable[..., Child], tmp_path: Path
) -> None:
    child = started(STUBBORN, ready=_says(tmp_path / "probe.log", "deaf"), stop_within=0.3)
    child.wait_ready()
    assert not child.stop()
    assert child.exit_code == -signal.SIGKILL


def test_stopping_a_child_stops_what_it_started(
    started: Callable[..., Child], tmp_path: Path
) -> None:
    child = started(PARENT_OF_TWO, ready=_says(tmp_path / "probe.log", "both"))
    child.wait_ready()
    family = psutil.Process(child.pid).children(recursive=True)
    assert len(family) == 2
    child.stop()
    assert eventually(lambda: all(map(has_ended, family)))


def test_child_is_refused_on_a_thread_that_may_end_before_it(
    started: Callable[..., Child],
) -> None:
    refusals: list[str] = []

    def attempt() -> None:
        try:
            started(FOREVER)
        except RuntimeError as refusal:
            refusals.append(str(refusal))

    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join()
    assert len(refusals) == 1
    assert "main thread" in refusals[0]


@pytest.mark.skipif(sys.platform != "linux", reason="the parent-death signal is Linux's")
def test_child_dies_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    code = f"""
import sys, time
from pathlib import Path
from deploy.local.child import Child, Program
log = Path({str(tmp_path)!r}) / "probe.log"
child = Child(Program("probe", [sys.executable, "-c", {FOREVER!r}], log))
print(child.pid, flush=True)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        assert child.is_running()
        parent.kill()
    assert eventually(lambda: has_ended(child))


def test_exit_codes_are_told_in_words() -> None:
    assert describe_exit(-9) == "killed by SIGKILL"
    assert "started again" in describe_exit(70)
    assert describe_exit(3) == "exit 3"
