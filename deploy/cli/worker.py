"""`heat worker`: one stream worker of one role."""

from typing import Annotated, Literal

import typer


def register(app: typer.Typer) -> None:
    app.command()(worker)


def worker(
    role: Annotated[Literal["resolve", "measure", "stories", "discover", "forecast"],
                    typer.Argument(help="resolve: raw to mentions; measure: mentions to heat; "
                                        "stories: what is measured to alerts; "
                                        "discover: unknown names to discoveries; "
                                        "forecast: heat to predictions.")],
) -> None:
    """Run a Faust worker. More of the same role share its partitions."""
    if role == "forecast":
        from streams.forecaster import work as foretell

        foretell()
        return
    from streams.worker import work  # Faust's imports take a while: not for the help's sake

    work(role)
