"""`heat daily`: judge the days that are over, and train the forecast every week."""

from typing import Annotated

import typer

from deploy.daily.role import work


def register(app: typer.Typer) -> None:
    app.command("daily")(daily)


def daily(
    once: Annotated[
        bool, typer.Option("--once", help="Do what is due now and end, for a timer.")
    ] = False,
) -> None:
    """The KPIs of each day onto topic kpis, and the weekly training, until stopped."""
    work(once)
