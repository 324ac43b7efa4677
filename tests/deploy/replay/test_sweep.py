"""A sweep that is killed leaves nobody computing, and keeps what was computed."""

import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import psutil
import pytest

from tests.deploy.replay.small_recording import record_world

SOON_S = 120.0
RUN = "from pathlib import Path; from deploy.replay.plan import Plan;" \
      " from deploy.replay.kept import Cache;" \
      " from deploy.replay.sweep import sweep; import sys;" \
      " sweep(Path(sys.argv[1]), Plan(Path(sys.argv[2]), workers=1), Cache(Path(sys.argv[3])), 2)"


@pytest.mark.soak
def test_a_killed_sweep_leaves_no_process_behind(tmp_path: Path) -> None:
    record_world(tmp_path / "world")
    grid, cache = tmp_path / "grid.yml", tmp_path / "kept"
    values = [round(2.0 + n / 100, 2) for n in range(80)]
    grid.write_text(f"grid: {{gates.detection: {values}}}\n", "utf-8")
    life = subprocess.Popen([sys.executable, "-c", RUN, grid, tmp_path / "world", cache])
    deadline = monotonic() + SOON_S
    while not list(cache.glob("figures-*.json")):
        assert life.poll() is None, "the sweep ended with nothing computed"
        assert monotonic() < deadline, f"nothing was computed within {SOON_S:.0f} s"
        sleep(0.01)
    computing = psutil.Process(life.pid).children(recursive=True)
    life.send_signal(signal.SIGKILL)
    assert life.wait(SOON_S) == -signal.SIGKILL
    assert len(computing) >= 2
    _, alive = psutil.wait_procs(computing, SOON_S)
    assert alive == []
    assert 0 < len(list(cache.glob("figures-*.json"))) < len(values)
