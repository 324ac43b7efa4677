"""A broker that answers, or a word about it within seconds: a person waits."""

from typing import Final

from deploy.broker import Broker
from schemas.errors import RetriableError, SettingsError
from schemas.settings import KafkaSection

PATIENCE_S: Final = 4.0  # what else a command does before it speaks takes some, too


def reached(kafka: KafkaSection) -> KafkaSection:
    """The same settings. Raises SettingsError when no broker answers there."""
    try:
        Broker(kafka, PATIENCE_S).names()
    except RetriableError as absent:
        raise SettingsError(
            f"{absent}: `heat up` starts a stack, and `heat demo` one with a simulated world;"
            " HEAT_KAFKA__BOOTSTRAP names another broker"
        ) from absent
    return kafka
