"""Joins the parts to the one ASGI application."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from gateway import (
    asyncapi,
    catalogue_routes,
    export_routes,
    kpi_routes,
    pages,
    prediction_routes,
    registry_api,
    routes,
    scores,
)
from gateway.gateway import Gateway
from gateway.middleware import Hardened
from gateway.routes import as_json
from gateway.settings import GatewaySettings, Patience
from gateway.subscription import RefusedError, refused
from schemas.version import CODE_VERSION

REFUSED = {"description": "refused; the body names what is wrong"}


def build_app(
    settings: GatewaySettings, patience: Patience | None = None, port: int | None = None
) -> FastAPI:
    """The application; its parts run for as long as its lifespan. `port` is the one it is on."""
    own_port = settings.gateway.port if port is None else port
    gateway = Gateway(settings, patience or Patience(), own_port)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with gateway.running():
            yield

    app = FastAPI(
        title="ET Heatmap gateway",
        version=CODE_VERSION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.gateway = gateway
    for part in (
        routes, scores, catalogue_routes, prediction_routes, kpi_routes, export_routes, pages,
        asyncapi, registry_api,
    ):
        app.include_router(part.router)
    app.add_middleware(Hardened, metrics=gateway.metrics)
    app.add_exception_handler(RefusedError, routes.refusal)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _no_such_thing)
    app.add_exception_handler(registry_api.NotFoundError, registry_api.not_found)
    app.openapi = lambda: document(app)  # type: ignore[method-assign]
    return app


async def _unreadable(request: Request, error: Exception) -> Response:
    """What the framework answers with 422 is 400 here, in our words."""
    assert isinstance(error, RequestValidationError)
    model = next(iter(_query_models(request)), None)
    known = tuple(model.model_fields) if model else ()
    refusal = refused(error.errors(), known)
    if request.url.path.startswith(("/subjects", "/schemas", "/config", "/mode")):
        return registry_api.answer({"error_code": 400, "message": refusal.detail}, 400)
    return as_json(refusal.body(), 400)


def _query_models(request: Request) -> list[Any]:
    route = request.scope.get("route")
    params = getattr(getattr(route, "dependant", None), "query_params", [])
    return [param.field_info.annotation for param in params]


async def _no_such_thing(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    name = {404: "NotFound", 405: "MethodNotAllowed"}.get(error.status_code, "Refused")
    return as_json({"error": name, "detail": str(error.detail)}, error.status_code)


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, made once, telling 400 where the framework would say 422."""
    if app.openapi_schema is None:
        made = get_openapi(title=app.title, version=app.version, routes=app.routes)
        for path in made["paths"].values():
            for operation in path.values():
                operation["responses"].pop("422", None)
                operation["responses"]["400"] = REFUSED
        for unused in ("HTTPValidationError", "ValidationError"):
            made.get("components", {}).get("schemas", {}).pop(unused, None)
        app.openapi_schema = made
    return app.openapi_schema
