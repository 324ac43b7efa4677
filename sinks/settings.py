"""What a sink reads from its environment."""

from schemas.settings import DatabaseSection, KafkaSection, MaintenanceSection, RoleSettings


class SinkSettings(RoleSettings):
    """Kafka to read from, PostgreSQL to write to."""

    kafka: KafkaSection = KafkaSection()
    database: DatabaseSection = DatabaseSection()
    maintenance: MaintenanceSection = MaintenanceSection()
