"""The dashboard and its files, and the OpenAPI document."""

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from gateway.routes import Plain, as_json

TYPES: Final = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
}
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
    return _file(request, "dashboard.html")


@router.get("/favicon.ico")
async def icon(request: Request, asked: Plain) -> Response:
    return _file(request, "icon.svg")


@router.get("/static/{name}")
async def static(request: Request, name: str, asked: Plain) -> Response:
    return _file(request, name)


@router.get("/openapi.json")
async def openapi(request: Request, asked: Plain) -> Response:
    return as_json(request.app.openapi())
