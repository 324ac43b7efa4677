"""The KPIs of each day: as figures for programs, and as a page for people."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from gateway.kpis import TARGETS, KpisQuery
from gateway.routes import as_json, gateway_of

router = APIRouter()


@router.get("/kpis", tags=["operations"])
async def kpis(request: Request, asked: Annotated[KpisQuery, Query()]) -> Response:
    """How the alerts of each day did, with the number of cases and the uncertainty of each figure.

    A day is provisional until 72 h after it, when no lead is pending any more.
    """
    gateway = gateway_of(request)
    simulated = gateway.settings.simulated_clock or gateway.feed.board.simulated
    return as_json({
        "simulated": simulated, "targets": TARGETS, "items": gateway.kpis.listed(asked),
    })
