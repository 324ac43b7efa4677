"""The dashboard and its files, and the OpenAPI document."""

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from gateway.kpis import KpisQuery
from gateway.routes import Plain, as_json, gateway_of, listing
from gateway.subscription import AlertsQuery, TrendsQuery

TYPES: Final = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
}
FIRST: Final = b"{/* the board, put in by the gateway */}"
FIRST_ROWS: Final = 60
router = APIRouter(include_in_schema=False)


@cache
def _static() -> dict[str, bytes]:
    """The packaged files by name: what is not listed here cannot be asked for."""
    folder = files("gateway").joinpath("static")
    return {f.name: f.read_bytes() for f in folder.iterdir() if f.name.rsplit(".")[-1] in TYPES}


def _file(request: Request, name: str) -> Response:
    body = _static().get(name)
    if body is None:
        raise HTTPException(404, f"there is no {name[:100]}")
    tag = f'"{sha256(body).hexdigest()[:20]}"'
    headers = {"etag": tag, "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=TYPES[name.rsplit(".")[-1]])


@router.get("/trends/dashboard")
async def dashboard(request: Request, asked: Plain) -> Response:
    """The page with the board as it is now in it, so that it is there at the first paint."""
    gateway = gateway_of(request)
    board = gateway.feed.board
    first = orjson.dumps({
        "trends": listing(gateway, TrendsQuery(), FIRST_ROWS, board.top),
        "alerts": listing(gateway, AlertsQuery(), FIRST_ROWS, board.alerts),
    })
    # Scraped text may hold anything; without `<` it cannot end the block that it stands in.
    body = _static()["dashboard.html"].replace(FIRST, first.replace(b"<", b"\\u003c"))
    return Response(body, headers={"cache-control": "no-store"}, media_type=TYPES["html"])


@router.get("/trends/kpis")
async def kpi_page(request: Request, asked: Annotated[KpisQuery, Query()]) -> Response:
    """How the alerts of each day did; the page asks /kpis with its own parameters."""
    return _file(request, "kpis.html")


@router.get("/favicon.ico")
async def icon(request: Request, asked: Plain) -> Response:
    return _file(request, "icon.svg")


@router.get("/static/{name}")
async def static(request: Request, name: str, asked: Plain) -> Response:
    return _file(request, name)


@router.get("/openapi.json")
async def openapi(request: Request, asked: Plain) -> Response:
    return as_json(request.app.openapi())
