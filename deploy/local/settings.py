"""What the embedded stack reads from the environment, and what it hands to its children."""

import os
from pathlib import Path

KAFKA = "HEAT_KAFKA__BOOTSTRAP"
DATABASE = "HEAT_DATABASE__DSN"
REDIS = "HEAT_REDIS__URL"
GATEWAY_PORT = "HEAT_GATEWAY__PORT"
HEALTH_FILE = "HEAT_HEALTH_FILE"
HOME = "HEAT_STACK__HOME"

# Part of the stack -> the variable that names a server to use in its place.
EXTERNAL = {"kafka": KAFKA, "postgres": DATABASE, "redis": REDIS}


def home_folder() -> Path:
    """Where the stack lives unless told otherwise."""
    return Path(os.environ.get(HOME) or ".heat").absolute()


def external_addresses() -> dict[str, str]:
    """Servers that the settings name: these parts are not started."""
    return {part: os.environ[name] for part, name in EXTERNAL.items() if os.environ.get(name)}


def java_home() -> str | None:
    return os.environ.get("JAVA_HOME")


def gateway_port() -> int | None:
    """The port asked for, or None."""
    asked = os.environ.get(GATEWAY_PORT, "")
    return int(asked) if asked.isdigit() else None


def child_environment(extra: dict[str, str]) -> dict[str, str]:
    """Ours, with what the child must know."""
    return {**os.environ, "PYTHONUNBUFFERED": "1", **extra}
