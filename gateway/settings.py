"""What the gateway needs to know, and how patient its streams are."""

from dataclasses import dataclass

from schemas.settings import (
    DatabaseSection,
    GatewaySection,
    KafkaSection,
    ProducerSection,
    RedisSection,
    RoleSettings,
)


class GatewaySettings(RoleSettings):
    """`redis` and `database` are None unless set: nothing but /export depends on them."""

    kafka: KafkaSection = KafkaSection()
    gateway: GatewaySection = GatewaySection()
    producer: ProducerSection = ProducerSection()
    redis: RedisSection | None = None
    database: DatabaseSection | None = None

    @property
    def database_dsn(self) -> str | None:
        """Where exports come from."""
        return None if self.database is None else self.database.dsn.get_secret_value()

    @property
    def simulated_clock(self) -> bool:
        """Whether the deployment's clock is not ours, which a viewer must be told."""
        return self.producer.clock_start is not None or self.producer.clock_speed != 1.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a stream waits, in seconds unless named otherwise. Tests make them short."""

    heartbeat: float = 15.0
    stalled: float = 10.0  # one frame that cannot be handed to the connection for so long
    cursor_ahead: float = 3.0  # another gateway may be a moment ahead of this one
    retry_ms: int = 2000  # what an EventSource is told to wait before it connects again
    batch: int = 128  # events between two looks at the client
    streams: int = 1000  # open at once
    frames_per_minute: int = 30  # that a WebSocket client may send: it has nothing to say
