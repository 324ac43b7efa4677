"""Puts all corrections into an app, or none: one without the others loses more than stock."""

import importlib
from importlib.metadata import version
from typing import Any, Final

from faust.transport.drivers import aiokafka as driver

from streams.runtime.corrections.commit_on_revoke import CommitOnRevoke
from streams.runtime.corrections.fail_stop import FailStopApp
from streams.runtime.corrections.failed_send import FailedSend
from streams.runtime.corrections.full_flush import FlushingProducer
from streams.runtime.corrections.quiet_recovery import QuietTables
from streams.runtime.exits import RefusedToStartError

WRITTEN_FOR: Final = "0.15.3"


def check_faust(found: str | None = None) -> None:
    """Refuse another Faust than the one whose faults are known, and one without its extension."""
    found = version("faust-streaming") if found is None else found
    if found != WRITTEN_FOR:
        raise RefusedToStartError(
            f"faust-streaming {found} is installed, its corrections are for {WRITTEN_FOR}: install "
            f"that, or see with tests/streams/runtime what {found} has fixed, and drop those"
        )
    # In pure Python a record that is skipped in a rebalance counts as done.
    if importlib.import_module("faust.streams")._CStreamIterator is None:
        raise RefusedToStartError(
            "Faust runs without its compiled stream loop: install the wheel of faust-streaming "
            f"{WRITTEN_FOR} for this Python, and leave NO_CYTHON unset"
        )


def install(
    app: FailStopApp,
    consumer: type[CommitOnRevoke] = CommitOnRevoke,
    producer: type[FlushingProducer] = FlushingProducer,
) -> None:
    """Correct `app`, before anything asks it for its transport, consumer or tables."""
    check_faust()
    parts = {"Consumer": consumer, "Producer": producer}
    transport_class = type("CorrectedTransport", (driver.Transport,), parts)
    settings: Any = app.conf
    settings.TableManager = QuietTables
    app.transport = transport_class(app.conf.broker_consumer, app)
    app.producer_transport = transport_class(app.conf.broker_producer, app)
    app.sensors.add(FailedSend())
