"""The forecast models that are installed beside ours, by name, and one of them at work.

A distribution offers one as an entry point of the group `heat.forecasters`: a name, and
`module:factory`, called without arguments, that makes a `streams.core.guest.Guest`.
"""

from collections.abc import Mapping
from hashlib import blake2b
from importlib.metadata import EntryPoint, entry_points
from typing import Final, cast

from schemas.clock import Millis
from schemas.errors import SettingsError, SkippableError
from schemas.records import TrainingRun
from schemas.records.training import beats
from streams.core.foretold import Said
from streams.core.guest import Ahead, Guest, Hours, nonsense, plain

GROUP: Final = "heat.forecasters"
LONGEST_REASON: Final = 300


class GuestRefusedError(SkippableError):
    """A model raised, or answered what cannot be told. Ours goes on without it."""


class NamedGuest:
    """One installed model, held to its promise: it answers well, or a refusal says why not."""

    def __init__(self, name: str, guest: Guest) -> None:
        self.name = name
        self._guest = guest

    @property
    def model(self) -> str:
        """What its runs are filed under."""
        return f"heat.{self.name}"

    def version(self, learned: str) -> str:
        """Equal learning, equal name."""
        return f"{self.model}-{blake2b(learned.encode(), digest_size=6).hexdigest()}"

    def fit(self, past: Hours) -> str:
        try:
            learned: object = self._guest.fit(past)
        except (Exception, SystemExit) as problem:  # not our code: whatever it is, it is told
            raise self._refused(f"fit: {_told(problem)}") from problem
        if not isinstance(learned, str) or not learned:
            raise self._refused(f"fit: {type(learned).__name__} is not what was learned, as text")
        return learned

    def foretell(self, learned: str, now: Hours) -> Mapping[str, Ahead]:
        try:
            own = Hours(now.at, {name: tuple(heats) for name, heats in now.heats.items()})
            answer = self._guest.foretell(learned, own)  # it may change what it is given
            flaw = nonsense(answer, now.heats.keys())
            if not flaw:
                return {name: plain(answer[name]) for name in now.heats}
        except (Exception, SystemExit) as problem:
            raise self._refused(f"foretell: {_told(problem)}") from problem
        raise self._refused(f"foretell: {flaw}")

    def _refused(self, reason: str) -> GuestRefusedError:
        return GuestRefusedError(f"forecaster {self.name}: {reason}")


class Seat:
    """The model that was asked for, with what it learned when it last beat the naive guess.

    While it has not, and in an hour in which it fails, it says nothing and ours does.
    """

    def __init__(self, guest: NamedGuest) -> None:
        self.guest = guest
        self.version, self._learned = "", ""
        self.refused = ""  # why it said nothing when it was last asked
        self._since: Millis = -1

    def take(self, run: TrainingRun) -> None:
        fit = run.model == self.guest.model and run.served and beats(run.metrics, run.naive)
        if not fit or not run.artifact or run.known_time <= self._since:
            return
        if run.version != self.guest.version(run.artifact):
            self.refused = f"{run.version} of run {run.id}: it is not what was learned then"
            return
        self.version, self._learned, self._since = run.version, run.artifact, run.known_time
        self.refused = ""

    def __call__(self, warm: Hours) -> Said | None:
        if not self.version:
            return None
        try:
            said = Said(self.version, self.guest.foretell(self._learned, warm))
        except GuestRefusedError as refusal:
            self.refused = str(refusal)
            return None
        self.refused = ""
        return said


def guest(name: str) -> NamedGuest:
    """Raises SettingsError, with the names of all that are installed, when it is none of them."""
    installed = {point.name: point for point in entry_points(group=GROUP)}
    if name not in installed:
        listed = ", ".join(sorted(installed)) or "none"
        raise SettingsError(f"no forecaster {name!r} is installed; there are: {listed}")
    return NamedGuest(name, _made(installed[name]))


def _made(point: EntryPoint) -> Guest:
    try:
        made = point.load()()
    except (Exception, SystemExit) as problem:
        raise SettingsError(
            f"forecaster {point.name!r}, {point.value}: {_told(problem)}") from problem
    if not all(callable(getattr(made, act, None)) for act in ("fit", "foretell")):
        raise SettingsError(
            f"forecaster {point.name!r}, {point.value}: {type(made).__name__} has not both of fit "
            "and foretell"
        )
    return cast("Guest", made)


def _told(problem: BaseException) -> str:
    return f"{type(problem).__name__}: {problem}"[:LONGEST_REASON]
