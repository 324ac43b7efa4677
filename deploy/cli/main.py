"""The `heat` command: one small file per noun, joined here.

Whoever presses Ctrl-C while a command still imports is heard as well as later: nothing that takes
time is imported before `main` runs.
"""

import errno
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Final

from deploy.cli.listing import COMMANDS

if TYPE_CHECKING:
    import typer

# A module is imported when one of its commands is asked for, so that none waits for the imports of
# the others.
BROUGHT_BY: Final = {command: module for module, lines in COMMANDS.items() for command in lines}
# These look for a running stack themselves, or start one.
OWN_STACK: Final = frozenset(COMMANDS["deploy.cli.stack"])
INTERRUPTED: Final = 130
NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})  # no fault of the program


def build(asked: str | None = None) -> "typer.Typer":
    """The command with what the module of the asked command brings, or with a list of all."""
    import typer

    app = typer.Typer(
        name="heat", no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="ET Heatmap: what is taking off in entertainment, before the trade press has it.",
    )
    app.callback()(_nothing)  # keeps `heat replay` a command when it is the only one imported
    if asked in BROUGHT_BY:
        import_module(BROUGHT_BY[asked]).register(app)
        return app
    for lines in COMMANDS.values():
        for command, line in lines.items():
            app.command(command, help=line)(_listed)
    return app


def _nothing() -> None:
    """ET Heatmap: what is taking off in entertainment, before the trade press has it."""


def _listed() -> None:
    from schemas.errors import SettingsError

    raise SettingsError("the command comes first: heat COMMAND [OPTIONS]")


def main() -> None:
    """Run the command. Errors that we raise on purpose end in one line, not a traceback."""
    try:
        _run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _run() -> None:
    from schemas.errors import HeatError, SettingsError

    asked = sys.argv[1] if len(sys.argv) > 1 else None
    try:
        if asked in BROUGHT_BY and asked not in OWN_STACK:
            from deploy.local.adopt import adopt_running_stack

            adopt_running_stack()
        build(asked)()
    except SettingsError as error:
        sys.stderr.write(f"heat: {error}\n")
        sys.exit(2)
    except HeatError as error:
        sys.stderr.write(f"heat: {error}\n")
        sys.exit(1)
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        where = f"{error.filename}: " if error.filename else ""
        sys.stderr.write(f"heat: {where}{error.strerror}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
