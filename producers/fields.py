"""A field of an answer, in whatever type it came: as text, number, time, truth or address."""

import html
import math
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from producers.rss import LONGEST_TEXT, OLDEST
from schemas.clock import SECOND_MS, Millis, parse_lenient_time

LONGEST_ADDRESS: Final = 4_096
MILLIS_FROM: Final = 100_000_000_000  # a larger number of seconds would be after the year 5000
# With its semicolon only: `?a=1&copy=2` holds no entity.
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_UNSEEN: Final = re.compile("[\x00\u200b\u2060\ufeff]")
_SPACE: Final = re.compile(r"\s+")
_YES: Final = frozenset({"true", "1", "yes"})


def unescaped(text: str) -> str:
    """Entities read, also when they were escaped twice."""
    for _ in range(2):
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    return text


def text_of(value: Any) -> str:
    """What people read: unescaped, without signs that nobody sees, its lines kept."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = _UNSEEN.sub("", unescaped(str(value)).replace("\r\n", "\n"))
    return text.strip()[:LONGEST_TEXT]


def line_of(value: Any) -> str:
    """The same on one line."""
    return _SPACE.sub(" ", text_of(value))


def number_of(value: Any) -> float | None:
    """A finite number, also when it came as text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def truth_of(value: Any) -> bool:
    return value is True or str(value).strip().lower() in _YES


def moment_of(value: Any) -> Millis | None:
    """A time as seconds or milliseconds of the epoch, or ISO 8601; None for none that can be."""
    number = number_of(value)
    try:
        if number is not None:
            moment = round(number if abs(number) >= MILLIS_FROM else number * SECOND_MS)
        elif isinstance(value, str):
            moment = parse_lenient_time(value)
        else:
            return None
    except (ValueError, OverflowError):
        return None
    return moment if OLDEST <= moment <= MILLIS_FROM * SECOND_MS else None


def happened(value: Any, fetched_at: Millis) -> Millis:
    """When it happened: at the latest when we saw it."""
    moment = moment_of(value)
    return fetched_at if moment is None else min(moment, fetched_at)


def link_in(value: Any, base: str = "") -> str | None:
    """An absolute address that a browser opens; None for anything else."""
    if not isinstance(value, str):
        return None
    link = unescaped(value).strip().replace(" ", "%20")
    try:
        link = urljoin(base, link) if base else link
        parts = urlsplit(link)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    return link if usable and len(link) <= LONGEST_ADDRESS else None


def told(**attributes: str | float | None) -> dict[str, str]:
    """Attributes as text, without those that say nothing; a whole number has no point."""
    return {name: text for name, value in attributes.items() if (text := _plain(value))}


def _plain(value: str | float | None) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    return "" if value is None else str(value)


def inner(node: Any, *names: str) -> Any:
    """What is found by going down `names`; None where a step is missing."""
    for name in names:
        node = node.get(name) if isinstance(node, Mapping) else None
    return node
