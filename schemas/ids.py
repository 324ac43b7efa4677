"""Names that are pure functions of what they name: same input, same id, fetched or replayed."""

from hashlib import blake2b

SEPARATOR = "\x1f"
# Upstream may send half a surrogate pair; such a name is odd, but it is a name.
ANY_TEXT = "surrogatepass"


def _digest(parts: tuple[str, ...]) -> str:
    return blake2b(SEPARATOR.join(parts).encode(errors=ANY_TEXT), digest_size=12).hexdigest()


def mention_id(source: str, native_id: str) -> str:
    """The id of a raw mention: its source and the name the source itself gives it."""
    return _digest(("raw", source, native_id))


def derived_id(kind: str, *causes: str) -> str:
    """The id of a computed event: its kind and what caused it, never a clock or a counter."""
    return _digest((kind, *causes))


def short_key(text: str) -> int:
    """A 48-bit number for comparing texts and authors without keeping them."""
    return int.from_bytes(blake2b(text.encode(errors=ANY_TEXT), digest_size=6).digest(), "big")
