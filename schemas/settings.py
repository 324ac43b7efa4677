"""Every section of the settings, and the one way in which a role reads them.

A role composes the sections it needs in its own `settings.py`, so that none asks for another's
secrets. Variables are `HEAT_<SECTION>__<FIELD>`; one that no section knows is refused by name.
"""

import difflib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self, get_origin

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.errors import SettingsError
from schemas.shows import Show

PREFIX = "HEAT_"
NESTING = "__"


class Section(BaseModel):
    """A group of settings; unknown keys are errors and values never appear in them."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


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


class DatabaseSection(Section):
    """PostgreSQL, with or without TimescaleDB."""

    dsn: SecretStr = Field(
        SecretStr("postgresql://heat@127.0.0.1:5432/heat"), description="connection string"
    )


class MaintenanceSection(Section):
    """How long rows stay, and who tidies the tables."""

    every_minutes: float = Field(
        60.0, ge=0, description="the sinks tidy the tables this often; 0: only `heat maintain` does"
    )
    keep_mentions_days: int = Field(
        30, ge=4, le=3650, description="mentions, raw mentions and candidates stay this long"
    )
    keep_heat_days: int = Field(
        60, ge=4, le=3650, description="heat, velocity and predictions stay this long"
    )
    keep_operations_days: int = Field(
        30, ge=4, le=3650, description="audit, health and heartbeats stay this long"
    )
    compress_mentions_days: int = Field(
        7, ge=1, description="TimescaleDB compresses mentions that are older"
    )
    compress_heat_days: int = Field(
        14, ge=1, description="TimescaleDB compresses heat that is older"
    )
    compress_operations_days: int = Field(
        7, ge=1, description="TimescaleDB compresses audit and the like that is older"
    )
    ahead_days: int = Field(
        7, ge=1, le=60, description="days that PostgreSQL's partitions are made ahead"
    )
    quiet_days: int = Field(7, ge=1, description="an entity without a mention for so long is quiet")


class RedisSection(Section):
    """Cache, rate limits and locks; may vanish without loss."""

    url: SecretStr = Field(SecretStr("redis://127.0.0.1:6379/0"), description="redis:// address")


class ArchiveSection(Section):
    """Where sealed files outlive the retention of the topics: a folder, or an S3-compatible store.

    Keys that are left out are those that the machine gives its programs.
    """

    address: str | None = Field(
        None, description="a folder, or s3://bucket/prefix; empty: nothing is archived"
    )
    endpoint: str | None = Field(
        None, description="http(s) address of an S3-compatible server; empty: Amazon's"
    )
    region: str = Field("us-east-1", description="of the bucket")
    access_key_id: SecretStr | None = Field(None, description="who we are to the store")
    secret_access_key: SecretStr | None = Field(None, description="the secret of access_key_id")
    seal_after_s: float = Field(3600.0, gt=0, description="a file is sealed at this age at most")
    seal_bytes: int = Field(128 * 1024 * 1024, gt=0, description="and at about this size")


class BackupSection(Section):
    """Where backups of the database go, and which of them stay.

    Keys that are left out are those that the machine gives its programs.
    """

    address: str = Field(
        ".heat/backups", min_length=1, description="a folder, or s3://bucket/prefix"
    )
    endpoint: str | None = Field(
        None, description="http(s) address of an S3-compatible server; empty: Amazon's"
    )
    region: str = Field("us-east-1", description="of the bucket")
    access_key_id: SecretStr | None = Field(None, description="who we are to the store")
    secret_access_key: SecretStr | None = Field(None, description="the secret of access_key_id")
    keep_daily: int = Field(7, ge=1, description="days whose last backup stays")
    keep_weekly: int = Field(4, ge=0, description="weeks whose last backup stays")
    keep_monthly: int = Field(6, ge=0, description="months whose last backup stays")


class GatewaySection(Section):
    """The public face."""

    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8080, ge=0, le=65535, description="port; 0 takes a free one")
    ring: int = Field(20_000, ge=100, description="recent events kept for resuming clients")
    shows: tuple[Show, ...] = Field((), description="air times for /predictions/top?slot=, as JSON")


class StreamSection(Section):
    """How the Faust workers run."""

    chunk_records: int = Field(2000, ge=1, description="most records in one chunk of a lane")
    session_timeout_s: float = Field(15.0, gt=0, description="Kafka group session timeout")
    watchdog_s: float = Field(120.0, gt=0, description="lag without progress before exit 70")
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


SECTIONS: dict[str, type[Section]] = {
    "kafka": KafkaSection,
    "registry": RegistrySection,
    "database": DatabaseSection,
    "maintenance": MaintenanceSection,
    "redis": RedisSection,
    "archive": ArchiveSection,
    "backup": BackupSection,
    "gateway": GatewaySection,
    "stream": StreamSection,
    "producer": ProducerSection,
    "keys": KeysSection,
    "log": LogSection,
    "stack": StackSection,
}
PLAIN_FIELDS = ("health_file",)


def section_fields() -> dict[str, FieldInfo]:
    """The variable of every section's field, such as HEAT_GATEWAY__PORT, and what it declares."""
    return {
        f"{PREFIX}{name}{NESTING}{field}".upper(): about
        for name, section in SECTIONS.items()
        for field, about in section.model_fields.items()
    }


def known_variables() -> dict[str, str]:
    """Every variable that may be set, with what it means."""
    known = {f"{PREFIX}HEALTH_FILE": "file in which a role says how it is"}
    return known | {name: field.description or "" for name, field in section_fields().items()}


def refuse_unknown(environment: Mapping[str, str]) -> None:
    """Raise SettingsError for a HEAT_ variable that means nothing."""
    known = known_variables()
    for variable in sorted(environment):
        # Lower case counts too: the names of settings are read in any case.
        if variable.upper().startswith(PREFIX) and variable.upper() not in known:
            near = difflib.get_close_matches(variable.upper(), known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise SettingsError(f"unknown setting {variable}{hint}")


def refuse_broken_json(environment: Mapping[str, str]) -> None:
    """Raise SettingsError for a list or a mapping of values that is not written as JSON."""
    examples: dict[object, str] = {tuple: '["a", "b"]', dict: '{"a": 1}'}
    for variable, field in section_fields().items():
        example = examples.get(get_origin(field.annotation))
        if example is None or variable not in environment:
            continue
        try:
            json.loads(environment[variable])
        except ValueError:
            raise SettingsError(f"{variable}: should be JSON, such as {example}") from None


class RoleSettings(BaseSettings):
    """Base of every role's settings; subclasses add the sections they need."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter=NESTING,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )
    log: LogSection = LogSection()
    health_file: Path | None = None

    @classmethod
    def load(cls) -> Self:
        """Read the environment. Raises SettingsError naming the variable, never its value."""
        refuse_unknown(os.environ)
        refuse_broken_json({name.upper(): value for name, value in os.environ.items()})
        try:
            return cls()
        except ValidationError as refusal:
            first = refusal.errors(include_input=False, include_url=False)[0]
            where = NESTING.join(str(part) for part in first["loc"]).upper()
            raise SettingsError(f"{PREFIX}{where}: {first['msg']}") from None
