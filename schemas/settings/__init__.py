"""Every section of the settings, and the one way in which a role reads them.

A role composes the sections it needs in its own `settings.py`, so that none asks for another's
secrets. Variables are `HEAT_<SECTION>__<FIELD>`; one that no section knows is refused by name.
"""

from schemas.settings.catalogue import SECTIONS
from schemas.settings.reading import (
    NESTING,
    PLAIN_FIELDS,
    PREFIX,
    RoleSettings,
    known_variables,
    refuse_broken_json,
    refuse_unknown,
    section_fields,
)
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

__all__ = [
    "NESTING",
    "PLAIN_FIELDS",
    "PREFIX",
    "SECTIONS",
    "ArchiveSection",
    "BackupSection",
    "DailySection",
    "DatabaseSection",
    "GatewaySection",
    "KafkaSection",
    "KeysSection",
    "LogSection",
    "MaintenanceSection",
    "ProducerSection",
    "RedisSection",
    "RegistrySection",
    "RoleSettings",
    "Section",
    "StackSection",
    "StreamSection",
    "known_variables",
    "refuse_broken_json",
    "refuse_unknown",
    "section_fields",
]
