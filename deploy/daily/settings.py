"""What the role of the long view needs from the environment."""

from schemas.settings import DailySection, KafkaSection, RoleSettings


class DailySettings(RoleSettings):
    """The broker, and when the weekly training is."""

    kafka: KafkaSection = KafkaSection()
    daily: DailySection = DailySection()
