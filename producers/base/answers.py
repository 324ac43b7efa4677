"""An answer, judged and read: its mentions, or the one error that says what is wrong with it.

What the source knows of its own refusals comes first, then the status with what every block page
has in common; only then is the body parsed. Live polls and recorded bodies are read by this.
"""

import re
from dataclasses import dataclass
from typing import Final, Protocol

from producers.base.body import Body
from producers.base.errors import (
    BlockedError,
    CredentialsError,
    RefusedError,
    UnreadableBodyError,
)
from producers.base.facts import Cost
from producers.base.recovery import BLOCKED_FOR_S, error_for_status
from producers.base.source import Source
from schemas.errors import HeatError
from schemas.records import RawMention

# Errors in a parser of ours that only odd upstream bodies bring about; they must not end a process.
ODDITIES: Final = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError,
                   RecursionError)  # fmt: skip
NOT_MODIFIED: Final = 304
LOOKED_AT: Final = 20_000
_PAGE: Final = re.compile(rb"^\s*(<!--.*?-->\s*)*<(!doctype html|html|head|body)\b", re.I | re.S)
_BLOCK: Final = re.compile(
    rb"captcha|unusual traffic|just a moment\.\.\.|cf-chl|cf-browser-verification"
    rb"|/cdn-cgi/challenge|awswafcookie|gokuprops|challenge\.js|robot check|are you a robot"
    rb"|you(?:'|&#39;|\xe2\x80\x99)?ve been blocked|you have been blocked|request blocked"
    rb"|blocked by network security|access denied|pardon our interruption"
    rb"|before you continue to google|consent\.google|enable javascript and cookies to continue",
    re.I,
)


class Reader(Protocol):
    """Judges an answer and reads it."""

    def read(self, body: Body) -> list[RawMention]:
        """Raises the HeatError that the body stands for."""
        ...

    def spent(self, body: Body) -> Cost | None: ...


@dataclass(frozen=True, slots=True)
class SourceReader:
    """Reads as the source does."""

    source: Source

    def read(self, body: Body) -> list[RawMention]:
        return mentions_in(self.source, body)

    def spent(self, body: Body) -> Cost | None:
        return self.source.spent(body)


class StatusReader:
    """For what is no source: judges by the status and reads nothing."""

    def read(self, body: Body) -> list[RawMention]:
        if not body.is_success and body.status != NOT_MODIFIED:
            raise error_for_status(body.status, body.headers, body.fetched_at, {})
        return []

    def spent(self, body: Body) -> Cost | None:
        return None


def mentions_in(source: Source, body: Body) -> list[RawMention]:
    """What a body tells, each mention once. Raises the HeatError that the body stands for."""
    if body.status == NOT_MODIFIED:
        return []
    refusal = refusal_in(source, body)
    if refusal is not None:
        raise refusal
    told: dict[str, RawMention] = {}
    for mention in _parsed(source, body):
        kept = told.setdefault(mention.id, mention)
        if mention.deleted and not kept.deleted:
            told[mention.id] = mention
    return list(told.values())


def refusal_in(source: Source, body: Body) -> HeatError | None:
    """The error that an answer stands for before anyone parses it; None for a readable one."""
    try:
        own = source.refusal(body)
    except ODDITIES as oddity:
        raise _odd(source, oddity) from oddity
    if own is not None or body.is_success:
        return own
    # A page that shuts us out says more than its status; a status that names a wait says it all.
    shut = shut_out(body) if body.status in (403, 503) else None
    failure = shut or error_for_status(body.status, body.headers, body.fetched_at, source.recovery)
    if isinstance(failure, CredentialsError) and not source.facts.credentials:
        return RefusedError(f"HTTP {body.status}: it asks for a key, and this source has none")
    return failure


def shut_out(body: Body) -> BlockedError | None:
    """A page for a browser that asks whether we are a robot, or says that we may not come in."""
    if body.headers.get("x-amzn-waf-action") or body.headers.get("cf-mitigated"):
        return BlockedError(f"HTTP {body.status}: a challenge for browsers", BLOCKED_FOR_S)
    head = body.content[:LOOKED_AT]
    mark = _BLOCK.search(head) if _PAGE.match(head) else None
    if mark is None:
        return None
    words = mark.group().decode(errors="replace").lower()
    return BlockedError(f"HTTP {body.status}: a block page ({words})", BLOCKED_FOR_S)


def _parsed(source: Source, body: Body) -> list[RawMention]:
    try:
        return list(source.parse(body))
    except UnreadableBodyError as unreadable:
        raise (shut_out(body) or unreadable) from None
    except ODDITIES as oddity:
        raise _odd(source, oddity) from oddity


def _odd(source: Source, oddity: Exception) -> UnreadableBodyError:
    where = f"{type(oddity).__name__}: {str(oddity)[:160]}"
    return UnreadableBodyError(f"a body that {source.name} cannot read: {where}")
