"""The one way to build and run a Faust app here: settled, corrected and watched."""

import asyncio
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Any, Final, NoReturn

import faust
import uvloop
from faust.sensors.monitor import Monitor
from faust.types.auth import CredentialsT
from mode import Service

from streams.runtime import exits
from streams.runtime.bulk_recovery import BulkRecovery
from streams.runtime.byte_table import ByteTable, SettlingProducer
from streams.runtime.corrections.fail_stop import FailStopApp
from streams.runtime.corrections.install import install
from streams.runtime.fence import Heartbeat, Pulse
from streams.runtime.hold import Hold
from streams.runtime.lane import CHUNK_RECORDS, LaneConsumer
from streams.runtime.outbox import Outbox

BUFFERED_CARRIERS: Final = 64
NEVER: Final = 10 * 365 * 86_400.0  # seconds
STOP_WITHIN: Final = 25.0


class WorkerConsumer(BulkRecovery, LaneConsumer):
    """Lanes, bulk recovery and the corrected books in one consumer."""


class QuietMonitor(Monitor):
    """Faust's monitor without its work per record; commits and rebalances are still seen."""

    def on_message_in(self, tp: Any, offset: int, message: Any) -> None: ...

    def on_message_out(self, tp: Any, offset: int, message: Any) -> None: ...

    def on_stream_event_in(self, tp: Any, offset: int, stream: Any, event: Any) -> None: ...

    def on_stream_event_out(
        self, tp: Any, offset: int, stream: Any, event: Any, state: Any = None
    ) -> None: ...

    def on_send_initiated(
        self, producer: Any, topic: str, message: Any, keysize: int, valsize: int
    ) -> None: ...

    def on_send_completed(self, producer: Any, state: Any, metadata: Any) -> None: ...

    def on_table_get(self, table: Any, key: Any) -> None: ...

    def on_table_set(self, table: Any, key: Any, value: Any) -> None: ...

    def track_tp_end_offset(self, tp: Any, offset: int) -> None: ...


class HeatApp(FailStopApp):
    """A corrected Faust app with lanes, a hold, an outbox and a pulse."""

    def __init__(
        self, app_id: str, *, kafka: Mapping[str, Any], chunk_records: int, **settings: Any
    ) -> None:
        self.kafka = dict(kafka)
        self.chunk_records = chunk_records
        self.lane_topics: set[str] = set()
        self.hold = Hold()
        self.pulse = Pulse(monotonic())
        self.given_up = False  # partitions were, and no new ones have come
        self._outbox: Outbox | None = None
        super().__init__(app_id, **settings)

    @property
    def outbox(self) -> Outbox:
        """The app's one outbox, opened at its first use."""
        if self._outbox is None:
            self._outbox = Outbox(self.kafka)
        return self._outbox


def build_app(
    app_id: str,
    bootstrap: str,
    partitions: int,
    *,
    datadir: Path,
    session_timeout: float = 15.0,
    heartbeat_interval: float | None = None,
    rebalance_timeout: float = 60.0,
    commit_interval: float = 1.0,
    chunk_records: int = CHUNK_RECORDS,
    instance: str | None = None,
    kafka: Mapping[str, Any] | None = None,
    credentials: CredentialsT | None = None,
) -> HeatApp:
    """An app whose promises hold: nothing lost, every write behind its outputs, fail-stop.

    `kafka` are the confluent-kafka options of the outbox and the checks, `credentials` the same for
    Faust; `instance` makes the worker a static member of its group. An app id belongs to one
    partition count for life.
    """
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    app = HeatApp(
        app_id,
        kafka={"bootstrap.servers": bootstrap, **(kafka or {})},
        chunk_records=chunk_records,
        broker=[f"kafka://{address.strip()}" for address in bootstrap.split(",")],
        broker_credentials=credentials,
        broker_commit_interval=commit_interval,
        broker_session_timeout=session_timeout,
        broker_heartbeat_interval=heartbeat_interval or session_timeout / 5,
        broker_rebalance_timeout=rebalance_timeout,
        consumer_auto_offset_reset="earliest",
        consumer_group_instance_id=instance,
        topic_allow_declare=False,
        topic_disable_leader=True,
        topic_partitions=partitions,
        table_standby_replicas=0,
        store="memory://",
        stream_buffer_maxsize=BUFFERED_CARRIERS,
        stream_wait_empty=True,
        stream_processing_timeout=NEVER,  # it looks at streams, which lanes pass by; we watch reads
        producer_linger=0.02,
        producer_max_batch_size=262_144,
        producer_request_timeout=60.0,
        producer_acks=-1,
        key_serializer="raw",
        value_serializer="raw",
        web_enabled=False,
        worker_redirect_stdouts=False,
        autodiscover=False,
        datadir=str(datadir),
        Monitor=QuietMonitor,
        Table=ByteTable,
    )
    install(app, WorkerConsumer, SettlingProducer)
    return app


class PunctualWorker(faust.Worker):
    """A worker that, told to stop, is gone before its supervisor loses patience."""

    def _schedule_shutdown(self, told: signal.Signals) -> None:
        super()._schedule_shutdown(told)
        late = f"told to stop, not done within {STOP_WITHIN:g} s"
        alarm = threading.Timer(STOP_WITHIN, exits.fail_stop, [late])
        alarm.daemon = True
        alarm.start()


def run(app: HeatApp, *services: Service) -> NoReturn:
    """Run the app, and `services` beside it, until it is told to stop."""
    sys.argv[1:] = []  # Faust would read our own arguments as its own
    worker = PunctualWorker(
        app, Heartbeat(app), *services, loglevel="info", override_logging=False, quiet=True
    )
    worker.spinner = None
    worker.execute_from_commandline()
