"""What a source answered: the bytes, how they were sent, and when we had them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from producers.base.errors import UnreadableBodyError
from schemas.clock import Millis


@dataclass(frozen=True, slots=True)
class Body:
    """One answer. `headers` have lower-case names; `asked` is the question's own label, "" when a
    body comes from a file: a parser tells what it reads from the bytes, and the label only helps.
    """

    content: bytes
    fetched_at: Millis
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    asked: str = ""

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The content as JSON. Raises UnreadableBodyError when it is none."""
        try:
            return msgspec.json.decode(self.content.removeprefix(b"\xef\xbb\xbf"))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise UnreadableBodyError(f"not JSON: {str(error)[:200]}") from None
