"""Commands in another terminal reach the stack that runs in the home folder, on whatever ports."""

from pathlib import Path

from deploy.local.home import Home
from deploy.local.roles import DEMO_LAYOUT
from deploy.local.settings import ARCHIVE, EXTERNAL, adopt, home_folder, names_a_server

WORLDS = (".", "demo")  # the live one first


def variables(home: Path) -> dict[str, str]:
    """What a command must be told to reach a running stack; empty when none runs."""
    for world in WORLDS:
        found = Home(home / world)
        state = found.read() if found.is_held() else None
        if state is not None and state.addresses:
            named = {EXTERNAL[part]: address for part, address in state.addresses.items()}
            if state.world == "demo":
                return named | layout()
            return named | {ARCHIVE: str(Home(home / world).archive)}
    return {}


def layout() -> dict[str, str]:
    """The simulated world has fewer partitions than the settings say by default."""
    return {f"HEAT_KAFKA__{name.upper()}": str(count) for name, count in DEMO_LAYOUT.items()}


def adopt_running_stack() -> None:
    """Let the variables that name the servers default to the running stack.

    A variable that is set stays as it is, and with one set the others are left alone: somebody's
    own servers are not to be mixed with ours.
    """
    if not names_a_server():
        adopt(variables(home_folder()))
