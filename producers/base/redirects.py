"""Where a source may send us on to, and where not. Pure."""

from collections.abc import Iterable
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

MOST_REDIRECTS: Final = 5
KEYED: Final = frozenset(
    {"authorization", "x-api-key", "x-goog-api-key", "api-key", "x-auth-token"}
)


def refused_redirect(asked: str, next_: str, headers: Iterable[str]) -> str | None:
    """Why `next_` must not be followed from `asked`; None when it may be.

    A connection never loses its encryption, a public host cannot send us into our own network,
    and a key (by the names of the headers that were sent) stays with the host it was meant for.
    """
    here, there = urlsplit(asked), urlsplit(next_)
    if there.scheme not in ("http", "https") or not there.hostname:
        return f"redirected to an address of scheme {there.scheme or 'none'!r}"
    if here.scheme == "https" and there.scheme == "http":
        return "redirected from https to http"
    if here.hostname == there.hostname:
        return None
    if is_internal(there.hostname):
        return "redirected into a private network"
    if KEYED & {name.lower() for name in headers}:
        return f"redirected to {there.hostname} with a key that is not for it"
    return None


def is_internal(host: str) -> bool:
    """Whether a host says by its name alone that it is one of ours."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not ip_address(name.strip("[]")).is_global
    except ValueError:
        return False
