"""A record that the broker refuses ends the worker before its cause is committed.

Stock writes one warning and commits the offset.
"""

from typing import Any

from faust.sensors import Sensor
from faust.types.transports import ProducerT

from streams.runtime import exits


class FailedSend(Sensor):
    """Watches the outcome of everything that Faust sends, changelogs above all."""

    def on_send_error(self, producer: ProducerT, exc: BaseException, state: Any) -> None:
        exits.fail_stop("the broker did not take a record", exc)
