"""No stream record is fetched between the end of table recovery and the seek that follows it.

Stock may deliver such a record and then clear it: a hole in its books, and commits stall for good.
Upstream: issues 596 and 216.
"""

from faust.tables import TableManager
from faust.tables.recovery import Recovery


class QuietRecovery(Recovery):
    """Recovery that stops the flow before it declares itself complete."""

    async def on_recovery_completed(self, generation_id: int = 0) -> None:
        self.app.consumer.stop_flow()
        self.app.flow_control.suspend()
        await super().on_recovery_completed(generation_id)


class QuietTables(TableManager):
    """Faust's tables, recovered quietly."""

    @property
    def recovery(self) -> Recovery:
        if self._recovery is None:
            self._recovery = QuietRecovery(self.app, self, beacon=self.beacon, loop=self.loop)
        return self._recovery
