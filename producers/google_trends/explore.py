"""Explore: asked rarely, a few names at a time, and left alone for long when it has enough.

From one address Google bears about eight conversations in a quarter of an hour, and then answers
429 for half an hour or for much longer. So each poll asks about four names at most, and after a
refusal nobody asks until a wait is over that doubles from one refusal to the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from producers.base.errors import BlockedError, ThrottledError
from producers.google_trends.asking import Asking
from producers.google_trends.interest import Interest, newest_interest
from schemas.clock import HOUR_MS, SECOND_MS, Millis, iso

MOST_NAMES: Final = 4  # beside the anchor: Google compares five
FIRST_WAIT: Final = HOUR_MS
LONGEST_WAIT: Final = 6 * HOUR_MS


class InterestBackend(Protocol):
    """Whoever can ask how much names were searched for."""

    def timeline(self, asking: Asking, names: Sequence[str], country: str, span: str) -> Any:
        """Google's answer for `names` in their order, as JSON. Raises HeatErrors."""
        ...


@dataclass(slots=True)
class Explore:
    """Whose turn it is, and when Explore may be asked again."""

    backend: InterestBackend
    names: Sequence[str]
    anchor: str
    country: str
    span: str
    every: Millis
    _due: dict[tuple[str, ...], Millis] = field(default_factory=dict)
    _not_before: Millis = 0
    _wait: Millis = FIRST_WAIT

    def __post_init__(self) -> None:
        others = [name for name in dict.fromkeys(self.names) if name != self.anchor]
        self._due = dict.fromkeys(_batches(others), 0)

    def interest(self, asking: Asking) -> list[Interest]:
        """The names whose turn it is; none when it is nobody's.

        Raises ThrottledError as long as Explore wants to be left alone, without asking it: that
        long the source says that it is degraded.
        """
        if asking.moment < self._not_before:
            raise ThrottledError(f"Explore is left alone until {iso(self._not_before)}", 1.0)
        batch = self._batch(asking.moment)
        if batch is None:
            return []
        self._due[batch] = asking.moment + self.every
        asked = (*batch, self.anchor)
        try:
            answer = self.backend.timeline(asking, asked, self.country, self.span)
        except (ThrottledError, BlockedError) as error:
            raise self._refused(batch, asking.moment, error) from None
        self._wait = FIRST_WAIT
        return newest_interest(answer, asked, self.anchor)

    def _batch(self, moment: Millis) -> tuple[str, ...] | None:
        due = [batch for batch, at in self._due.items() if at <= moment]
        return min(due, key=lambda batch: self._due[batch], default=None)

    def _refused(
        self, batch: tuple[str, ...], moment: Millis, error: ThrottledError | BlockedError
    ) -> ThrottledError:
        """Only Explore is left alone: the feed answers all the same, and may be asked soon."""
        wait = max(self._wait, round(error.retry_after * SECOND_MS))
        self._not_before = self._due[batch] = moment + wait
        self._wait = min(2 * self._wait, LONGEST_WAIT)
        return ThrottledError(f"Explore: {error}; left alone until {iso(moment + wait)}", 1.0)


def _batches(names: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(names[n : n + MOST_NAMES]) for n in range(0, len(names), MOST_NAMES)]
