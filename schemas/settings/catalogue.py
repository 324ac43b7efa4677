"""Every section by the name that its variables carry."""

from schemas.settings.roles import (
    DailySection,
    GatewaySection,
    KafkaSection,
    KeysSection,
    LogSection,
    ProducerSection,
    RedisSection,
    RegistrySection,
    StackSection,
    StreamSection,
)
from schemas.settings.section import Section
from schemas.settings.storage import (
    ArchiveSection,
    BackupSection,
    DatabaseSection,
    MaintenanceSection,
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
    "daily": DailySection,
    "producer": ProducerSection,
    "keys": KeysSection,
    "log": LogSection,
    "stack": StackSection,
}
