"""What goes wrong with which answer: a plan, drawn from a seed and the number of the request. Pure.

throttle      429 with Retry-After: a storm when it strikes every answer
quota         the provider's own words for a quota that is used up, until its window ends
broken        500, 502 and 503 in turn
slow          the answer waits
truncate      half of the body, then the connection ends
reset         the connection is reset without an answer
wrong-type    a page for people, with status 200
bad-encoding  a body that is not packed as its header says
duplicate     the first page again, whichever was asked for
empty         a success that has nothing to tell
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Final, Literal, get_args

import msgspec

from producers.simulate.upstreams.exchange import Question
from schemas.errors import SettingsError

Kind = Literal[
    "throttle", "quota", "broken", "slow", "truncate", "reset", "wrong-type", "bad-encoding",
    "duplicate", "empty",
]  # fmt: skip
KINDS: Final[tuple[str, ...]] = get_args(Kind)
PAGING: Final = ("after", "pageToken", "next_token")


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`share` of the answers of a host (of all, without one) go wrong, `times` at the most."""

    kind: Kind
    host: str = ""
    path: str = ""  # what the path begins with
    share: float = 1.0
    times: int | None = None
    wait_s: float = 5.0  # how long a slow answer waits, and what a throttled one asks for


def read_plan(told: bytes | str) -> tuple[Fault, ...]:
    """A plan out of JSON. Raises SettingsError naming what is wrong with it."""
    try:
        return msgspec.json.decode(told, type=tuple[Fault, ...])
    except msgspec.DecodeError as error:
        raise SettingsError(f"faults: {error}; one of {', '.join(KINDS)}") from None


def struck(
    plan: Sequence[Fault], seed: int, question: Question, number: int, fired: Mapping[Fault, int]
) -> Fault | None:
    """The first fault of the plan that strikes the request with this number."""
    for place, fault in enumerate(plan):
        if fault.times is not None and fired.get(fault, 0) >= fault.times:
            continue
        if not _concerns(fault, question):
            continue
        if Random(f"{seed}:{place}:{question.host}:{number}").random() < fault.share:  # noqa: S311
            return fault
    return None


def _concerns(fault: Fault, question: Question) -> bool:
    if fault.host not in ("", question.host) or not question.path.startswith(fault.path):
        return False
    return fault.kind != "duplicate" or any(name in question.query for name in PAGING)


def first_page(question: Question) -> Question:
    """The same question without the page that it is about."""
    kept = {name: value for name, value in question.query.items() if name not in PAGING}
    return replace(question, query=kept)
