"""Ends a worker that has records to read and reads none: unknown stalls become restarts."""

from collections.abc import Mapping
from time import monotonic
from typing import Any, Final

from faust.types import TP
from mode import Service

from streams.runtime import exits
from streams.runtime.reading import Reading, progress

PATIENCE: Final = 120.0
LOOK_EVERY: Final = 5.0


class Watch:
    """Since when each partition has stood where it stands. Time is an argument."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._stood: dict[TP, tuple[int | None, float]] = {}

    def stalled(
        self, readings: Mapping[TP, Reading], now: float, *, recovering: bool = False
    ) -> str | None:
        """What stands still for too long, or None.

        Only reading counts: commits may rightly be held back for as long as something is pending.
        """
        stood = {} if recovering else self._stood
        self._stood = {}
        for tp, (position, lag) in readings.items():
            was, since = stood.get(tp, (position, now))
            if lag == 0 or was != position:
                since = now
            self._stood[tp] = position, since
            if now - since > self._patience:
                return (
                    f"{tp.topic}-{tp.partition} has {lag} unread records and stands at "
                    f"{position} for {now - since:.0f} s"
                )
        return None


class Watchdog(Service):
    """Looks at the app's reading now and then."""

    def __init__(self, app: Any, patience: float = PATIENCE, **kwargs: Any) -> None:
        self.app = app
        self.watch = Watch(patience)
        super().__init__(**kwargs)

    @Service.task
    async def _look(self) -> None:
        while not self.should_stop:
            await self.sleep(min(LOOK_EVERY, self.watch._patience / 4))
            told = progress(self.app)
            why = self.watch.stalled(told.readings, monotonic(), recovering=told.recovering)
            if why is not None and not self.should_stop:
                exits.fail_stop(f"nothing is read: {why}")
