"""Commands in another terminal reach the stack that runs in the home folder, on whatever ports."""

from collections.abc import Mapping
from pathlib import Path

from deploy.local.home import Home
from deploy.local.settings import EXTERNAL, adopt, home_folder, names_a_server

WORLDS = (".", "demo")  # the live one first


def addresses(home: Path) -> Mapping[str, str]:
    """Where the parts of a running stack are; empty when none runs."""
    for world in WORLDS:
        found = Home(home / world)
        state = found.read() if found.is_held() else None
        if state is not None and state.addresses:
            return state.addresses
    return {}


def adopt_running_stack() -> None:
    """Let the variables that name the servers default to the running stack.

    A variable that is set stays as it is, and with one set the others are left alone: somebody's
    own servers are not to be mixed with ours.
    """
    if not names_a_server():
        found = addresses(home_folder())
        adopt({EXTERNAL[part]: address for part, address in found.items()})
