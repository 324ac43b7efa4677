"""What the role of the long view needs from the environment."""

from schemas.settings import DailySection, KafkaSection, RoleSettings, StreamSection


class DailySettings(RoleSettings):
    """The broker, when the weekly training is, and which installed model is trained beside ours."""

    kafka: KafkaSection = KafkaSection()
    daily: DailySection = DailySection()
    stream: StreamSection = StreamSection()
