"""The servers that roles need, and how each role runs."""

from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, field_validator

from schemas.settings.section import Section
from schemas.shows import EXAMPLE, Show


class KafkaSection(Section):
    """Where the broker is and how the deployment cuts its topics."""

    bootstrap: str = Field("127.0.0.1:9092", description="host:port of any broker")
    namespace: str = Field(
        "", description="prefix of every topic and group; empty for live", pattern=r"^[a-z0-9-]*$"
    )
    raw_partitions: int = Field(3, ge=1, description="partitions of each raw topic")
    keyed_partitions: int = Field(
        12,
        ge=1,
        description="partitions of topics keyed by entity; fixed for the life of a deployment",
    )
    replication: int = Field(1, ge=1, description="copies of each partition")
    security_protocol: str = Field(
        "PLAINTEXT",
        description="PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL",
        pattern="^(PLAINTEXT|SSL|SASL_PLAINTEXT|SASL_SSL)$",
    )
    sasl_mechanism: str | None = Field(
        None,
        description="PLAIN, SCRAM-SHA-256, SCRAM-SHA-512",
        pattern="^(PLAIN|SCRAM-SHA-256|SCRAM-SHA-512)?$",
    )
    sasl_username: str | None = Field(None, description="who we are to a broker that asks")
    sasl_password: SecretStr | None = Field(None, description="the password of sasl_username")
    ssl_cafile: str | None = Field(None, description="file with the certificate authority")


class RegistrySection(Section):
    """An external schema registry; none is needed."""

    # Its address may hold a password, so it is not shown.
    url: str | None = Field(
        None, description="`heat topics apply` also registers there", repr=False
    )


class RedisSection(Section):
    """Cache, rate limits and locks; may vanish without loss."""

    url: SecretStr = Field(SecretStr("redis://127.0.0.1:6379/0"), description="redis:// address")


class GatewaySection(Section):
    """The public face."""

    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8080, ge=0, le=65535, description="port; 0 takes a free one")
    ring: int = Field(20_000, ge=100, description="recent events kept for resuming clients")
    shows: tuple[Show, ...] = Field(
        (),
        description="air times for /predictions/top?slot=, as JSON such as "
        f"`{EXAMPLE}`; a show needs name and at, else it is half an hour on weekdays in New York",
        examples=[EXAMPLE],
    )


class StreamSection(Section):
    """How the Faust workers run."""

    chunk_records: int = Field(2000, ge=1, description="most records in one chunk of a lane")
    session_timeout_s: float = Field(15.0, gt=0, description="Kafka group session timeout")
    watchdog_s: float = Field(
        120.0, gt=0, description="seconds without progress, while there is work, before exit 70"
    )
    data: Path | None = Field(
        None, description="folder of what a worker remembers of its topics; belongs to one broker"
    )
    config: Path | None = Field(None, description="YAML file with the computation's settings")
    calendar: Path | None = Field(
        None, description="YAML file with scheduled events of your own; see streams/tentpoles.yml"
    )
    overrides: dict[str, Any] = Field(
        default_factory=dict, description="single settings of the computation, as JSON"
    )
    models: Path | None = Field(
        None, description="folder of trained spam models; used when the configuration names them"
    )
    forecaster: str = Field(
        "", description="an installed forecast model, by its name under heat.forecasters; the "
        "daily role trains it too, and it serves once it beats the naive guess"
    )


class DailySection(Section):
    """What is done once a day and once a week."""

    train_weekday: int = Field(0, ge=0, le=6, description="day of the weekly training; 0 is Monday")
    train_hour: int = Field(5, ge=0, le=23, description="hour, in UTC, at which it begins")
    look_s: float = Field(60.0, gt=0, description="seconds between two looks at what is due")


class ProducerSection(Section):
    """How sources are asked."""

    user_agent: str = Field(
        "ETHeatmap/0.1 (+https://example.org/heat; newsroom@example.org)",
        description="who we say we are; put your contact here",
    )
    sources: Path | None = Field(None, description="YAML file with per-source settings")
    upstream: str | None = Field(
        None, description="address that answers for every source: a simulated upstream"
    )
    catalogue: Path | None = Field(None, description="catalogue file; the starter one by default")
    encyclopedia: str = Field(
        "https://en.wikipedia.org/api/rest_v1/page/summary",
        description="where page summaries are, to verify discoveries; empty: nobody is asked",
    )
    clock_start: int | None = Field(None, description="simulated clock: its first millisecond")
    clock_origin: int | None = Field(
        None, description="simulated clock: wall time of its start, ms"
    )
    clock_speed: float = Field(1.0, gt=0, description="simulated clock: its seconds per second")
    present: tuple[str, ...] = Field(
        (), description="sources whose partitions a tick names; all by default"
    )


class KeysSection(Section):
    """Keys of sources; one that is absent switches off what needs it, and nothing else."""

    @field_validator("*", mode="before")
    @classmethod
    def _empty_is_absent(cls, given: object) -> object:
        """A variable that is set to nothing holds no key."""
        return None if given == "" else given

    reddit_client_id: SecretStr | None = Field(None, description="of a Reddit script app")
    reddit_client_secret: SecretStr | None = Field(None, description="of the same app")
    youtube: SecretStr | None = Field(None, description="API key of YouTube Data v3")
    newsapi: SecretStr | None = Field(None, description="key of NewsAPI.org")
    x_bearer: SecretStr | None = Field(None, description="bearer token of X API v2")
    apify: SecretStr | None = Field(None, description="API token of Apify, for TikTok")
    scraperapi: SecretStr | None = Field(None, description="key of ScraperAPI, a paid transport")
    tmdb: SecretStr | None = Field(None, description="API key of TMDb, for the catalogue")


class LogSection(Section):
    """What the process writes about itself."""

    level: str = Field(
        "INFO",
        description="DEBUG, INFO, WARNING or ERROR",
        pattern="^(DEBUG|INFO|WARNING|ERROR)$",
    )
    format: str = Field(
        "text", description="text for people, json for machines", pattern="^(text|json)$"
    )


class StackSection(Section):
    """The embedded stack."""

    home: Path = Field(Path(".heat"), description="folder of its data, logs and state")
    usual_ports: bool = Field(
        True, description="false: take any free ports, even when 9092, 5432, 6379 and 8080 are free"
    )
