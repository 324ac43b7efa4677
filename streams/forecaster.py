"""The forecast role: heat in, predictions out, once for every hour that heat tells the end of.

It keeps nothing: on start it reads the last days of heat again, and predictions have ids that are
functions of their input, so that one told twice is one. A table that did not beat the naive
forecast on held-out time is not served.
"""

import contextlib
import signal
from time import monotonic
from typing import Any, Final

import msgspec
import structlog
from confluent_kafka import OFFSET_BEGINNING, OFFSET_END, Consumer, Producer, TopicPartition

from schemas.broker import confluent_options
from schemas.clock import HOUR_MS, MINUTE_MS, Millis
from schemas.codec import decode, encode
from schemas.errors import RetriableError, UndecodableError
from schemas.records import Action, Heat, Prediction, TrainingRun
from schemas.records.training import beats
from schemas.telemetry import configure_logging
from schemas.topics import qualified
from streams.core.foretold import Foretelling
from streams.core.risers import HeatTable, flaw, packaged
from streams.guests import Seat, guest
from streams.runtime.health_file import write
from streams.settings import StreamSettings
from streams.training.packaged import packaged as packaged_runs
from streams.training.runs import digest

log = structlog.get_logger()
RUNS, HEAT, ASKED, OUT = "training.runs", "heat", "actions", "predictions"
GENERATE: Final = "generate"
SETTLED_MS: Final = 6 * MINUTE_MS  # heat of an hour's last poll is out by then, in deployment time
HANDFUL: Final = 2000
CONNECT_WITHIN_S: Final = 20.0
DELIVER_WITHIN_S: Final = 30.0


class Tables:
    """The table that is served: the packaged one, or the newest run's that beat the naive guess."""

    def __init__(self) -> None:
        self.now: HeatTable = packaged()
        self.refused = ""  # the damaged table that was last met, and what is wrong with it
        self._since: Millis = -1

    def take(self, run: TrainingRun) -> None:
        fit = run.model == "heat" and run.served and beats(run.metrics, run.naive)
        if not fit or not run.artifact or run.known_time <= self._since:
            return
        try:
            table = msgspec.json.decode(run.artifact, type=HeatTable)
        except msgspec.DecodeError as unreadable:
            self._refuse(run, str(unreadable))
            return
        damage = flaw(table) or _altered(table, run.version)
        if damage:
            self._refuse(run, damage)
            return
        self.now, self._since, self.refused = table, run.known_time, ""
        log.info("table served", version=run.version, trained_on=run.trained_on)

    def _refuse(self, run: TrainingRun, reason: str) -> None:
        self.refused = f"{run.version} of run {run.id}: {reason}"
        log.warning("table refused", run=run.id, version=run.version, reason=reason)


def _altered(table: HeatTable, version: str) -> str | None:
    """A table is named after its weights."""
    named = f"heat-{digest([table.heat, table.top])}"
    if table.name == version == named:
        return None
    return f"its weights are those of {named}, not of {version}"


class Forecaster:
    """Records in, predictions out; knows neither where they come from nor where they go."""

    def __init__(self, seat: Seat | None = None) -> None:
        self.tables, self.seat = Tables(), seat
        self.heat = Foretelling()
        self._told: Millis = 0
        self._runs: dict[str, TrainingRun] = {}
        self.asked = False

    def take(self, record: object) -> None:
        if isinstance(record, Heat):
            self.heat.take(record)
        elif isinstance(record, TrainingRun):
            self._runs[record.id] = msgspec.structs.replace(record, artifact="")
            self.tables.take(record)
            if self.seat:
                self.seat.take(record)
        elif isinstance(record, Action) and record.action == GENERATE:
            self.asked = True

    def due(self) -> list[Prediction]:
        """The predictions of the newest settled hour, when it is new or asked for."""
        hour = (self.heat.newest - SETTLED_MS) // HOUR_MS * HOUR_MS
        if not len(self.heat) or not (hour > self._told or self.asked):
            return []
        self._told, self.asked = hour, False
        told = list(self.heat.foretell(hour, self.tables.now, self.seat))
        if self.seat and self.seat.refused:
            log.warning("forecaster refused", reason=self.seat.refused)
        return told

    def state(self) -> dict[str, str]:
        """What foretells, and what was last refused."""
        own = {"table": self.tables.now.name, "refused": self.tables.refused}
        if self.seat is None:
            return own
        return {**own, "forecaster": self.seat.version or f"{self.seat.guest.name}: not trained",
                "refused": self.seat.refused or own["refused"]}

    def untold(self) -> list[TrainingRun]:
        """The packaged tables, once something was foretold, where no role has told of them.

        Older than every run, so that none that was trained seems to be replaced by them.
        """
        if not self._told:
            return []
        begun = min([self._told, *(run.known_time - 1 for run in self._runs.values())])
        return packaged_runs(begun, self._runs.values())


def work() -> None:
    """Run until told to stop."""
    settings = StreamSettings.load()
    configure_logging("worker-forecast", settings.log)
    asked = settings.stream.forecaster
    forecaster = Forecaster(Seat(guest(asked)) if asked else None)
    kafka = settings.kafka
    options = confluent_options(kafka)
    names = {name: qualified(kafka.namespace, name) for name in (RUNS, HEAT, ASKED, OUT)}
    consumer = Consumer({
        **options, "group.id": f"{names[OUT]}.forecast", "enable.auto.commit": False,
        "isolation.level": "read_committed", "auto.offset.reset": "earliest",
    })
    producer = Producer({**options, "enable.idempotence": True, "partitioner": "murmur2_random"})
    stopping: list[int] = []
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda number, _frame: stopping.append(number))
    try:
        consumer.assign(_places(consumer, names))
        while not stopping:
            if _read(consumer, forecaster) < HANDFUL:  # else there is more that is told already
                _tell(producer, names[OUT], forecaster.due())
                _tell_runs(producer, names[RUNS], forecaster)
                _say_ok(settings, forecaster)
    finally:
        consumer.close()


def _places(consumer: Consumer, names: dict[str, str]) -> list[TopicPartition]:
    """All of the runs, the last days of heat, and only what is asked from now on."""
    deadline = monotonic() + CONNECT_WITHIN_S
    found: list[TopicPartition] = []
    for name in (RUNS, HEAT, ASKED):
        told: Any = None
        while told is None or told.error or not told.partitions:
            if monotonic() > deadline:
                raise RetriableError(f"topic {names[name]} is not there; `heat topics apply`")
            told = consumer.list_topics(names[name], timeout=5.0).topics.get(names[name])
        start = OFFSET_END if name == ASKED else OFFSET_BEGINNING
        found += [TopicPartition(names[name], p, start) for p in sorted(told.partitions)]
    return found


def _read(consumer: Consumer, forecaster: Forecaster) -> int:
    """One handful; fewer when there was no more within half a second."""
    messages = consumer.consume(HANDFUL, 0.5)
    for message in messages:
        if message.error() is None:
            with contextlib.suppress(UndecodableError):
                forecaster.take(decode(message.value()))
    return len(messages)


def _tell(producer: Producer, topic: str, predictions: list[Prediction]) -> None:
    for prediction in predictions:
        producer.produce(topic, encode(prediction), prediction.entity_id.encode())
        producer.poll(0)
    if producer.flush(DELIVER_WITHIN_S):
        raise RetriableError(f"{topic}: the broker did not take the predictions in time")
    if predictions:
        log.info("hour foretold", predictions=len(predictions), at=predictions[0].known_time)


def _tell_runs(producer: Producer, topic: str, forecaster: Forecaster) -> None:
    for run in forecaster.untold():
        producer.produce(topic, encode(run), run.model.encode())
        forecaster.take(run)
    if producer.flush(DELIVER_WITHIN_S):
        raise RetriableError(f"{topic}: the broker did not take the packaged tables in time")


def _say_ok(settings: StreamSettings, forecaster: Forecaster) -> None:
    if settings.health_file:
        write(settings.health_file, {
            "status": "ok", "role": "worker-forecast", "entities": len(forecaster.heat),
            **forecaster.state(),
        })
