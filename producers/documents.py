"""JSON as sources send it and as people keep it: one document, or one a line.

Liberal where the meaning is beyond doubt: half a surrogate pair, a raw control character, a number
that is none, a line of a stream that broke off. What is no JSON at all is refused by name.
"""

import json
import re
from typing import Any, Final

import msgspec
import structlog

from producers.base.errors import UnreadableBodyError

BOM: Final = b"\xef\xbb\xbf"
_HALF: Final = re.compile(  # of a surrogate pair, which no encoding of ours holds
    r"\\ud[89ab][0-9a-f]{2}(?!\\ud[c-f][0-9a-f]{2})"
    r"|(?<!\\ud[89ab][0-9a-f]{2})\\ud[c-f][0-9a-f]{2}",
    re.IGNORECASE,
)
log = structlog.get_logger()


def documents(content: bytes) -> list[Any]:
    """The objects or lists in a body. Raises UnreadableBodyError when there is none.

    Lines that cannot be read are left out and told: the others are whole without them.
    """
    plain = content.removeprefix(BOM).strip()
    if not plain:
        raise UnreadableBodyError("an empty body")
    if plain[:1] not in b"{[":
        raise UnreadableBodyError(f"not JSON: it begins with {plain[:40]!r}")
    try:
        return [_decoded(plain)]
    except ValueError as error:
        return _lines(plain, str(error)[:200])


def _lines(plain: bytes, reason: str) -> list[Any]:
    found, broken = [], []
    for number, line in enumerate(plain.splitlines(), start=1):
        if not line.strip():
            continue
        document = _document(line)
        if document is not None:
            found.append(document)
        elif not found:
            raise UnreadableBodyError(f"not JSON: {reason}")
        else:
            broken.append(number)
    if broken:
        log.warning("lines were left out", lines=broken[:20], count=len(broken), reason="not JSON")
    return found


def _document(line: bytes) -> Any:
    """The object or list on a line; None for a broken line or a lone value."""
    try:
        document = _decoded(line.strip())
    except ValueError:
        return None
    return document if isinstance(document, dict | list) else None


def _decoded(plain: bytes) -> Any:
    """Raises ValueError."""
    try:
        return msgspec.json.decode(plain)
    except (msgspec.DecodeError, UnicodeDecodeError):
        text = _HALF.sub(r"\\ufffd", plain.decode("utf-8", errors="replace"))
    except RecursionError:
        raise ValueError("nested too deep") from None
    try:
        return json.loads(text, strict=False, parse_constant=lambda name: None)
    except RecursionError:
        raise ValueError("nested too deep") from None
