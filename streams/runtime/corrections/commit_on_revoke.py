"""Commit what is finished before a rebalance takes the partitions away.

Stock clears its books first, and everything since the last periodic commit is done twice at every
join and leave. Upstream: issue 502.
"""

import asyncio
from typing import Final

import structlog
from faust.types import TP

from streams.runtime.corrections.strict_commit import StrictCommit

LOG = structlog.get_logger(__name__)

FINISH_WITHIN: Final = 5.0  # seconds; the record in hand should be done by then


class CommitOnRevoke(StrictCommit):
    """A consumer that leaves nothing behind when it gives its partitions up."""

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        self.leave()
        if revoked and not self.app.should_stop:
            await self._finish_and_commit()
        await super().on_partitions_revoked(revoked)

    async def _finish_and_commit(self) -> None:
        try:
            async with asyncio.timeout(FINISH_WITHIN):
                await self.wait_empty()
                await self.commit()  # the one inside does nothing if it meets a periodic one
        except TimeoutError:
            LOG.warning("gave partitions up with work in hand, it will be done again")
