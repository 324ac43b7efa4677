"""`heat producers`: the commands of the sources and the clock, under one noun."""

import typer

from producers import cli


def register(app: typer.Typer) -> None:
    nested = typer.Typer(no_args_is_help=True, help="Ask the sources; keep the clock.")
    cli.register(nested)
    app.add_typer(nested, name="producers")
