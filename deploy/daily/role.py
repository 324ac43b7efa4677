"""The loop: look at what is due by the deployment's clock, do it, say how it is, wait.

Everything it tells has an id that is a function of the day, so it may be cut off anywhere.
"""

import os
import signal
from threading import Event
from typing import Final

import structlog

from deploy.daily.reading import Moment, judged, material_of, moment, spent_usd, training_runs
from deploy.daily.settings import DailySettings
from deploy.daily.weekly import last_slot, refused, training_due
from deploy.live_training import publish, tell, train_live
from schemas.clock import MINUTE_MS, Millis
from schemas.errors import FatalError, RetriableError, SettingsError
from schemas.records import TrainingRun
from schemas.telemetry import configure_logging
from streams.guests import NamedGuest, guest
from streams.kpis.day import Judgement, due, judge
from streams.runtime.health_file import write
from streams.training.packaged import packaged

log = structlog.get_logger()
ROLE: Final = "daily"
SETTLED_MS: Final = 10 * MINUTE_MS  # what is computed of a moment is on the topics by then
PAUSES_S: Final = (1.0, 2.0, 5.0, 10.0, 30.0)


class StoppedError(BaseException):
    """A polite signal. No error of ours may swallow it."""


class Daily:
    """What is done, as the topics told it, and the next look."""

    def __init__(self, settings: DailySettings) -> None:
        self.settings, self._kafka = settings, settings.kafka
        asked = settings.stream.forecaster
        self._guests = [guest(asked)] if asked else []
        self._told: dict[str, str] | None = None
        self._looked: Millis = -1  # the slot that was looked at

    def look(self) -> int:
        """Do all that is due now; how many records were told.

        Raises RetriableError or FatalError when the broker is away.
        """
        found = moment(self._kafka)
        now = Moment(found.at - SETTLED_MS, found.begun)
        if self._told is None:
            self._told = judged(self._kafka)
        days = due(now.at, now.begun, self._told)
        for judgement in days:
            self._judge(judgement)
            self._told[judgement.day_name] = judgement.state
        return len(days) + self._train(now)

    def _judge(self, judgement: Judgement) -> None:
        self.say("ok", f"judging {judgement.day_name}")
        spent = spent_usd(self._kafka, judgement)
        kpi = judge(material_of(self._kafka, judgement), judgement, spent)
        tell(self._kafka, "kpis", kpi.day, kpi)
        log.info("day judged", day=kpi.day, state=kpi.state, alerts=kpi.alerts)

    def _train(self, now: Moment) -> int:
        """The weekly training, when it is due, and the records of packaged tables."""
        slot = last_slot(now.at, self.settings.daily.train_weekday, self.settings.daily.train_hour)
        if slot <= self._looked:
            return 0
        runs = training_runs(self._kafka)
        told = packaged(now.begun, runs)
        if training_due(slot, now.begun, runs):
            # Ours is told last: without it nothing was trained, and all is done again.
            told += [self._trained(now.at, each) for each in (*self._guests, None)]
        for run in told:
            publish(run, self._kafka)
        self._looked = slot
        return len(told)

    def _trained(self, at: Millis, beside: NamedGuest | None) -> TrainingRun:
        model = beside.model if beside else "heat"
        self.say("ok", f"training {model}")
        try:
            run = train_live(self._kafka, at, beside)
        except SettingsError as reason:
            run = refused(at, str(reason), model)
        log.info("forecast trained", model=model, version=run.version, served=run.served,
                 refusal=run.refusal)
        return run

    def say(self, status: str, detail: str = "") -> None:
        if self.settings.health_file:
            write(self.settings.health_file, {
                "status": status, "detail": detail, "role": ROLE, "pid": os.getpid(),
                "days": len(self._told or ()),
            })


def work(once: bool = False) -> None:
    """Look until told to stop, or once. Once, an outage is raised."""
    settings = DailySettings.load()
    configure_logging(ROLE, settings.log)
    daily = Daily(settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    try:
        if once:
            daily.look()
            return
        _loop(daily)
    except StoppedError:
        log.info("stopped")
    daily.say("stopping")


def _loop(daily: Daily) -> None:
    failures, never = 0, Event()
    while True:
        try:
            daily.look()
        except (FatalError, RetriableError) as outage:
            pause = PAUSES_S[min(failures, len(PAUSES_S) - 1)]
            failures += 1
            daily.say("degraded", str(outage))
            log.warning("waiting", reason=str(outage), again_s=pause)
        else:
            pause, failures = daily.settings.daily.look_s, 0
            daily.say("ok")
        never.wait(pause)


def _stop(_number: int, _frame: object) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)  # closing is under way
    raise StoppedError
