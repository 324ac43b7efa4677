"""`heat train`: models from examples, each a file with a version."""

import typer

from deploy.cli.spam import train_spam
from deploy.cli.train_confidence import train_confidence
from deploy.cli.train_forecast import train_forecast


def register(app: typer.Typer) -> None:
    nested = typer.Typer(no_args_is_help=True, help="Fit a model from examples; print its version.")
    nested.command("spam")(train_spam)
    nested.command("confidence")(train_confidence)
    nested.command("forecast")(train_forecast)
    nested.callback()(_nothing)  # keeps `heat train spam` a command when it is the only one
    app.add_typer(nested, name="train")


def _nothing() -> None:
    """Fit a model from examples; print its version."""
