"""What the producers need from the environment: the broker, Redis, and how sources are asked."""

from schemas.settings import KafkaSection, KeysSection, ProducerSection, RedisSection, RoleSettings


class ProducerSettings(RoleSettings):
    """Settings of every command of this package."""

    kafka: KafkaSection = KafkaSection()
    redis: RedisSection = RedisSection()
    producer: ProducerSection = ProducerSection()
    keys: KeysSection = KeysSection()
