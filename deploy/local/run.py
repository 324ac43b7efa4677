"""Runs a whole world on this machine: servers, topics and tables, roles; until asked to stop."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from rich.console import Console

from deploy import topics
from deploy.local import roles
from deploy.local.console import Board, FetchBar, say, telling
from deploy.local.home import Home
from deploy.local.settings import LocalSettings
from deploy.local.stack import Stack
from deploy.local.stopping import StopSignals
from deploy.local.supervisor import Post, Supervisor
from producers.catalogue.imports import read_file
from producers.catalogue.load import STARTER
from producers.catalogue.publish import publish_entities
from schemas.broker import confluent_options
from schemas.settings import KafkaSection, ProducerSection
from sinks.migrate import migrate


@dataclass(frozen=True, slots=True)
class World:
    """What distinguishes one way of running from another."""

    name: str
    roles: tuple[roles.Role, ...]
    folder: Path
    greeting: str
    env: Mapping[str, str] = field(default_factory=dict)
    layout: Mapping[str, int] = field(default_factory=dict)  # partitions, where not chosen

    def kafka(self, chosen: KafkaSection) -> KafkaSection:
        """The settings of the broker as this world uses them."""
        own = {k: n for k, n in self.layout.items() if k not in chosen.model_fields_set}
        return chosen.model_copy(update=own)


DEMO_SPEED = 600
DEMO_LOOK_S = 15  # a day of the demo is over in two minutes and a half


def world_of(name: str, settings: LocalSettings) -> World:
    """`live` or `demo`; each keeps its own folder, so neither sees the other's mentions."""
    home, chosen = settings.stack.home.absolute(), settings.producer.model_fields_set
    if name == "demo":
        speed = settings.producer.clock_speed if "clock_speed" in chosen else DEMO_SPEED
        greeting = (
            "SIMULATED WORLD: its people and stories are made up, and its clock runs "
            f"{speed:g} times faster than ours"
        )
        env = {"HEAT_PRODUCER__CLOCK_SPEED": f"{speed:g}", "HEAT_DAILY__LOOK_S": str(DEMO_LOOK_S)}
        cast = tuple(roles.simulated())
        return World(name, cast, home / "demo", greeting, env, roles.DEMO_LAYOUT)
    # An interval waits for the sources that its tick names: those that run here, and no others.
    running = sources_that_run(settings)
    named = settings.producer.present if "present" in chosen else running
    env = {"HEAT_PRODUCER__PRESENT": json.dumps(named)}
    return World(name, tuple(roles.live(running)), home, "", env)


def sources_that_run(settings: LocalSettings) -> tuple[str, ...]:
    """The sources that have every key they need and are not switched off."""
    from producers.config import load_options, runnable  # only the live world asks sources

    return tuple(runnable(load_options(settings.producer.sources), settings.keys))


def prepare(stack: Stack, kafka: KafkaSection, producer: ProducerSection) -> None:
    """Topics as the catalogue of topics wants them, entities published, tables migrated."""
    reached = kafka.model_copy(update={"bootstrap": stack.kafka_bootstrap})
    topics.apply(reached)
    publish_entities(read_file(producer.catalogue or STARTER), reached)
    migrate(stack.postgres_dsn)


def run_world(world: World, settings: LocalSettings, console: Console) -> None:
    """Start everything, watch it, stop it when asked. Call on the main thread."""
    bar = FetchBar(console)
    with StopSignals() as signals:
        try:
            stack = Stack(
                world.folder,
                external=settings.external,
                telling=telling(console, bar),
                broker_options=confluent_options(settings.kafka),
                usual_ports=settings.stack.usual_ports,
            )
            say(console, f"Starting in {world.folder}")
            with stack:
                prepare(stack, world.kafka(settings.kafka), settings.producer)
                signals.patient = True
                _supervise(world, settings, stack, console, signals)
        except KeyboardInterrupt:
            say(console, "Stopped before everything had started")
        finally:
            bar.close()


def _supervise(
    world: World, settings: LocalSettings, stack: Stack, console: Console, signals: StopSignals
) -> None:
    asked = settings.gateway.port if "port" in settings.gateway.model_fields_set else None
    port = roles.gateway_port(asked if settings.stack.usual_ports else asked or 0)
    gateway = roles.gateway_address(settings.gateway.host, port)
    dashboard = f"{gateway}/trends/dashboard"
    workers = settings.stream.data or stack.home.workers
    archive = settings.archive.address or str(stack.home.archive)
    env = roles.surroundings(stack.addresses, port, workers, archive)
    kafka = world.kafka(settings.kafka)
    layout = {f"HEAT_KAFKA__{name.upper()}": str(getattr(kafka, name)) for name in world.layout}
    env = {**env, **world.env, **layout}
    posts = [Post(roles.program(role, stack.home, env, gateway)) for role in world.roles]
    parts = [Post.taken_over(child) for child in stack.children.values()]
    board = Board(console, [*parts, *posts])
    announce = _announcer(console, world, dashboard)

    def changed(post: Post) -> None:
        board.changed(post)
        _write_down(stack, supervisor, world, dashboard)
        announce(supervisor.all_ready)

    supervisor = Supervisor(parts, posts, changed)
    with board:
        for part in parts:
            board.changed(part)
        try:
            supervisor.run(signals.asked)
            say(console, "Stopping; Ctrl-C again to end at once")
        finally:
            supervisor.stop(signals.hurried)
    say(console, "Stopped")


def _announcer(console: Console, world: World, dashboard: str) -> Callable[[bool], None]:
    """Says once where to look."""
    told: list[bool] = []

    def announce(ready: bool) -> None:
        if ready and not told:
            told.append(True)
            if world.greeting:
                say(console, world.greeting, "bold yellow")
            say(console, f"Dashboard: {dashboard}")
            say(console, "Ctrl-C stops everything")

    return announce


def _write_down(stack: Stack, supervisor: Supervisor, world: World, dashboard: str) -> None:
    """So that `heat status` and `heat down` in another terminal know."""
    told = {
        post.program.name: {"phase": str(post.phase), "why": post.why, "restarts": post.restarts}
        for post in supervisor.posts
    }
    home: Home = stack.home
    home.write(
        replace(
            stack.state(),
            children=supervisor.children(),
            roles=told,
            world=world.name,
            dashboard=dashboard,
            ready=supervisor.all_ready,
        )
    )
