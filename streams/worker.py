"""Joins the parts of a worker: settings, app, the role's agents, checks, health."""

import tempfile
from pathlib import Path
from typing import Final

from schemas.broker import confluent_options
from schemas.sources import SOURCE_TYPES
from schemas.telemetry import configure_logging
from streams.agents import measure, resolve
from streams.runtime.app import HeatApp, build_app, run
from streams.settings import StreamSettings

ROLES: Final = ("resolve", "measure")


def build(role: str, settings: StreamSettings) -> HeatApp:
    """The app of a role with its agents declared. Agents are imported by name, never found."""
    kafka = settings.kafka
    app_id = settings.app_id(role)
    app = build_app(
        app_id,
        kafka.bootstrap,
        kafka.raw_partitions if role == "resolve" else kafka.keyed_partitions,
        datadir=Path(tempfile.gettempdir()) / app_id,
        session_timeout=settings.stream.session_timeout_s,
        chunk_records=settings.stream.chunk_records,
        kafka=confluent_options(kafka),
    )
    if role == "resolve":
        resolve.declare(app, settings, tuple(SOURCE_TYPES))
    else:
        measure.declare(app, settings)
    return app


def work(role: str) -> None:
    """Run a worker until it is told to stop. Never returns normally."""
    settings = StreamSettings.load()
    configure_logging(f"worker-{role}", settings.log)
    run(build(role, settings))
