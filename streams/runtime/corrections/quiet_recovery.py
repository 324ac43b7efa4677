"""No stream record is fetched between the end of table recovery and the seek that follows it.

Stock may deliver such a record and then clear it: a hole in its books, and commits stall for good.
Worse, stock goes on to its end when partitions are being given up meanwhile, and lets the flow run
into the next assignment: its records reach agents before their tables are recovered. And where a
step gets no answer in time, it leaves off without a word. Upstream: issues 596 and 216.
"""

from typing import Any

from faust.tables import TableManager
from faust.tables.recovery import RebalanceAgain, Recovery, ServiceStopped

from streams.runtime import exits


class QuietRecovery(Recovery):
    """Recovery that stops the flow before it declares itself complete."""

    async def on_recovery_completed(self, generation_id: int = 0) -> None:
        self.app.consumer.stop_flow()
        self.app.flow_control.suspend()
        await super().on_recovery_completed(generation_id)

    async def _wait(self, coro: Any, timeout: Any = None) -> None:  # noqa: ASYNC109 (Faust's)
        """Stock's, which every step of recovery passes through; no step follows a revocation."""
        consumer: Any = self.app.consumer
        try:
            await super()._wait(coro, timeout)
        except ServiceStopped:
            if not self.should_stop:
                exits.fail_stop(f"a step of table recovery had no answer within {timeout} s")
            raise
        if consumer.leaving:
            raise RebalanceAgain


class QuietTables(TableManager):
    """Faust's tables, recovered quietly."""

    @property
    def recovery(self) -> Recovery:
        if self._recovery is None:
            self._recovery = QuietRecovery(self.app, self, beacon=self.beacon, loop=self.loop)
        return self._recovery
