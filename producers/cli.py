"""The commands of the producers, as `python -m producers ...` or under `heat producers`."""

import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import structlog
import typer

from producers.base.clock import SimulatedClock, clock_of
from producers.catalogue.publish import load_entities, publish_entities
from producers.settings import ProducerSettings
from producers.ticker import Ticker, run_ticker
from schemas.clock import Millis
from schemas.errors import FatalError, HeatError, RetriableError, SettingsError
from schemas.telemetry import configure_logging

EXIT_USAGE: Final = 2
EXIT_UNAVAILABLE: Final = 69
EXIT_FATAL: Final = 70
log = structlog.get_logger()


def main() -> None:
    """Run one command; errors are a sentence and an exit code, never a traceback."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
    register(app)
    app()


def register(app: typer.Typer) -> None:
    """Mount the commands on `app`."""
    app.command("ticker")(ticker)
    app.command("catalogue")(catalogue)


def guarded(role: str, work: Callable[[ProducerSettings], None]) -> None:
    """Read the settings, do the work, and say in one line why it could not be done."""
    try:
        settings = ProducerSettings.load()
        configure_logging(role, settings.log)
        work(settings)
    except SettingsError as error:
        _leave(error, EXIT_USAGE)
    except FatalError as error:
        _leave(error, EXIT_FATAL)
    except RetriableError as error:
        _leave(error, EXIT_UNAVAILABLE)
    except HeatError as error:
        _leave(error, 1)


def _leave(error: HeatError, code: int) -> None:
    print(f"error: {error}", file=sys.stderr)  # noqa: T201 - the last word to a person
    raise typer.Exit(code)


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and Ctrl-C set."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    return stopping


def waiting_until(clock: SimulatedClock, stopping: threading.Event) -> Callable[[Millis], bool]:
    """Wait for a moment of the clock; True when asked to stop meanwhile."""
    return lambda moment: stopping.wait(clock.seconds_until(moment))


def ticker() -> None:
    """Write the ticks that tell every worker what time it is."""

    def tick(settings: ProducerSettings) -> None:
        clock, stopping = clock_of(settings.producer), stop_on_signals()
        made = Ticker(settings.kafka, settings.producer.present)
        run_ticker(made, clock.now, waiting_until(clock, stopping))

    guarded("ticker", tick)


def catalogue(
    file: Annotated[
        Path | None, typer.Option(help="YAML file of entities; the starter one by default")
    ] = None,
) -> None:
    """Bring the `entities` topic up to date with a catalogue file."""

    def refresh(settings: ProducerSettings) -> None:
        chosen = file or settings.producer.catalogue
        entities = load_entities(chosen) if chosen else load_entities()
        refreshed = publish_entities(entities, settings.kafka)
        log.info(
            "catalogue published",
            entities=len(entities),
            changed=refreshed.published,
            version=refreshed.version,
        )

    guarded("catalogue", refresh)
