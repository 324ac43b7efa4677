"""Are these alerts what the recorded inputs lead to? Field by field, and link by link.

The hash of a step covers all its fields and the step before, so that equal hashes are equal alerts
and a change anywhere breaks the chain there.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from schemas.clock import Millis, iso
from schemas.codec import encode
from schemas.records import Alert
from streams.core.storyline import chain

NOT_COMPARED: Final = ("hash", "previous_hash")  # named last: they differ whenever another does
MISSING: Final = "it is computed and not on record"


class Finding(msgspec.Struct, frozen=True):
    """One step that is not what it should be."""

    alert_id: str
    step: int
    entity: str
    at: str
    wrong: str


def finding(alert: Alert, wrong: str) -> Finding:
    return Finding(alert.alert_id, alert.step, alert.entity_name, iso(alert.known_time), wrong)


def broken_links(alerts: Iterable[Alert]) -> list[Finding]:
    """Steps whose hash is not that of their fields, or that do not follow the step before.

    A life whose head is not on record is followed from where it begins.
    """
    found: list[Finding] = []
    lives: dict[str, list[Alert]] = {}
    for alert in sorted(set_of(alerts).values(), key=lambda a: (a.alert_id, a.step)):
        lives.setdefault(alert.alert_id, []).append(alert)
    for life in lives.values():
        for number, alert in enumerate(life):
            wrong = _broken(alert, life[number - 1] if number else None)
            if wrong:
                found.append(finding(alert, wrong))
    return found


def _broken(alert: Alert, before: Alert | None) -> str:
    if chain(alert) != alert.hash:
        return "its hash is not that of its fields"
    if before is None:
        opened = alert.step == 0
        return "an opening follows nothing" if opened and alert.previous_hash else ""
    if alert.step != before.step + 1:
        return f"it follows step {before.step}"
    return "" if alert.previous_hash == before.hash else "it does not follow the step before it"


def set_of(alerts: Iterable[Alert]) -> dict[str, Alert]:
    """By id: a step may have been sent again."""
    return {alert.id: alert for alert in alerts}


def differences(
    recorded: Sequence[Alert], recomputed: Sequence[Alert], until: Millis
) -> list[Finding]:
    """What differs, in the order of time. What was computed for a moment up to `until` has to be on
    record; what is later is `pending`."""
    told, again = set_of(recorded), set_of(recomputed)
    found: list[tuple[Millis, Finding]] = []
    for key, alert in told.items():
        other = again.get(key)
        wrong = "nothing in the recording leads to it" if other is None else differs(alert, other)
        if wrong:
            found.append((alert.known_time, finding(alert, wrong)))
    for key, alert in again.items():
        if key not in told and alert.known_time <= until:
            found.append((alert.known_time, finding(alert, MISSING)))
    return [one for _, one in sorted(found, key=lambda f: (f[0], f[1].alert_id, f[1].step))]


def pending(
    recorded: Sequence[Alert], recomputed: Sequence[Alert], until: Millis
) -> list[Finding]:
    """What was computed for a moment behind `until` and is not on record: it may be on its way."""
    told = set_of(recorded)
    late = [alert for key, alert in set_of(recomputed).items()
            if key not in told and alert.known_time > until]
    return [finding(alert, MISSING) for alert in sorted(late, key=lambda a: (a.known_time, a.id))]


def differs(recorded: Alert, recomputed: Alert) -> str:
    """The first field that differs and both its values; "" for equal alerts."""
    names = [n for n in recorded.__struct_fields__ if n not in NOT_COMPARED]
    for name in (*names, *NOT_COMPARED):
        told, again = getattr(recorded, name), getattr(recomputed, name)
        if told != again:
            return f"{name} is {_short(told)}; recomputed {_short(again)}"
    return "" if encode(recorded) == encode(recomputed) else "its bytes"


def _short(value: object) -> str:
    words = repr(value)
    return words if len(words) <= 120 else f"{words[:117]}..."
