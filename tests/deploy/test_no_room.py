"""A disk that is full is told in a line."""

import subprocess
import sys
from pathlib import Path

import pytest

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_told_without_a_traceback(tmp_path: Path) -> None:
    counts = tmp_path / "counts.csv"
    counts.write_text("time,value\n2026-01-01T00:00:00Z,3\n2026-01-01T00:05:00Z,4\n")
    with FULL.open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "deploy.cli.main", "detect", str(counts)],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60,
        )
    assert (done.returncode, done.stderr) == (1, "heat: No space left on device\n")
