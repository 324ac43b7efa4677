"""One supervisor a home; what a killed one leaves is found, ended and forgotten."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.local.errors import HomeBusyError
from deploy.local.home import Home, Running, StackState, has_ended, this_process

HOLD = """
import sys, time
from pathlib import Path
from deploy.local.home import Home, StackState, this_process
home = Home(Path(sys.argv[1]))
with home.held():
    home.write(StackState(this_process()))
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Another process that supervises this home."""
    argv = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


@pytest.fixture
def stray() -> Iterator[psutil.Process]:
    """A process such as a broker that nobody stopped."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as process:
        yield psutil.Process(process.pid)
        process.kill()


def test_second_supervisor_is_refused_and_told_who_holds(
    tmp_path: Path, holder: "subprocess.Popen[bytes]"
) -> None:
    home = Home(tmp_path)
    assert home.is_held()
    with pytest.raises(HomeBusyError, match=f"process {holder.pid}.*heat down"), home.held():
        pass


def test_lock_of_a_killed_supervisor_is_free_at_once(
    tmp_path: Path, holder: "subprocess.Popen[bytes]"
) -> None:
    holder.kill()
    holder.wait()
    home = Home(tmp_path)
    assert not home.is_held()
    assert home.read() is not None
    with home.held():
        assert home.mend() == []
        assert home.read() is None


def test_stray_child_of_an_earlier_run_is_ended(tmp_path: Path, stray: psutil.Process) -> None:
    home = Home(tmp_path)
    left = Running("kafka", stray.pid, stray.create_time())
    with home.held():
        home.write(StackState(this_process(), children=(left,)))
        assert home.mend() == [left]
    assert has_ended(stray)
    assert home.leftovers() == []


def test_stranger_who_got_the_number_of_a_dead_child_is_left_alone(
    tmp_path: Path, stray: psutil.Process
) -> None:
    home = Home(tmp_path)
    with home.held():
        earlier = Running("kafka", stray.pid, stray.create_time() - 3600)
        home.write(StackState(this_process(), children=(earlier,)))
        assert home.mend() == []
    assert stray.is_running()


@pytest.mark.parametrize("torn", ["", "{", "[]", '{"supervisor": 7}', "\x00\x00"])
def test_torn_state_file_counts_as_none(tmp_path: Path, torn: str) -> None:
    (tmp_path / "stack.json").write_text(torn)
    assert Home(tmp_path).read() is None


def test_state_file_is_closed_to_others(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.prepare()
    home.write(StackState(this_process(), addresses={"postgres": "postgresql://heat:secret@h/d"}))
    assert home.state_file.stat().st_mode & 0o077 == 0
    assert home.read() == StackState(
        this_process(), addresses={"postgres": "postgresql://heat:secret@h/d"}
    )
