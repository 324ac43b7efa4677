"""Amounts as services write them for people: `20K+`, `1,234,567`, `33.8M`, `200万+`, `1 Mio.`."""

import math
import re
from typing import Any, Final

FACTORS: Final = {
    "": 1.0, "k": 1e3, "m": 1e6, "b": 1e9, "bn": 1e9, "t": 1e12, "thousand": 1e3, "million": 1e6,
    "billion": 1e9, "tsd": 1e3, "mil": 1e3, "тыс": 1e3, "천": 1e3, "千": 1e3, "rb": 1e3,
    "万": 1e4, "萬": 1e4, "만": 1e4, "億": 1e8, "亿": 1e8, "억": 1e8, "mio": 1e6, "mi": 1e6,
    "mln": 1e6, "млн": 1e6, "jt": 1e6, "mm": 1e6, "lakh": 1e5, "crore": 1e7, "mrd": 1e9,
    "млрд": 1e9, "md": 1e9, "lac": 1e5, "cr": 1e7,
}  # fmt: skip
_WRITTEN: Final = re.compile(r"[~≈>≥]?\s*(\d[\d.,\s'’]*)([^\W\d_]*)\.?\s*\+?")  # noqa: RUF001
_GROUPED: Final = re.compile(r"\d{1,3}([.,\s'’])\d{3}(\1\d{3})*")  # noqa: RUF001


def amount(told: Any) -> float | None:
    """A number of things, never negative; None for what is no amount or not written as one."""
    if isinstance(told, bool):
        return None
    if isinstance(told, int | float):
        return float(told) if math.isfinite(told) and told >= 0 else None
    written = _WRITTEN.fullmatch(told.strip()) if isinstance(told, str) else None
    if written is None:
        return None
    factor = FACTORS.get(written[2].lower())
    number = _number(written[1].strip(), bool(written[2]))
    return None if factor is None or number is None else round(number * factor, 6)


def _number(digits: str, has_word: bool) -> float | None:
    """Groups of three are thousands, unless a word follows: `1.234 Mio` has three decimals."""
    plain = re.sub(r"\s+", " ", digits)
    if _GROUPED.fullmatch(plain) and not (has_word and re.fullmatch(r"\d+[.,]\d{3}", plain)):
        return float(re.sub(r"\D", "", plain))
    for thousands, point in ((",", "."), (".", ",")):
        candidate = plain.replace(thousands, "").replace(point, ".")
        if re.fullmatch(r"\d+(\.\d+)?", candidate) and plain.rfind(point) > plain.rfind(thousands):
            return float(candidate)
    return float(plain) if re.fullmatch(r"\d+(\.\d+)?", plain) else None
