"""Faults as people ask for them: `outage:reddit:2020-05-01:2020-05-03`, `duplicates:0.1`, ...

A source is named by itself or by its type; `brigade:Nova Reyes` and its like put in what an
adversary would say of a name, from the middle of the recording on or from `:<time>` on.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final, get_args

from schemas.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, Millis, parse_time, tick_of
from schemas.errors import SettingsError
from schemas.ids import mention_id
from schemas.records import RawMention
from schemas.sources import SOURCE_TYPES, TYPES
from streams.core.fold import fold
from streams.replay import faults
from streams.replay.adversary import Attack, inject, injected
from streams.replay.faults import Fault, Placed, stays

UNITS: Final = {"s": SECOND_MS, "m": MINUTE_MS, "h": HOUR_MS, "d": DAY_MS}
ATTACKS: Final[tuple[Attack, ...]] = get_args(Attack)
SEED: Final = 1
_LENGTH: Final = re.compile(r"([+-]?)(\d+(?:\.\d+)?)([smhd])")


@dataclass(frozen=True)
class Scene:
    """What a fault can be about: the sources of the recording, when it begins and ends, and the
    names of its catalogue; without these, any name."""

    sources: Collection[str]
    first: Millis
    last: Millis
    names: Collection[str] | None = None


def read_faults(
    asked: Sequence[str], drops: Sequence[str], delays: Sequence[str], scene: Scene
) -> list[Fault]:
    """Drops, then delays, then the others. Raises SettingsError naming what is not understood."""
    return [
        *(faults.drop(f"drop-source {which}", _source(which, scene)) for which in drops),
        *(_delay(text, scene) for text in delays),
        *(read_fault(text, scene) for text in asked),
    ]


def read_fault(text: str, scene: Scene) -> Fault:
    name, _, rest = text.partition(":")
    if name in ATTACKS:
        return _attack(text, name, rest, scene)
    reader = _READERS.get(name)
    if reader is None:
        known = ", ".join((*_READERS, *ATTACKS))
        raise SettingsError(f"--fault {text!r}: no fault {name!r}; one of {known}")
    return reader(f"fault {text}", rest, scene)


def length(text: str, where: str) -> Millis:
    """`2h`, `90s`, `+10m`, `-1d` in milliseconds."""
    found = _LENGTH.fullmatch(text.strip())
    if not found:
        raise SettingsError(f"{where}: {text!r} is no length of time like 90s, 10m, 2h or 1d")
    sign, number, unit = found.groups()
    return round(float(number) * UNITS[unit]) * (-1 if sign == "-" else 1)


def moment(text: str, where: str) -> Millis:
    """ISO 8601 with a zone, or a day, which begins at midnight UTC."""
    for told in (text, f"{text}T00:00:00Z"):
        try:
            return parse_time(told)
        except ValueError:
            continue
    raise SettingsError(f"{where}: {text!r} is no time like 2020-05-01 or 2020-05-01T06:30Z")


def _source(which: str, scene: Scene) -> str:
    if which in scene.sources or which in TYPES:
        return which
    raise SettingsError(
        f"no source {which!r} in this recording; there are {', '.join(sorted(scene.sources))},"
        f" and the types {', '.join(TYPES)}"
    )


def _forward(text: str, where: str) -> Millis:
    by = length(text, where)
    if by <= 0:
        raise SettingsError(f"{where}: nothing arrives before its time")
    return by


def _delay(text: str, scene: Scene) -> Fault:
    which, _, by = text.partition("=")
    where = f"delay-source {text}"
    return faults.delay(where, _source(which, scene), _forward(by, where))


def _late(where: str, rest: str, scene: Scene) -> Fault:
    which, _, by = rest.partition(":")
    return faults.late(where, _source(which, scene), _forward(by, where))


def _skew(where: str, rest: str, scene: Scene) -> Fault:
    which, _, by = rest.partition(":")
    return faults.skew(where, _source(which, scene), length(by, where))


def _outage(where: str, rest: str, scene: Scene) -> Fault:
    """Times hold colons, too: the one that leaves a time on both sides parts them."""
    which, _, times = rest.partition(":")
    for at in (n for n, letter in enumerate(times) if letter == ":"):
        try:
            start, end = moment(times[:at], where), moment(times[at + 1 :], where)
        except SettingsError:
            continue
        if end <= start:
            raise SettingsError(f"{where}: it ends before it begins")
        return faults.outage(where, _source(which, scene), start, end)
    raise SettingsError(f"{where}: outage:<source>:<from>:<to> is expected")


def _storm(where: str, rest: str, scene: Scene) -> Fault:
    return faults.storm(where, _source(rest, scene) if rest else "")


def _duplicates(where: str, rest: str, scene: Scene) -> Fault:
    try:
        share = float(rest)
    except ValueError:
        share = 0.0
    if not 0 < share <= 1:
        raise SettingsError(f"{where}: a share above 0 and up to 1 is expected, not {rest!r}")
    return faults.duplicates(where, share)


_READERS: Final[dict[str, Callable[[str, str, Scene], Fault]]] = {
    "outage": _outage, "storm429": _storm, "duplicates": _duplicates, "skew": _skew,
    "late": _late,
}


def _attack(text: str, name: str, rest: str, scene: Scene) -> Fault:
    where = f"fault {text}"
    whom, _, at = rest.partition(":")
    if not whom.strip():
        raise SettingsError(f"{where}: whom? {name}:<name> is expected")
    _refuse_unknown_name(whom, where, scene)
    begins = moment(at, where) if at else scene.first + (scene.last - scene.first) // 2
    stubs = [_stub(source, begins) for source in sorted(scene.sources)]
    attack = next(known for known in ATTACKS if known == name)
    everything = inject(stubs, attack, SEED, whom=whom.strip(), begins=begins)
    marked = injected(everything)
    made = [raw for raw in everything if raw.id in marked]
    missing = sorted({raw.source for raw in made} - set(scene.sources))
    if missing:
        raise SettingsError(f"{where}: it speaks as {missing[0]}, which this recording has not")
    placed = [Placed(tick_of(raw.known_time), raw) for raw in made]
    return Fault(where, "put in", stays, placed)


def _refuse_unknown_name(whom: str, where: str, scene: Scene) -> None:
    """What is said of a name that nothing looks for is found by nothing."""
    if scene.names is None:
        return
    if fold(whom.strip()) not in {fold(name) for name in scene.names}:
        raise SettingsError(f"{where}: {whom.strip()!r} is no name of the catalogue")


def _stub(source: str, at: Millis) -> RawMention:
    """The kit asks which sources there are; it is told by one mention of each."""
    return RawMention(
        id=mention_id(source, "stub"), native_id="stub", source=source,
        source_type=SOURCE_TYPES[source], event_time=at, known_time=at,
    )
