"""Where rows, files and copies are kept, and for how long."""

from pydantic import Field, SecretStr

from schemas.settings.section import Section


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
        3, ge=1, le=60, description="days that PostgreSQL's partitions are made ahead"
    )
    quiet_days: int = Field(7, ge=1, description="an entity without a mention for so long is quiet")


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
