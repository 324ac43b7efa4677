"""Recorded bodies: what a source once answered, as a file holds it.

A file is the body itself, or an envelope around it with status and headers: one of ours, or the
cassette of a recording library (VCR in YAML, Betamax in JSON, a browser's HAR). Any may be gzipped.
"""

import base64
import binascii
import zlib
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Final

import msgspec
import yaml

from producers.base.body import Body
from producers.base.errors import UnreadableBodyError
from schemas.clock import Millis, millis, parse_time

LARGEST_FILE: Final = 64 * 1024 * 1024
GZIP: Final = b"\x1f\x8b"
BODIES: Final = ("body", "content", "base64_string", "body_base64")
WRAPPING: Final = {"string", "text", "encoding", "mimeType", "size", "compression", "comment"}
LISTS: Final = ("http_interactions", "interactions")


def recorded_bodies(content: bytes, now: Millis, at: Millis | None = None) -> list[Body]:
    """The bodies in a file: one, unless it is a cassette of several.

    A body was known when its envelope says it was recorded, else `at`, else the answer's own
    `Date`, else `now`. Raises UnreadableBodyError for an archive or an envelope that is broken.
    """
    plain = unzipped(content)
    envelopes = _envelopes(plain)
    if not envelopes:
        return [Body(plain, now if at is None else at)]
    return [_body(envelope, now, at) for envelope in envelopes]


def unzipped(content: bytes) -> bytes:
    """Content of a gzip archive; anything else as it is."""
    if not content.startswith(GZIP):
        return content
    plain, left = bytearray(), content
    try:
        while left.startswith(GZIP):  # an archive may have several members
            opened = zlib.decompressobj(wbits=31)
            plain += opened.decompress(left, LARGEST_FILE + 1 - len(plain))
            if len(plain) > LARGEST_FILE:
                raise UnreadableBodyError(f"unpacked, more than {LARGEST_FILE} bytes")
            if not opened.eof:
                raise UnreadableBodyError("a gzip archive that is cut short")
            left = opened.unused_data
    except zlib.error as error:
        raise UnreadableBodyError(f"a broken gzip archive: {error}") from None
    return bytes(plain)


def _envelopes(content: bytes) -> list[Mapping[str, Any]]:
    """The envelopes in a file; none when the file is a body itself."""
    whole = _parsed(content)
    if isinstance(whole, list):
        found = [_envelope(one) for one in whole]
        return [one for one in found if one is not None] if all(found) else []
    if not isinstance(whole, dict):
        return []
    for name in LISTS:
        if isinstance(whole.get(name), list):
            return [one for one in map(_envelope, whole[name]) if one is not None]
    log = whole.get("log")
    if isinstance(log, dict) and isinstance(log.get("entries"), list):
        return [one for one in map(_envelope, log["entries"]) if one is not None]
    only = _envelope(whole)
    return [only] if only is not None else []


def _parsed(content: bytes) -> Any:
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:64]
    if start[:1] in (b"{", b"["):
        try:
            return msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
    if start.startswith((b"interactions:", b"http_interactions:", b"---\ninteractions:")):
        try:
            return yaml.safe_load(content)
        except (yaml.YAMLError, RecursionError, ValueError, OverflowError) as error:
            raise UnreadableBodyError(f"a broken cassette: {str(error)[:200]}") from None
    return None


def _envelope(told: Any) -> Mapping[str, Any] | None:
    """An answer with a status and a body, wherever its recorder keeps them; None for no answer."""
    if not isinstance(told, dict):
        return None
    answer = told.get("response")
    if isinstance(answer, dict):
        told = {**told, **answer}
    if not any(name in told for name in BODIES):
        return None
    return told if _status(told) is not None else None


def _status(envelope: Mapping[str, Any]) -> int | None:
    told = envelope.get("status", envelope.get("status_code"))
    if isinstance(told, dict):
        told = told.get("code")
    if isinstance(told, str) and told[:3].isdecimal():
        told = int(told[:3])
    usable = isinstance(told, int) and not isinstance(told, bool) and 100 <= told <= 599
    return told if usable else None


def _body(envelope: Mapping[str, Any], now: Millis, at: Millis | None) -> Body:
    headers = dict(_headers(envelope.get("headers")))
    known = _recorded_at(envelope)
    if known is None:
        known = at if at is not None else _dated(headers) or now
    return Body(unzipped(_content(envelope)), known, _status(envelope) or 200, headers)


def _content(envelope: Mapping[str, Any]) -> bytes:
    for name in ("base64_string", "body_base64"):
        if isinstance(envelope.get(name), str):
            return _from_base64(envelope[name])
    told = envelope.get("body", envelope.get("content"))
    if isinstance(told, str) and envelope.get("encoding") == "base64":
        return _from_base64(told)
    return _bytes(told)


def _bytes(told: Any) -> bytes:
    """A body as text, as base64, as an object of either, or as the JSON that it was."""
    if told is None:
        return b""
    if isinstance(told, bytes):
        return told
    if isinstance(told, str):
        return told.encode(errors="surrogatepass")
    if isinstance(told, dict):
        if isinstance(told.get("base64_string"), str):
            return _from_base64(told["base64_string"])
        text = told.get("string", told.get("text"))
        if isinstance(text, str | bytes) and set(told) <= WRAPPING:
            is_base64 = told.get("encoding") == "base64" and isinstance(text, str)
            return _from_base64(str(text)) if is_base64 else _bytes(text)
    return msgspec.json.encode(told)


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=False)
    except (binascii.Error, ValueError) as error:
        raise UnreadableBodyError(f"a broken envelope: {error}") from None


def _headers(told: Any) -> Iterator[tuple[str, str]]:
    """Lower-case names; several values of one name are joined, as HTTP allows."""
    if isinstance(told, list):  # HAR: [{"name": ..., "value": ...}]
        told = {str(h.get("name")): h.get("value") for h in told if isinstance(h, dict)}
    for name, value in (told or {}).items() if isinstance(told, dict) else ():
        values = value if isinstance(value, list) else [value]
        yield str(name).lower(), ", ".join(str(one) for one in values)


def _recorded_at(envelope: Mapping[str, Any]) -> Millis | None:
    told = envelope.get("recorded_at", envelope.get("startedDateTime"))
    if not told:
        return None
    text = str(told).strip()
    for form in (text, f"{text}+00:00"):  # a recorder that names no zone means UTC
        try:
            return parse_time(form)
        except (ValueError, OverflowError):
            continue
    return None


def _dated(headers: Mapping[str, str]) -> Millis | None:
    try:
        return millis(parsedate_to_datetime(headers.get("date", "")))
    except (ValueError, TypeError, OverflowError):
        return None
