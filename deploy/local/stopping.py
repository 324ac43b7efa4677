"""Ctrl-C and the other signals that ask for an end, as questions a loop can ask."""

import signal
from types import FrameType, TracebackType
from typing import Self

ASKED_BY = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopSignals:
    """While starting, a signal interrupts; once `patient`, it only counts.

    An interruption in the middle of supervising could lose sight of a child.
    """

    def __init__(self) -> None:
        self.count = 0
        self.patient = False
        self._before: dict[signal.Signals, object] = {}

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._asked) for number in ASKED_BY}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def _asked(self, number: int, frame: FrameType | None) -> None:
        self.count += 1
        if not self.patient:
            self.patient = True  # The cleaning up that follows must not be interrupted.
            raise KeyboardInterrupt

    def asked(self) -> bool:
        return self.count > 0

    def hurried(self) -> bool:
        """Asked a second time: kill instead of wait."""
        return self.count > 1
