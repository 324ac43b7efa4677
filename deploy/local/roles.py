"""The roles of ET Heatmap as programs: what each runs, how it says that it is ready."""

import json
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local import ports, settings
from deploy.local.child import Probe, Program
from deploy.local.home import Home

GATEWAY = "gateway"
GATEWAY_DEFAULT_PORT = 8080
KEYLESS = ("trades", "google-news", "reddit", "google-trends", "wikipedia", "boxoffice")
LOOK_EVERY = 2.0
# Ten ticks a second, each to every partition: a few partitions are enough to show.
DEMO_LAYOUT = {"raw_partitions": 1, "keyed_partitions": 4}


@dataclass(frozen=True, slots=True)
class Role:
    """One process of the system; `command` follows the Python interpreter."""

    name: str
    command: tuple[str, ...]
    stop_within: float = 10.0


def _module(name: str, module: str, *arguments: str, stop_within: float = 10.0) -> Role:
    return Role(name, ("-m", module, *arguments), stop_within)


def _after_the_producers() -> list[Role]:
    return [
        _module("worker-resolve", "streams", "resolve", stop_within=30.0),
        _module("worker-measure", "streams", "measure", stop_within=30.0),
        _module("worker-stories", "streams", "stories", stop_within=30.0),
        _module("worker-discover", "streams", "discover", stop_within=30.0),
        _module("worker-forecast", "streams", "forecast"),
        _module("keeper", "producers", "keeper"),
        _module("sink", "sinks", "run", stop_within=20.0),
        _module("daily", "deploy.daily"),
        _module(GATEWAY, "gateway"),
    ]


def live(sources: Sequence[str] = KEYLESS) -> list[Role]:
    """The world as it is."""
    producers = [_module(source, "producers", "run", source) for source in sources]
    archive = _module("archive", "sinks", "archive", stop_within=30.0)
    return [_module("ticker", "producers", "ticker"), *producers, *_after_the_producers(), archive]


def simulated() -> list[Role]:
    """The labelled simulated world, which brings its own clock."""
    return [_module("simulator", "producers", "simulate"), *_after_the_producers()]


WORLDS = {"live": live, "demo": simulated}


def gateway_port(asked: int | None) -> int:
    """The port asked for as it is (0 asks for any); else the usual one when nobody holds it."""
    return asked or ports.choose(GATEWAY_DEFAULT_PORT if asked is None else 0)


def gateway_address(host: str, port: int) -> str:
    """Where to reach the gateway from this machine, which may listen on every address."""
    reachable = ports.LOOPBACK if host in {"0.0.0.0", "::", ""} else host  # noqa: S104 - compared
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"


def surroundings(
    found: Mapping[str, str], port: int, workers: Path, archive: str
) -> dict[str, str]:
    """The variables by which a role finds servers, archive, and its own memory of this broker."""
    named = {variable: found[part] for part, variable in settings.EXTERNAL.items() if part in found}
    return {
        **named,
        settings.GATEWAY_PORT: str(port),
        settings.STREAM_DATA: str(workers),
        settings.ARCHIVE: archive,
    }


def program(role: Role, home: Home, env: Mapping[str, str], gateway: str) -> Program:
    """A role as a program to supervise."""
    health = home.health / f"{role.name}.json"
    by_http = role.name == GATEWAY
    return Program(
        name=role.name,
        argv=[sys.executable, *role.command],
        log=home.logs / f"{role.name}.log",
        ready=says_ok(f"{gateway}/health") if by_http else writes_ok(health),
        env=settings.child_environment({**env, settings.HEALTH_FILE: str(health)}),
        stop_within=role.stop_within,
        health_file=health,
        look_every=LOOK_EVERY,
    )


def writes_ok(health: Path) -> Probe:
    """A probe of a role that keeps a health file."""

    def probe() -> str | None:
        try:
            told = json.loads(health.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return "its first word"
        except (OSError, ValueError):
            return "a readable health file"
        return read_health(told)

    return probe


def read_health(told: object) -> str | None:
    """None when it says ok; else what it says."""
    if not isinstance(told, dict) or "status" not in told:
        return "a health file with a status"
    if told["status"] == "ok":
        return None
    return str(told.get("detail") or told["status"])


def says_ok(url: str) -> Probe:
    """A probe of a role that answers over HTTP; 503 means that a dependency of it is down."""

    def probe() -> str | None:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own address, http only
                return None
        except urllib.error.HTTPError as refusal:
            with refusal:
                return f"{url} to be well (it answers {refusal.code})"
        except (OSError, ValueError):
            return f"an answer from {url}"

    return probe
