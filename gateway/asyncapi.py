"""The stream protocol as an AsyncAPI 3 document, made from the models that the routes use."""

from functools import cache
from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import Response

from gateway.routes import Plain, as_json
from gateway.subscription import SseQuery, StreamFilter, WebSocketQuery
from schemas.version import CODE_VERSION

router = APIRouter(include_in_schema=False)

_SEQ: Final = {"type": "integer", "description": "place in the feed; the cursor to resume from"}
_EVENT: Final = {
    "kind": {"type": "string", "enum": ["heat", "alerts"]},
    "seq": _SEQ,
    "data": {"type": "object", "description": "the record; `id` names it for good"},
}
_MESSAGES: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "hello": (
        "First on every stream.",
        {
            "session": {"type": "string"},
            "heartbeat_ms": {"type": "integer"},
            "floor_seq": {**_SEQ, "description": "lowest cursor that can be served"},
            "tip_seq": {**_SEQ, "description": "everything up to here has been told to somebody"},
            "cursor": {**_SEQ, "description": "events after this one follow"},
        },
    ),
    "snapshot": (
        "The state after `seq`: latest heat of the hottest entities, latest step of each alert.",
        {
            "seq": _SEQ,
            "total": {"type": "integer", "description": "how many pass the filters"},
            "items": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"kind": _EVENT["kind"], "data": _EVENT["data"]},
                },
            },
            "checksum": {
                "type": "string",
                "description": "SHA-256, in hexadecimal, of the items' ids joined by line feeds",
            },
        },
    ),
    "event": ("A heat or a step of an alert. Fold by `data.id`.", _EVENT),
    "heartbeat": ("Nothing new for you up to `seq`. On SSE a comment with an id.", {"seq": _SEQ}),
    "info": (
        "CaughtUp: what follows is live. GoingAway: the gateway stops; resume elsewhere or later.",
        {"name": {"type": "string", "enum": ["CaughtUp", "GoingAway"]}, "seq": _SEQ},
    ),
    "error": (
        "Why the stream ends: CursorTooOld, CursorUnknown, ConsumerTooSlow, UnknownParameter, "
        "BadParameter, DoubledParameter, Contradiction, NotReady, TooManyStreams, TooManyFrames.",
        {
            "name": {"type": "string"},
            "detail": {"type": "string"},
            "floor_seq": _SEQ,
            "tip_seq": _SEQ,
            "resume_from": _SEQ,
        },
    ),
}


@router.get("/asyncapi.json")
async def asyncapi(asked: Plain) -> Response:
    return as_json(document())


@cache
def document() -> dict[str, Any]:
    """Two channels that tell the same messages."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "ET Heatmap streams",
            "version": CODE_VERSION,
            "description": "One sequence number per deployment is the cursor of both streams.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {
            "ws": _channel("/ws", "WebSocket: a text frame per message.", WebSocketQuery),
            "sse": _channel(
                "/trends/sse",
                "Server-sent events: `id` is the seq; events have no name, others are named.",
                SseQuery,
            ),
        },
        "operations": {
            name: {"action": "send", "channel": {"$ref": f"#/channels/{name}"}}
            for name in ("ws", "sse")
        },
        "components": {"messages": {name: _told(name) for name in _MESSAGES}},
    }


def _channel(address: str, about: str, query: type[StreamFilter]) -> dict[str, Any]:
    method = {"query": query.model_json_schema(), "method": "GET"}
    return {
        "address": address,
        "description": about,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _MESSAGES},
        "bindings": {"ws": method} if address == "/ws" else {"http": {}},
        **({} if address == "/ws" else {"x-query": query.model_json_schema()}),
    }


def _told(name: str) -> dict[str, Any]:
    about, fields = _MESSAGES[name]
    properties = {"type": {"const": name}, **fields}
    optional = {"floor_seq", "tip_seq", "resume_from"} if name == "error" else set()
    required = [field for field in properties if field not in optional]
    return {
        "name": name,
        "summary": about,
        "payload": {"type": "object", "properties": properties, "required": required},
    }
