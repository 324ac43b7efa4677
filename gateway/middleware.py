"""What holds for every request: counted, no parameter twice, headers that bind a browser."""

import time
from typing import Any, Final

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.metrics import Metrics
from gateway.subscription import doubled

# Everything comes from here: no script in the page, no style but files, nothing from elsewhere.
CONTENT_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS: Final = (
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)


class Hardened:
    """Outermost: sees every answer, the framework's own too."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.monotonic()

        async def hardened(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *SECURITY_HEADERS]
                self._count(scope, message["status"], time.monotonic() - started)
            await send(message)

        twice = doubled(scope["query_string"].decode("latin-1"))
        if twice is not None:
            await _refuse(hardened, f"parameter {twice!r} is given more than once")
            return
        await self._app(scope, receive, hardened)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        """By route template: an address that somebody made up must not become a label."""
        route: Any = scope.get("route")
        name = getattr(route, "path", None) or "none"
        self._metrics.requests.labels(name, scope["method"], str(status)).inc()
        self._metrics.seconds.labels(name).observe(seconds)


async def _refuse(send: Send, detail: str) -> None:
    body = orjson.dumps({"error": "DoubledParameter", "detail": detail})
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 400, "headers": headers})
    await send({"type": "http.response.body", "body": body})
