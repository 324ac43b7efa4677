"""Ctrl-C while `heat` still imports ends it as any other does: exit 130, and no traceback."""

import subprocess
import sys

import pytest

PRESSED = """
import os, signal, sys

from deploy.cli.main import main

_, where = sys.argv
assert where not in sys.modules

class Press:
    def find_spec(self, name, path=None, target=None):
        if name == where:
            print("pressed", flush=True)
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Press())
sys.argv = ["heat", "sweep", "--help"]
main()
"""


@pytest.mark.parametrize("module", ["typer", "deploy.cli.sweep"])
def test_an_interrupt_during_an_import_has_no_traceback(module: str) -> None:
    done = subprocess.run([sys.executable, "-c", PRESSED, module], capture_output=True, text=True,
                          timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "pressed\n", "")
