"""Joins the parts of a worker: settings, app, the role's agents, checks, health."""

import tempfile
from pathlib import Path

from mode import Service

from schemas.broker import confluent_options
from schemas.loading import loading
from schemas.sources import SOURCE_TYPES
from schemas.telemetry import configure_logging
from schemas.topics import BY_NAME, partitions_of, qualified
from streams.garbage import settle
from streams.roles import INPUTS, OUTPUTS
from streams.runtime.app import HeatApp, build_app, run
from streams.runtime.credentials import credentials_of
from streams.runtime.health import Health
from streams.runtime.preflight import Needed, preflight
from streams.runtime.watchdog import Watchdog
from streams.settings import StreamSettings


def build(role: str, settings: StreamSettings) -> HeatApp:
    """The app of a role with its agents declared. Agents are imported by name, never found.

    Raises SettingsError for security settings that do not fit together.
    """
    kafka = settings.kafka
    app_id = settings.app_id(role)
    app = build_app(
        app_id,
        kafka.bootstrap,
        partitions_of(BY_NAME[INPUTS[role][0]], kafka),
        datadir=(settings.stream.data or Path(tempfile.gettempdir()) / "heat-workers") / app_id,
        session_timeout=settings.stream.session_timeout_s,
        chunk_records=settings.stream.chunk_records,
        kafka=confluent_options(kafka),
        credentials=credentials_of(kafka),
    )
    _declare(role, app, settings)
    return app


def _declare(role: str, app: HeatApp, settings: StreamSettings) -> None:
    """A role waits for its own imports, not for those of the others."""
    if role == "resolve":
        from streams.agents import resolve

        resolve.declare(app, settings, tuple(SOURCE_TYPES))
    elif role == "measure":
        from streams.agents import measure

        measure.declare(app, settings)
    elif role == "stories":
        from streams.agents import stories

        stories.declare(app, settings)
    else:
        from streams.agents import discover

        discover.declare(app, settings)


def needed(role: str, settings: StreamSettings) -> list[Needed]:
    """The topics that a role reads and writes, as they must be before it starts."""
    kafka = settings.kafka
    topics = [BY_NAME[name] for name in (*INPUTS[role], *OUTPUTS[role])]
    return [
        Needed(qualified(kafka.namespace, t.name), partitions_of(t, kafka), compact=t.compact)
        for t in topics
    ]


def work(role: str) -> None:
    """Run a worker until it is told to stop. Never returns normally."""
    settings = StreamSettings.load()
    configure_logging(f"worker-{role}", settings.log)
    with loading():
        app = build(role, settings)
    preflight(app, *needed(role, settings))
    services: list[Service] = [Watchdog(app, settings.stream.watchdog_s)]
    if settings.health_file:
        services.append(Health(app, f"worker-{role}", settings.health_file))
    settle()
    run(app, *services)
