"""`heat worker`: one stream worker of one role."""

from typing import Annotated, Literal

import typer

from streams.worker import work


def register(app: typer.Typer) -> None:
    app.command()(worker)


def worker(
    role: Annotated[Literal["resolve", "measure"],
                    typer.Argument(help="resolve: raw to mentions; measure: mentions to heat.")],
) -> None:
    """Run a Faust worker. More of the same role share its partitions."""
    work(role)
