"""What is foretold, and how the models that foretell came about."""

import asyncio
from typing import Annotated, Any

from confluent_kafka import KafkaException
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from gateway.predictions import Foretold, PredictionsQuery, TopQuery
from gateway.routes import as_json, gateway_of
from gateway.slots import find, next_air
from gateway.subscription import NoQuery, RefusedError
from gateway.top import TopAnswer, reason_for_none
from schemas.clock import Millis, iso, now
from schemas.ids import derived_id
from schemas.records import Action

router = APIRouter()


@router.get("/predictions", tags=["predictions"])
async def predictions(
    request: Request, asked: Annotated[PredictionsQuery, Query()]
) -> Response:
    """Heat in 1, 3, 6 and 12 hours, with its 80 % band and the naive forecast beside it."""
    foretold = gateway_of(request).foretold
    return as_json({"as_of": _as_of(foretold.as_of), "items": foretold.listed(asked)})


@router.get(
    "/predictions/top", tags=["predictions"],
    responses={200: {"model": TopAnswer, "description": "the list, or the reason for none"}},
)
async def top(request: Request, asked: Annotated[TopQuery, Query()]) -> Response:
    """Who will be hottest at a horizon or when a show is on air, or who will rise to the list."""
    gateway = gateway_of(request)
    body: dict[str, Any] = {"as_of": _as_of(gateway.foretold.as_of)}
    if asked.slot is None:
        items = gateway.foretold.top(asked)
        return as_json({**body, "reason": _reason(items, gateway.foretold, asked), "items": items})
    if asked.horizon is not None or asked.rising:
        raise RefusedError("Contradiction", "slot goes with neither horizon nor rising")
    shows = gateway.settings.gateway.shows
    show = find(shows, asked.slot)
    if show is None:
        known = ", ".join(one.name for one in shows) or "none; HEAT_GATEWAY__SHOWS names them"
        raise RefusedError("UnknownSlot", f"no slot {asked.slot!r}; there are {known}")
    begin, end = next_air(show, gateway.foretold.as_of or now())
    air = {"slot": show.name, "air": iso(begin), "ends": iso(end), "warm": asked.warm}
    items = gateway.foretold.on_air(begin, end, asked)
    reason = _reason(items, gateway.foretold, asked, (begin + end) // 2)
    return as_json({**body, **air, "reason": reason, "items": items})


def _reason(
    items: list[dict[str, Any]], foretold: Foretold, asked: TopQuery, middle: Millis | None = None
) -> str | None:
    return None if items else reason_for_none(foretold.as_of, asked, middle)


@router.post("/predictions/generate", tags=["predictions"], status_code=202)
async def generate(request: Request, asked: Annotated[NoQuery, Query()]) -> Response:
    """Ask the forecast role to foretell the newest hour again, at once."""
    gateway, at = gateway_of(request), now()
    action = Action(
        id=derived_id("generate", gateway.session, str(at)), event_time=at, known_time=at,
        source="gateway", action="generate", actor="api", channel="api",
    )
    try:
        await asyncio.to_thread(gateway.actions.write, "predictions", action)
    except KafkaException as failure:
        why = failure.args[0].str()
        raise RefusedError("NotReady", f"the request was not kept: {why}") from None
    return as_json({"id": action.id, "asked": iso(at)}, 202)


@router.get("/training/status", tags=["predictions"])
async def training(request: Request, asked: Annotated[NoQuery, Query()]) -> Response:
    """Every model's training runs: on what, how good beside the naive guess, and whether served."""
    return as_json(gateway_of(request).runs.status())


def _as_of(moment: int) -> str | None:
    return iso(moment) if moment else None
