"""The `heat` command: one small file per noun, joined here."""

import sys
from importlib import import_module

import typer

from producers import cli as producers_cli
from schemas.errors import HeatError, SettingsError

COMMANDS = (
    "deploy.cli.stack",
    "deploy.cli.replay",
    "deploy.cli.topics",
    "deploy.cli.schema",
    "deploy.cli.tail",
    "deploy.cli.worker",
    "sinks.cli",
    "gateway.cli",
)


def build() -> typer.Typer:
    """Every command. Imported one by one, by name: a broken one is an error, not an omission."""
    app = typer.Typer(
        name="heat", no_args_is_help=True, pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="ET Heatmap: what is taking off in entertainment, before the trade press has it.",
    )
    for name in COMMANDS:
        import_module(name).register(app)
    sources = typer.Typer(no_args_is_help=True, help="Ask the sources; keep the clock.")
    producers_cli.register(sources)
    app.add_typer(sources, name="producers")
    return app


def main() -> None:
    """Run the command. Errors that we raise on purpose end in one line, not a traceback."""
    try:
        build()()
    except SettingsError as error:
        sys.stderr.write(f"heat: {error}\n")
        sys.exit(2)
    except HeatError as error:
        sys.stderr.write(f"heat: {error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
