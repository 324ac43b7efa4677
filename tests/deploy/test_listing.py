"""`heat --help` lists what the commands say of themselves, without importing them."""

import subprocess
import sys

import pytest

from deploy.cli.listing import COMMANDS
from deploy.cli.main import BROUGHT_BY
from tests.deploy.commands import tree_of

LISTED = {command: line for lines in COMMANDS.values() for command, line in lines.items()}


@pytest.mark.parametrize("command", sorted(LISTED))
def test_a_command_is_listed_with_the_line_that_it_gives(command: str) -> None:
    brought = tree_of("heat", command).commands
    first = " ".join(brought[command].help.split("\n\n")[0].split())
    assert first == LISTED[command]


def test_every_command_of_a_module_is_listed() -> None:
    for module, lines in COMMANDS.items():
        assert set(tree_of("heat", next(iter(lines))).commands) == set(lines), module


def test_the_list_imports_no_command() -> None:
    asks = "import sys; from deploy.cli.main import main; sys.argv = ['heat', '--help']\n"
    tells = "try: main()\nfinally: print([name for name in sys.modules], file=sys.stderr)"
    found = subprocess.run(
        [sys.executable, "-c", asks + tells], capture_output=True, text=True, check=True,
    )
    assert all(f" {command} " in found.stdout for command in LISTED)
    assert not [module for module in BROUGHT_BY.values() if f"'{module}'" in found.stderr]


def test_options_before_the_command_are_told_their_place() -> None:
    found = subprocess.run(
        [sys.executable, "-m", "deploy.cli.main", "--", "replay"], capture_output=True, text=True,
        check=False,
    )
    assert found.returncode == 2
    assert "the command comes first" in found.stderr
    assert "Traceback" not in found.stderr
