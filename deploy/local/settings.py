"""What the embedded stack reads from the environment, and what it hands to its children."""

import os
from collections.abc import Mapping
from pathlib import Path

from schemas.settings import (
    ArchiveSection,
    DatabaseSection,
    GatewaySection,
    KafkaSection,
    KeysSection,
    ProducerSection,
    RedisSection,
    RoleSettings,
    StackSection,
    StreamSection,
    refuse_unknown,
)

KAFKA = "HEAT_KAFKA__BOOTSTRAP"
DATABASE = "HEAT_DATABASE__DSN"
REDIS = "HEAT_REDIS__URL"
GATEWAY_PORT = "HEAT_GATEWAY__PORT"
STREAM_DATA = "HEAT_STREAM__DATA"
ARCHIVE = "HEAT_ARCHIVE__ADDRESS"
HEALTH_FILE = "HEAT_HEALTH_FILE"
STACK_HOME = "HEAT_STACK__HOME"

# Part of the stack -> the variable that names a server to use in its place.
EXTERNAL = {"kafka": KAFKA, "postgres": DATABASE, "redis": REDIS}


class LocalSettings(RoleSettings):
    """The sections that say where things are; an address that is set is somebody else's server."""

    stack: StackSection = StackSection()
    kafka: KafkaSection = KafkaSection()
    database: DatabaseSection = DatabaseSection()
    redis: RedisSection = RedisSection()
    gateway: GatewaySection = GatewaySection()
    producer: ProducerSection = ProducerSection()
    keys: KeysSection = KeysSection()
    stream: StreamSection = StreamSection()
    archive: ArchiveSection = ArchiveSection()

    @property
    def external(self) -> dict[str, str]:
        """Servers named by the settings, by part: these are not started."""
        named = {
            "kafka": ("bootstrap" in self.kafka.model_fields_set, self.kafka.bootstrap),
            "postgres": (
                "dsn" in self.database.model_fields_set,
                self.database.dsn.get_secret_value(),
            ),
            "redis": ("url" in self.redis.model_fields_set, self.redis.url.get_secret_value()),
        }
        return {part: address for part, (is_set, address) in named.items() if is_set and address}


def java_home() -> str | None:
    """Where the machine says its Java is."""
    return os.environ.get("JAVA_HOME")


def child_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Ours, with what the child must know."""
    return {**os.environ, "PYTHONUNBUFFERED": "1", **extra}


def names_a_server() -> bool:
    """Whether the environment says where a server is. Raises SettingsError for an unknown name."""
    refuse_unknown(dict(os.environ))
    return any(variable in os.environ for variable in EXTERNAL.values())


def home_folder() -> Path:
    """Where the stack keeps its state, without reading any other setting."""
    return Path(os.environ.get(STACK_HOME, str(StackSection().home))).absolute()


def adopt(found: Mapping[str, str]) -> None:
    """Make these the addresses of this process and its children, where none is set."""
    for variable, address in found.items():
        os.environ.setdefault(variable, address)
