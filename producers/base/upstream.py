"""One address that may answer for every source: where each request then goes instead.

`https://host/path?query` becomes `<upstream>/host/path?query`. It happens below the client, so
that redirects, cookies and the audit still see the address that was asked for.
"""

from urllib.parse import urlsplit

import httpx


def rerouted(url: str, upstream: str | None) -> str:
    """Where a request for `url` is sent."""
    if not upstream:
        return url
    asked = urlsplit(url)
    host = asked.netloc.rpartition("@")[2]
    query = f"?{asked.query}" if asked.query else ""
    return f"{upstream.rstrip('/')}/{host}{asked.path or '/'}{query}"


class ReroutingTransport(httpx.AsyncBaseTransport):
    """Sends everything to the upstream."""

    def __init__(self, inner: httpx.AsyncBaseTransport, upstream: str) -> None:
        self._inner = inner
        self._upstream = upstream

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = httpx.URL(rerouted(str(request.url), self._upstream))
        kept = [(k, v) for k, v in request.headers.raw if k.lower() != b"host"]
        there = httpx.Request(
            request.method,
            url,
            headers=[(b"Host", url.netloc), *kept],
            stream=request.stream,
            extensions=request.extensions,
        )
        return await self._inner.handle_async_request(there)

    async def aclose(self) -> None:
        await self._inner.aclose()
