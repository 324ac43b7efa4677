"""Read what a replay left in its topics, each event once."""

from deploy.replay.topic_reader import read_topics
from schemas.settings import KafkaSection
from streams.replay.account import Account
from streams.replay.digest import Digest

OUTPUTS = ("mentions", "entities.candidates", "velocity", "heat", "alerts.proposed",
           "alerts", "discoveries", "resolve.queue")


def read_outcome(kafka: KafkaSection) -> Account:
    """The account of a namespace. Raises FatalError for an id with two payloads."""
    account = Account(Digest(fold=True))
    read_topics(kafka, OUTPUTS, account.add)
    return account
