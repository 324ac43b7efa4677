"""Server-sent events, cut out of the bytes of a stream: each with its id, as it was sent.

Ours and small, for a reader of events that hands on what was sent, byte for byte, and holds no more
than a limit; httpx-sse decodes every event and bounds none.
"""

import re
from collections.abc import Iterator
from typing import Final

from producers.base.errors import UnreadableBodyError
from producers.base.source import Event

LARGEST_EVENT: Final = 1024 * 1024
_END: Final = re.compile(rb"\r\n\r\n|\n\n|\r\r")
_ID: Final = re.compile(rb"^id: ?([^\r\n\x00]*)\r?$", re.M)
_DATA: Final = re.compile(rb"^data:", re.M)


class EventCutter:
    """Give it the bytes as they come."""

    def __init__(self) -> None:
        self._rest = b""

    def cut(self, chunk: bytes) -> Iterator[Event]:
        """The events that are whole now. Raises UnreadableBodyError for one without an end."""
        self._rest += chunk
        while (end := _END.search(self._rest)) is not None:
            block, self._rest = self._rest[: end.end()], self._rest[end.end() :]
            if _DATA.search(block):  # else a comment, which keeps the line open
                ids = _ID.findall(block)
                yield Event(ids[-1].decode(errors="replace") if ids else "", block)
        if len(self._rest) > LARGEST_EVENT:
            self._rest = b""
            raise UnreadableBodyError(f"an event of more than {LARGEST_EVENT} bytes")
