"""The commands of the producers, as `python -m producers ...` or under `heat producers`."""

import asyncio
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import structlog
import typer

from producers.base.clock import SimulatedClock, clock_of
from producers.base.errors import DisabledError
from producers.base.health_file import teller
from producers.catalogue.held import HeldCatalogue
from producers.catalogue.publish import load_entities, publish_entities
from producers.settings import ProducerSettings
from producers.ticker import Ticker, run_ticker
from schemas.clock import Millis, now, parse_time
from schemas.errors import FatalError, HeatError, RetriableError, SettingsError
from schemas.loading import loading
from schemas.telemetry import configure_logging

EXIT_DOWN: Final = 1
EXIT_USAGE: Final = 2
EXIT_UNAVAILABLE: Final = 69
EXIT_FATAL: Final = 70  # starting again may help
EXIT_NEEDS_A_PERSON: Final = 78
log = structlog.get_logger()


def main() -> None:
    """Run one command; errors are a sentence and an exit code, never a traceback."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
    register(app)
    app()


def register(app: typer.Typer) -> None:
    """Mount the commands on `app`."""
    app.command("run")(run)
    app.command("parse")(parse)
    app.command("ticker")(ticker)
    app.command("catalogue")(catalogue)
    app.command("keeper")(keeper)
    app.command("simulate")(simulate)
    app.command("upstreams")(upstreams)


def guarded(role: str, work: Callable[[ProducerSettings], None]) -> None:
    """Read the settings, do the work, and say in one line why it could not be done."""
    try:
        settings = ProducerSettings.load()
        configure_logging(role, settings.log)
        work(settings)
    except SettingsError as error:
        _leave(error, EXIT_USAGE)
    except DisabledError as error:
        _leave(error, EXIT_NEEDS_A_PERSON)
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


def run(
    source: Annotated[str, typer.Argument(help="Its name: trades, google-news...")],
    once: Annotated[bool, typer.Option("--once", help="Poll once and end.")] = False,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Publish at most so many mentions a poll.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Publish nothing: print the mentions.")
    ] = False,
    to_file: Annotated[
        Path | None, typer.Option(help="Append the mentions to this file, not to Kafka.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="Leave out what happened before this time, with a zone.")
    ] = None,
) -> None:
    """Poll a source and publish what is new. With --once, exit 1 when it did not answer."""

    def poll(settings: ProducerSettings) -> None:
        with loading():  # the ticker starts faster without
            from producers.config import load_options, made
            from producers.run import Asked, run_apart, run_live

        if dry_run and to_file:
            raise SettingsError("--dry-run and --to-file exclude each other")
        chosen = made(source, load_options(settings.producer.sources), settings.keys)
        asked = Asked(once, limit, _moment(since, "--since"))
        apart = dry_run or to_file is not None
        polling = (
            run_apart(chosen, settings, asked, to_file)
            if apart
            else run_live(chosen, settings, asked)
        )
        report = asyncio.run(polling)
        if once and report.state == "down":
            raise typer.Exit(EXIT_DOWN)

    guarded(source, poll)


def _moment(text: str | None, option: str) -> Millis | None:
    try:
        return parse_time(text) if text else None
    except ValueError as error:
        raise SettingsError(f"{option} {text!r}: {error}") from None


def parse(
    source: Annotated[str, typer.Argument(help="Its name: reddit, trades...")],
    files: Annotated[
        list[str],
        typer.Argument(help="Recorded bodies, plain or in an envelope, or .gz; - is stdin."),
    ],
    at: Annotated[
        str | None,
        typer.Option(help="When a body was known that does not say so itself; default: now."),
    ] = None,
) -> None:
    """Read recorded bodies without a network: print the raw mentions that a poll would publish.

    A file that cannot be read prints the error by name and what the base would do about it:
    retry, throttle, skip, stop or open-breaker; then the exit code is 1.
    """

    def read(settings: ProducerSettings) -> None:
        from producers.config import load_options, made
        from producers.parse import parse_files

        moment = _moment(at, "--at")
        chosen = made(source, load_options(settings.producer.sources), settings.keys)
        if not parse_files(chosen, files, now(), moment, sys.stdout.buffer):
            raise typer.Exit(EXIT_DOWN)

    guarded(source, read)


def ticker() -> None:
    """Write the ticks that tell every worker what time it is."""

    def tick(settings: ProducerSettings) -> None:
        clock, stopping = clock_of(settings.producer), stop_on_signals()
        made = Ticker(settings.kafka, settings.producer.present)
        tell = teller(settings.health_file, "ticker")
        run_ticker(made, clock.now, waiting_until(clock, stopping), tell)

    guarded("ticker", tick)


def catalogue(
    file: Annotated[
        Path | None, typer.Option(help="YAML file of entities; the starter one by default.")
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


def keeper() -> None:
    """Keep the catalogue: take in what is discovered, and what people pick."""

    def tend(settings: ProducerSettings) -> None:
        with loading():
            from producers.catalogue.keeper import Keeper, keep
            from producers.catalogue.wikipedia import Encyclopedia

        own, stopping = settings.producer, stop_on_signals()
        asked = Encyclopedia(own.encyclopedia, own.user_agent, now) if own.encyclopedia else None
        tell = teller(settings.health_file, "keeper")
        tell("starting", "the catalogue")
        with HeldCatalogue(settings.kafka) as held:
            keep(Keeper(settings.kafka, held, asked), stopping.is_set, tell)

    guarded("keeper", tend)


def simulate(
    speed: Annotated[
        float | None, typer.Option(min=1.0, help="Simulated seconds per second of ours.")
    ] = None,
    history_hours: Annotated[
        int, typer.Option(min=25, help="Past to write before it goes live.")
    ] = 50,
    seed: Annotated[int, typer.Option(help="Same seed, same world.")] = 1,
) -> None:
    """Publish a simulated, labelled world whose clock runs faster than ours."""

    def pretend(settings: ProducerSettings) -> None:
        with loading():  # only the demo needs it
            from producers.simulate.run import simulate_world
        tell = teller(settings.health_file, "simulator")
        simulate_world(settings, stop_on_signals(), speed, history_hours, seed, tell)

    guarded("simulate", pretend)


def upstreams(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any.")] = 0,
    seed: Annotated[int, typer.Option(help="Same seed, same world.")] = 1,
    speed: Annotated[float, typer.Option(min=0.001, help="Its seconds per second of ours.")] = 1.0,
    faults: Annotated[Path | None, typer.Option(help="JSON list of what goes wrong.")] = None,
) -> None:
    """Answer on the loopback as every source does, out of the simulated world."""

    def answer(settings: ProducerSettings) -> None:
        from producers.simulate.upstreams.run import serve_upstreams

        own = settings.producer
        clock = clock_of(own if speed == 1 else own.model_copy(update={"clock_speed": speed}))
        serve_upstreams(clock, stop_on_signals(), port, seed, faults, own.catalogue)

    guarded("upstreams", answer)
