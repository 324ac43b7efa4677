"""The forecast models that are installed beside ours, by name, and one of them at work.

A distribution offers one as an entry point of the group `heat.forecasters`: a name, and
`module:factory`, called without arguments, that makes a `streams.core.guest.Guest`.
"""

from collections.abc import Mapping
from hashlib import blake2b
from importlib.metadata import EntryPoint, entry_points
from typing import Final, cast

from schemas.errors import SettingsError, SkippableError
from streams.core.guest import Ahead, Guest, Hours, nonsense

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
        except Exception as problem:  # somebody else's code: whatever it is, it is told
            raise self._refused(f"fit: {_told(problem)}") from problem
        if not isinstance(learned, str) or not learned:
            raise self._refused(f"fit: {type(learned).__name__} is not what was learned, as text")
        return learned

    def foretell(self, learned: str, now: Hours) -> Mapping[str, Ahead]:
        try:
            answer: object = self._guest.foretell(learned, now)
            flaw = nonsense(answer, now.heats.keys())
        except Exception as problem:
            raise self._refused(f"foretell: {_told(problem)}") from problem
        if flaw:
            raise self._refused(f"foretell: {flaw}")
        return cast("Mapping[str, Ahead]", answer)

    def _refused(self, reason: str) -> GuestRefusedError:
        return GuestRefusedError(f"forecaster {self.name}: {reason}")


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
    except Exception as problem:
        raise SettingsError(
            f"forecaster {point.name!r}, {point.value}: {_told(problem)}") from problem
    if not all(callable(getattr(made, act, None)) for act in ("fit", "foretell")):
        raise SettingsError(
            f"forecaster {point.name!r}, {point.value}: {type(made).__name__} has not both of fit "
            "and foretell"
        )
    return cast("Guest", made)


def _told(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}"[:LONGEST_REASON]
