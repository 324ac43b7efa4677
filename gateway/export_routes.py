"""/export/csv, json, jsonl and parquet: rows of the tables, streamed."""

from typing import Annotated, Any, Final

import structlog
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from gateway.export.asked import ExportQuery, Form
from gateway.export.extraction import DatabaseAwayError
from gateway.export_stream import Export, ExportStream, headers_of, unless_gone
from gateway.routes import gateway_of
from gateway.subscription import RefusedError
from schemas.errors import SettingsError

log = structlog.get_logger()
router = APIRouter()
Asked = Annotated[ExportQuery, Query()]
ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "the rows, as an attachment; a connection cut early is no whole file"},
    304: {"description": "the rows are those of the ETag"},
    503: {"description": "no database, or it is away, or too many exports at once"},
}
UNBOUNDED = ("csv", "jsonl")  # nothing in the file itself tells its end


@router.get("/export/{form}", tags=["export"], response_class=Response, responses=ANSWERS)
async def export(request: Request, form: Form, asked: Asked) -> Response:
    """Rows of a table, by known time. Times are UTC; CSV texts cannot be formulas; `as_of` is
    exact where every row is kept, and refused where only the present is."""
    if form in UNBOUNDED and request.scope.get("http_version") == "1.0":
        raise RefusedError(
            "TooOldProtocol",
            f"over HTTP/1.0 a {form} that was cut off looks whole: ask over HTTP/1.1",
        )
    running = gateway_of(request).exports.take(form, asked)
    try:
        return await _answer(request, running, form)
    except (DatabaseAwayError, SettingsError) as failure:
        running.end()
        log.warning("nothing to export from", why=str(failure))
        raise RefusedError("DatabaseAway", "the database does not answer now") from None
    except BaseException:
        running.end()
        raise


async def _answer(request: Request, running: Export, form: Form) -> Response:
    first = await unless_gone(running.begin(), request.receive)
    if first is None:
        running.end()
        return Response(status_code=400)  # nobody is there to read it
    headers = headers_of(running.extraction, form)
    if request.headers.get("if-none-match") == running.extraction.tag:
        running.end()
        return Response(status_code=304, headers={"etag": running.extraction.tag})
    if request.method == "HEAD":
        running.end()
        return Response(headers=headers)
    return ExportStream(running, first, headers)


@router.head("/export/{form}", include_in_schema=False)
async def head(request: Request, form: Form, asked: Asked) -> Response:
    """What `export` would answer, without the rows."""
    return await export(request, form, asked)
