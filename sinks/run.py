"""The sinks of one process: tables made, one drain per table, one end for all."""

import gc
import signal
import threading
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from types import FrameType
from typing import Any, Final

import structlog

from schemas.errors import FatalError, RetriableError, SettingsError
from sinks.base.cluster import Cluster
from sinks.base.dead_letters import FLOOD_LIMIT, FloodGauge
from sinks.base.drain import Drain
from sinks.base.status import DrainStatus, Reporter
from sinks.base.table import Table
from sinks.maintenance.watch import Tidier
from sinks.migrate import migrate
from sinks.settings import SinkSettings

OK: Final = 0
WRONG_USAGE: Final = 2
STOPPED: Final = 70  # our own state or configuration is wrong; starting again will not mend it
LONGEST_BACKOFF_S: Final = 5.0
NO_LIMIT: Final = 2**62
log = structlog.get_logger("sinks")


def run(settings: SinkSettings, tables: Sequence[Table[Any]], *, past_flood: bool = False) -> int:
    """Until a signal or an error that stops. Returns the exit code."""
    spare_the_collector()
    stopping = threading.Event()
    _stop_on_signals(stopping)
    limit = NO_LIMIT if past_flood else FLOOD_LIMIT
    dsn = settings.database.dsn.get_secret_value()
    drains = [Drain(table, settings.kafka, dsn, FloodGauge(limit)) for table in tables]
    tidier = Tidier(dsn, settings.maintenance)
    reporter = _reporter(settings, [drain.status for drain in drains])
    try:
        _migrated(dsn, stopping, [drain.status for drain in drains])
        if not stopping.is_set():
            tidier.start()
        _drained(drains, stopping)
    except FatalError as error:
        log.critical("stopped", reason=str(error))
        return WRONG_USAGE if isinstance(error, SettingsError) else STOPPED
    finally:
        tidier.stop()
        if reporter is not None:
            reporter.stop()
    return OK


def spare_the_collector() -> None:
    """Look for cycles seldom: a batch's tens of thousands of objects have none, and go as one."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


def _stop_on_signals(stopping: threading.Event) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def _reporter(settings: SinkSettings, drains: Sequence[DrainStatus]) -> Reporter | None:
    if settings.health_file is None:
        return None
    reporter = Reporter(settings.health_file, drains, Cluster(settings.kafka))
    reporter.start()
    return reporter


def _migrated(dsn: str, stopping: threading.Event, drains: Sequence[DrainStatus]) -> None:
    """Make the tables, however long the database takes to come."""
    backoff_s = 0.2
    while not stopping.is_set():
        try:
            applied = migrate(dsn, lambda words: log.info("tables by time", way=words))
        except RetriableError as outage:
            _all(drains, "degraded", str(outage))
            log.warning("waiting for the database", reason=str(outage))
            stopping.wait(backoff_s)
            backoff_s = min(2 * backoff_s, LONGEST_BACKOFF_S)
        else:
            _all(drains, "starting", "")
            if applied:
                log.info("tables changed", steps=applied)
            return


def _all(drains: Sequence[DrainStatus], state: str, reason: str) -> None:
    for drain in drains:
        drain.state, drain.reason = state, reason


def _drained(drains: Sequence[Drain], stopping: threading.Event) -> None:
    """One thread each. The first that fails stops the others, and its error is raised."""
    with ThreadPoolExecutor(len(drains), thread_name_prefix="drain") as threads:
        running = {threads.submit(drain.run, stopping) for drain in drains}
        done: set[Any] = set()
        while not stopping.is_set() and not done:
            done, _ = wait_for(running, timeout=0.5, return_when=FIRST_COMPLETED)
        stopping.set()
    for outcome in sorted(running, key=lambda future: future.exception() is None):
        outcome.result()
