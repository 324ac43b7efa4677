"""A quiet thread beside the sinks that tidies now and then."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import structlog

from schemas.clock import now
from schemas.errors import HeatError
from schemas.settings import MaintenanceSection
from sinks.maintenance.report import Report
from sinks.maintenance.tidy import tidy

SOONER_S: Final = 60.0  # after a tidying that could not do all
log = structlog.get_logger("sinks")


def pause_after(report: Report | None, every: timedelta) -> float:
    """Seconds until the next one: soon, when something was left or the database was away."""
    whole = every.total_seconds()
    return min(SOONER_S, whole) if report is None or report.left else whole


class Tidier(threading.Thread):
    """Never stops the process: sinks write on, whatever becomes of a tidying."""

    def __init__(
        self, dsn: str, ages: MaintenanceSection, tell: Callable[[Report], None] | None = None
    ) -> None:
        super().__init__(name="tidy", daemon=True)
        self._dsn, self._ages, self._tell = dsn, ages, tell or _log
        self._stopping = threading.Event()

    def run(self) -> None:
        every = timedelta(minutes=self._ages.every_minutes)
        while every and not self._stopping.is_set():
            self._stopping.wait(pause_after(self._once(), every))

    def stop(self) -> None:
        """A tidying under way goes on to its end, or ends with the process: both are harmless."""
        self._stopping.set()

    def _once(self) -> Report | None:
        try:
            report = tidy(self._dsn, self._ages, now())
        except HeatError as error:
            log.warning("tables could not be tidied", reason=str(error))
            return None
        self._tell(report)
        return report


def _log(report: Report) -> None:
    log.info("tables tidied", report="; ".join(report.lines()))
