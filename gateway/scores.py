"""Other ways of scoring an entity, as the stream computed them with its newest heat."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from gateway.routes import as_json, gateway_of
from gateway.subscription import NoQuery
from schemas.clock import iso

router = APIRouter()


@router.get(
    "/score/advanced/{entity_id}", tags=["trends"],
    responses={404: {"description": "nothing was heard of the entity lately"}},
)
async def advanced(
    request: Request, entity_id: str, asked: Annotated[NoQuery, Query()]
) -> Response:
    """Seven dimensions of attention, each in [0, 1], their weighted sum of 100, and heat beside."""
    heat = gateway_of(request).feed.board.heat_of(entity_id)
    if heat is None or heat.advanced is None:
        detail = f"no score of {entity_id!r}: nothing was heard of it lately"
        return as_json({"error": "NotFound", "detail": detail}, 404)
    dimensions: dict[str, Any] = msgspec.to_builtins(heat.advanced)
    total = dimensions.pop("total")
    return as_json({
        "entity_id": entity_id, "entity_name": heat.entity_name, "as_of": iso(heat.known_time),
        "total": total, "dimensions": dimensions, "heat": heat.heat, "display": heat.display,
    })
