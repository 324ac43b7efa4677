"""The HTTP clients that ask: where they may be redirected, and what addresses they may reach."""

from typing import Final

import httpx
from httpx_secure import httpx_ssrf_protection

from producers.base.errors import RefusedError
from producers.base.redirects import MOST_REDIRECTS, refused_redirect
from producers.base.upstream import ReroutingTransport

TIMEOUT: Final = httpx.Timeout(15.0, connect=8.0)


def client_for(user_agent: str, upstream: str | None) -> httpx.AsyncClient:
    direct = httpx.AsyncHTTPTransport() if upstream else None
    return httpx.AsyncClient(
        headers={"User-Agent": user_agent},
        timeout=TIMEOUT,
        follow_redirects=True,
        max_redirects=MOST_REDIRECTS,
        transport=ReroutingTransport(direct, upstream) if direct and upstream else None,
        event_hooks={"response": [_judge_redirect]},
    )


def guarded_client(user_agent: str) -> httpx.AsyncClient:
    return httpx_ssrf_protection(
        httpx.AsyncClient(
            headers={"User-Agent": user_agent},
            timeout=TIMEOUT,
            follow_redirects=True,
            max_redirects=MOST_REDIRECTS,
            trust_env=False,
            event_hooks={"response": [_judge_redirect]},
        )
    )


async def _judge_redirect(response: httpx.Response) -> None:
    if not response.has_redirect_location:
        return
    try:
        next_ = str(response.url.join(response.headers["location"]))
    except httpx.InvalidURL:
        raise RefusedError("redirected to something that is no address") from None
    why = refused_redirect(str(response.url), next_, response.request.headers)
    if why is not None:
        raise RefusedError(f"HTTP {response.status_code}: {why}")
