"""What the services of Wikipedia say when they refuse: problem documents, and errors of the API."""

from typing import Any, Final

from producers.base.body import Body
from producers.base.errors import RefusedError, ThrottledError, UnreadableBodyError
from producers.base.recovery import error_for_status, patience
from producers.fields import inner
from schemas.errors import HeatError

BUSY: Final = frozenset({"maxlag", "ratelimited", "readonly", "toomanyvalues-lag"})
LARGEST: Final = 16_384  # a refusal is short


def refusal_of(body: Body) -> HeatError | None:
    """None when the body is no refusal of theirs."""
    if len(body.content) > LARGEST or not body.content.lstrip().startswith(b"{"):
        return None
    try:
        told = body.json()
    except UnreadableBodyError:
        return None
    code = inner(told, "error", "code")
    if isinstance(code, str):
        return _of_api(code, body)
    if isinstance(told, dict) and "detail" in told and "items" not in told:
        return _of_problem(told, body)
    return None


def _of_api(code: str, body: Body) -> HeatError:
    """The API refuses with status 200."""
    if code in BUSY:
        return ThrottledError(f"the API is busy: {code}", patience(body.headers, body.fetched_at))
    return RefusedError(f"the API refuses: {code[:80]}")


def _of_problem(told: dict[str, Any], body: Body) -> HeatError | None:
    status = told.get("status") if body.is_success else body.status
    if not isinstance(status, int):
        status = 404 if "not_found" in str(told.get("type")) else 400
    if status == 404:
        return RefusedError("HTTP 404: no figures yet for that day, or none for that page")
    return error_for_status(status, body.headers, body.fetched_at, {})
