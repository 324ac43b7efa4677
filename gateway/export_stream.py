"""An export on its way to a client: a few at once, ended with the client, never whole when cut."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import Any, Final, TypeVar

import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.export.asked import ExportQuery
from gateway.export.extraction import DatabaseAwayError, Extraction
from gateway.export.forms import MEDIA
from gateway.subscription import RefusedError

T = TypeVar("T")
AT_ONCE: Final = 4
UNREAD_WITHIN_S: Final = 60.0
log = structlog.get_logger()


class Export:
    """One export and its place among those that run; `end` gives the place back."""

    def __init__(
        self, extraction: Extraction, threads: ThreadPoolExecutor, place: BoundedSemaphore
    ) -> None:
        self.extraction = extraction
        self._threads, self._place = threads, place
        self._portions: Iterator[bytes] = iter(())
        self._work: Future[Any] | None = None

    async def begin(self) -> bytes:
        """The first portion of the file, so that what fails at once fails before an answer."""
        await self._within(self.extraction.begin)
        self._portions = self.extraction.portions()
        return await self._within(self._first)

    async def next(self) -> bytes | None:
        return await self._within(lambda: next(self._portions, None))

    def end(self) -> None:
        """Stop the query and close; the caller need not wait."""
        self._threads.submit(self._end)

    def _first(self) -> bytes:
        return next(self._portions) + next(self._portions, b"")

    async def _within(self, work: Callable[[], T]) -> T:
        future = self._threads.submit(work)
        self._work = future
        return await asyncio.wrap_future(future)

    def _end(self) -> None:
        if self._work is not None and not self._work.done():
            self.extraction.cancel()
            self._work.exception()
        self.extraction.close()
        self._place.release()


class Exports:
    """The exports that run now, in threads of their own: no stream has to wait for a sort."""

    def __init__(self, dsn: str | None, at_once: int = AT_ONCE) -> None:
        self._dsn = dsn
        self._places = BoundedSemaphore(at_once)
        self._threads = ThreadPoolExecutor(2 * at_once, thread_name_prefix="export")

    def take(self, form: str, asked: ExportQuery) -> Export:
        """Raises RefusedError when it cannot be, or not now."""
        if self._dsn is None:
            raise RefusedError(
                "NoDatabase",
                "this gateway was given no database to export from: HEAT_DATABASE__DSN names it",
            )
        extraction = Extraction(self._dsn, form, asked)
        if not self._places.acquire(blocking=False):
            raise RefusedError("TooManyExports", "as many exports as may run at once are running")
        return Export(extraction, self._threads, self._places)


class ExportStream(Response):
    """Portions as they come. A failure breaks the connection: a part never looks like a whole."""

    def __init__(self, export: Export, first: bytes, headers: dict[str, str]) -> None:
        super().__init__(headers=headers)
        del self.headers["content-length"]
        self._export, self._first = export, first

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await unless_gone(self._send(send), receive)
        finally:
            self._export.end()

    async def _send(self, send: Send) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        portion: bytes | None = self._first
        try:
            while portion is not None:
                body = {"type": "http.response.body", "body": portion, "more_body": True}
                # Python 3.11's wait_for can lose a cancellation: then nothing would end the query.
                async with asyncio.timeout(UNREAD_WITHIN_S):
                    await send(body)
                portion = await self._export.next()
        except (DatabaseAwayError, TimeoutError) as failure:
            # Without a last chunk the server cuts the connection, and the client knows.
            why = str(failure) or f"nothing was read for {UNREAD_WITHIN_S:g} s"
            log.warning("export broken off", why=why, **self._told())
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        log.info("exported", **self._told())

    def _told(self) -> dict[str, Any]:
        return {"file": self._export.extraction.filename, "rows": self._export.extraction.rows}


async def unless_gone(work: Coroutine[Any, Any, T], receive: Receive) -> T | None:
    """What comes of the work; None when the client leaves before."""
    working = asyncio.create_task(work)
    leaving = asyncio.create_task(_gone(receive))
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        working.cancel()
        leaving.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def headers_of(extraction: Extraction, form: str) -> dict[str, str]:
    """An attachment; an ETag where one can be told; how well `as_of` can."""
    told = {"etag": extraction.tag, "x-as-of": extraction.as_of}
    return {
        **{name: words for name, words in told.items() if words},
        "content-type": MEDIA[form],
        "content-disposition": f'attachment; filename="{extraction.filename}"',
        "cache-control": "no-cache",
        "accept-ranges": "none",
        "x-accel-buffering": "no",
    }
