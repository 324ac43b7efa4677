"""ScraperAPI: a paid way to pages that let no program in, as another way of asking the same thing.

A source that offers it rewrites its asks with `through`; everything else stays as it is. The key
goes in a header, so that no address holds it. A call costs credits by what it needs, and the answer
says how many it took; calls that failed cost none.
"""

from typing import Final
from urllib.parse import urlencode

import httpx

from producers.base.body import Body
from producers.base.errors import (
    BudgetSpentError,
    CredentialsError,
    RefusedError,
    ThrottledError,
    UpstreamError,
)
from producers.base.facts import Ceiling, Cost, Credential
from producers.base.recovery import patience
from producers.base.source import Ask
from schemas.clock import HOUR_MS, SECOND_MS
from schemas.errors import HeatError
from schemas.settings import KeysSection

ADDRESS: Final = "https://api.scraperapi.com/"
KEY: Final = Credential("scraperapi", "https://dashboard.scraperapi.com/", optional=True)
CREDITS: Final = "credits"
FREE_CREDITS: Final = Ceiling(CREDITS, 1000, "month")  # of the plan without a price
PLAIN_COST: Final = 1.0
RENDERED_COST: Final = 10.0
WITHIN_S: Final = 75.0  # it tries for 70 seconds by itself
SPENT_FOR_S: Final = 6.0 * HOUR_MS / SECOND_MS
BUSY_FOR_S: Final = 10.0


def through(ask: Ask, keys: KeysSection, render: bool = False) -> Ask:
    """The same question, asked by way of ScraperAPI; `render` runs the page's scripts."""
    key = keys.scraperapi.get_secret_value() if keys.scraperapi else ""
    query = {"url": str(ask.request.url), **({"render": "true"} if render else {})}
    return Ask(
        httpx.Request(
            "GET", f"{ADDRESS}?{urlencode(query)}", headers={"x-sapi-api_key": key}
        ),
        label=ask.label,
        cost={**ask.cost, CREDITS: RENDERED_COST if render else PLAIN_COST},
        priority=ask.priority,
        every=ask.every,
        within_s=WITHIN_S,
    )  # fmt: skip


def spent(body: Body) -> Cost | None:
    """The credits that an answer says it took."""
    told = body.headers.get("sa-credit-cost", "")
    return {CREDITS: float(told)} if told.replace(".", "", 1).isdecimal() else None


def refusal_of(body: Body) -> HeatError | None:
    """What its own statuses mean; None for a success and for what the page itself answered."""
    if body.is_success:
        return None
    named = f"ScraperAPI: HTTP {body.status}"
    match body.status:
        case 401 | 403 if b"exhausted" in body.content.lower():
            return BudgetSpentError(f"{named}: no credits left", SPENT_FOR_S)
        case 401 | 403:
            return CredentialsError(f"{named}: the key is not accepted")
        case 429:
            wait = patience(body.headers, body.fetched_at)
            return ThrottledError(f"{named}: too many at once", wait or BUSY_FOR_S)
        case 404 | 410:
            return RefusedError(f"{named}: the page is not there")
        case status if status >= 500:
            return UpstreamError(f"{named}: the page was not reached")
    return None
