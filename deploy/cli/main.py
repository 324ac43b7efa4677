"""The `heat` command: one small file per noun, joined here."""

import sys
from importlib import import_module
from typing import Final

import typer

from schemas.errors import HeatError, SettingsError

# Who brings which commands. A module is imported when one of its commands is asked for, so that
# none waits for the imports of the others; the help asks for all.
COMMANDS: Final[dict[str, tuple[str, ...]]] = {
    "deploy.cli.stack": ("up", "demo", "status", "down", "doctor"),
    "deploy.cli.replay": ("replay",),
    "deploy.cli.record": ("record",),
    "deploy.cli.verify": ("verify",),
    "deploy.cli.diff": ("diff",),
    "deploy.cli.sweep": ("sweep",),
    "deploy.cli.detect": ("detect",),
    "deploy.cli.forecast": ("forecast",),
    "deploy.cli.backtest": ("backtest",),
    "deploy.cli.kpis": ("kpis",),
    "deploy.cli.daily": ("daily",),
    "deploy.cli.topics": ("topics",),
    "deploy.cli.schema": ("schema",),
    "deploy.cli.entities": ("entities",),
    "deploy.cli.tail": ("tail",),
    "deploy.cli.archive": ("archive",),
    "deploy.cli.forget": ("forget",),
    "deploy.cli.resolve": ("resolve",),
    "deploy.cli.spam": ("spam",),
    "deploy.cli.affect": ("affect",),
    "deploy.cli.train": ("train",),
    "deploy.cli.worker": ("worker",),
    "deploy.cli.sources": ("sources",),
    "deploy.cli.producers": ("producers",),
    "deploy.cli.export": ("export",),
    "deploy.cli.backup": ("backup",),
    "deploy.cli.restore": ("restore",),
    "deploy.cli.maintain": ("maintain",),
    "sinks.cli": ("sink",),
    "gateway.cli": ("gateway",),
}
# These look for a running stack themselves, or start one.
OWN_STACK: Final = frozenset(COMMANDS["deploy.cli.stack"])


def build(asked: str | None = None) -> typer.Typer:
    """The command with everything, or with what the module of the asked command brings."""
    app = typer.Typer(
        name="heat", no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="ET Heatmap: what is taking off in entertainment, before the trade press has it.",
    )
    app.callback()(_nothing)  # keeps `heat replay` a command when it is the only one imported
    chosen = [module for module, commands in COMMANDS.items() if asked in commands]
    for module in chosen or COMMANDS:
        import_module(module).register(app)
    return app


def _nothing() -> None:
    """ET Heatmap: what is taking off in entertainment, before the trade press has it."""


def main() -> None:
    """Run the command. Errors that we raise on purpose end in one line, not a traceback."""
    asked = sys.argv[1] if len(sys.argv) > 1 else None
    try:
        if asked is not None and asked not in OWN_STACK:
            from deploy.local.adopt import adopt_running_stack

            adopt_running_stack()
        build(asked)()
    except KeyboardInterrupt:
        sys.exit(130)
    except SettingsError as error:
        sys.stderr.write(f"heat: {error}\n")
        sys.exit(2)
    except HeatError as error:
        sys.stderr.write(f"heat: {error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
