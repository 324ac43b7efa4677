"""What can be asked for once: the board, the alerts, the sources, health, metrics, documents."""

from collections.abc import Callable
from typing import Annotated, Any, cast

import orjson
from fastapi import APIRouter, Query, Request, WebSocket
from fastapi.responses import RedirectResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from gateway import websocket
from gateway.gateway import Gateway
from gateway.health import verdict
from gateway.sse import EventStream, cursor_of
from gateway.subscription import (
    AlertsQuery,
    EventFilter,
    NoQuery,
    RefusedError,
    SseQuery,
    TrendsQuery,
    subscription,
)
from schemas.clock import iso

router = APIRouter()
NOT_NOW = ("NotReady", "TooManyStreams", "TooManyExports", "NoDatabase", "DatabaseAway")
Plain = Annotated[NoQuery, Query()]


def gateway_of(request: Request | WebSocket) -> Gateway:
    return cast("Gateway", request.app.state.gateway)


def as_json(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(content), status, headers, "application/json")


@router.get("/", include_in_schema=False)
async def root(asked: Plain) -> Response:
    return RedirectResponse("/trends/dashboard")


Lister = Callable[..., tuple[int, list[dict[str, Any]]]]


def _listed(request: Request, asked: EventFilter, limit: int, lister: Lister) -> Response:
    """A list from the board with an ETag: the board changes only with the feed."""
    gateway = gateway_of(request)
    board = gateway.feed.board
    tag = f'W/"{gateway.session}-{board.seq}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"etag": tag})
    body = listing(gateway, asked, limit, lister)
    return as_json(body, headers={"etag": tag, "cache-control": "no-cache"})


def listing(gateway: Gateway, asked: EventFilter, limit: int, lister: Lister) -> dict[str, Any]:
    """A list from the board, and how things stand."""
    total, found = lister(subscription(asked), limit)
    as_of = gateway.feed.board.as_of
    return {
        "as_of": None if as_of is None else iso(as_of),
        "seq": gateway.feed.ring.tip,
        "ready": gateway.feed.ready,
        "simulated": gateway.settings.simulated_clock or gateway.feed.board.simulated,
        "clock_speed": gateway.settings.producer.clock_speed,
        "total": total,
        "items": found,
    }


@router.get("/trends/intelligent", tags=["trends"])
async def trends(request: Request, asked: Annotated[TrendsQuery, Query()]) -> Response:
    """The hottest entities now, with components, reasons and receipts."""
    return _listed(request, asked, asked.limit, gateway_of(request).feed.board.top)


@router.get("/alerts", tags=["trends"])
async def alerts(request: Request, asked: Annotated[AlertsQuery, Query()]) -> Response:
    """The newest alerts, each as it stands, with its steps."""
    return _listed(request, asked, asked.limit, gateway_of(request).feed.board.alerts)


@router.get("/sources", tags=["operations"])
async def sources(request: Request, asked: Plain) -> Response:
    """Which sources are seen to work, by type; empty while none has reported."""
    return as_json({"items": gateway_of(request).eyes.by_type()})


@router.get("/trends/sse", tags=["streams"], response_class=Response)
async def sse(request: Request, asked: Annotated[SseQuery, Query()]) -> Response:
    """The stream as server-sent events. The header Last-Event-ID outranks cursor, cursor since."""
    streams = gateway_of(request).streams
    streams.refuse_unready()
    cursor, since = cursor_of(request, asked)
    seq = await streams.begin(asked, cursor, since)
    return EventStream(streams, asked, seq)


@router.websocket("/ws")
async def ws(socket: WebSocket) -> None:
    await websocket.serve(socket, gateway_of(socket).streams)


@router.get("/health", tags=["operations"], responses={503: {"description": "not able to serve"}})
async def health(request: Request, asked: Plain) -> Response:
    """Whether the gateway can do its work at this moment, and what keeps it from it."""
    gateway = gateway_of(request)
    findings = await gateway.examiner.examine()
    state = verdict(findings)
    body = {
        "status": state,
        "role": "gateway",
        "seq": gateway.feed.ring.tip,
        "entities": len(gateway.feed.board),
        "dependencies": {finding.name: finding.told() for finding in findings},
    }
    return as_json(body, 200 if state in ("ok", "degraded") else 503)


@router.get("/metrics", tags=["operations"], response_class=Response)
async def metrics(request: Request, asked: Plain) -> Response:
    """For Prometheus."""
    return Response(gateway_of(request).metrics.exposition(), media_type=CONTENT_TYPE_LATEST)


async def refusal(_: Request, error: Exception) -> Response:
    """A RefusedError in JSON."""
    assert isinstance(error, RefusedError)
    status = 503 if error.name in NOT_NOW else 410 if error.name == "CursorTooOld" else 400
    headers = {"retry-after": "2"} if status == 503 else None
    return as_json(error.body(), status, headers)
