"""`python -m deploy.local live|demo`: a world in this process; what `heat up --detach` starts."""

import sys

from rich.console import Console

from deploy.local.run import run_world, world_of
from deploy.local.settings import LocalSettings
from schemas.errors import HeatError


def main() -> None:
    """Exit 0 after a clean stop, 1 with a message when it could not run."""
    console = Console(soft_wrap=True)
    try:
        settings = LocalSettings.load()
        run_world(world_of(sys.argv[1] if sys.argv[1:] else "live", settings), settings, console)
    except HeatError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
