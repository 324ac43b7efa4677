"""A commit waits until every buffered changelog record was handed to the producer.

Stock's flush gives up after 0.1 s without progress, and the offsets are committed all the same.
Upstream: behind pull request 273.
"""

import asyncio
from typing import Any, Final

from faust.transport.drivers import aiokafka as driver
from faust.transport.producer import ProducerBuffer
from faust.types.tuples import FutureMessage

from streams.runtime import exits

LOOK_EVERY: Final = 0.002


class CountingBuffer(ProducerBuffer):
    """A buffer that knows how many records came in and how many went out."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.taken = 0
        self.sent = 0

    def put(self, fut: FutureMessage) -> None:
        self.taken += 1
        super().put(fut)

    async def _send_pending(self, fut: FutureMessage) -> None:
        try:
            await super()._send_pending(fut)
        except Exception as error:  # noqa: BLE001 (whatever it is, the record is not on its way)
            exits.fail_stop(f"a record for {fut.message.channel} could not be sent", error)
        self.sent += 1

    async def flush(self) -> None:
        """Return when all that was in the buffer at the call has been handed to the producer."""
        goal = self.taken
        while self.sent < goal:
            if self.should_stop:
                raise RuntimeError(f"the producer stopped, {goal - self.sent} records unsent")
            await asyncio.sleep(LOOK_EVERY)

    async def on_stop(self) -> None:
        """Nothing: what is still here was not committed, for every commit flushes first."""


class FlushingProducer(driver.Producer):
    """Faust's producer with the counting buffer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.buffer = CountingBuffer(loop=self.loop, beacon=self.beacon)
        self.buffer.app = self.app
