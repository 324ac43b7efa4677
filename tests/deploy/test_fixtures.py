"""The servers lent to tests die with pytest, whatever ends it."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from deploy.local.home import has_ended
from tests.deploy.test_child import eventually

ROOT = Path(__file__).parents[2]
HANGING_TEST = """
import time
from pathlib import Path

def test_that_never_ends(redis_server, postgres_server, tmp_path):
    Path({flag!r}).touch()
    time.sleep(600)
"""


@pytest.mark.integration
@pytest.mark.skipif(sys.platform != "linux", reason="the parent-death signal is Linux's")
def test_killed_pytest_leaves_no_server(tmp_path: Path) -> None:
    flag = tmp_path / "running"
    (tmp_path / "test_hanging.py").write_text(HANGING_TEST.format(flag=str(flag)))
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = integration\n")
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", str(tmp_path)]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.DEVNULL) as session:
        try:
            assert eventually(lambda: flag.exists() or session.poll() is not None, within=60)
            servers = psutil.Process(session.pid).children(recursive=True)
            assert {"postgres", "redis-server"} <= {server.name() for server in servers}
        finally:
            session.kill()
    assert eventually(lambda: all(map(has_ended, servers)))
