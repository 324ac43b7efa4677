"""entities.candidates in; discoveries and questions out. A row per name, and per partition."""

from collections.abc import Iterable
from typing import Final

from schemas.codec import encode
from schemas.records import Candidate, Discovery, Question, Record
from schemas.topics import qualified
from streams.agents.folding import Folding, declare_folding
from streams.core.discovery import NAMES
from streams.core.intervals import MentionPartition
from streams.core.naming import name_of
from streams.core.pipeline import emitted
from streams.runtime.app import HeatApp
from streams.runtime.outbox import ANY_PARTITION, Output
from streams.settings import StreamSettings

STEP_EVENTS: Final = 500


class Discoverer(Folding[MentionPartition]):
    """The partitions of candidates that this worker owns."""

    role = "discover"
    topic = "entities.candidates"

    def rebuilt(self, rows: dict[bytes, bytes]) -> MentionPartition:
        return MentionPartition(self._config, rows, NAMES)

    def enter(self, fold: MentionPartition, record: Record, offset: int) -> bool:
        if not isinstance(record, Candidate):
            return False
        if name_of(record):
            fold.mention(record, offset)
        return True

    def close(self, fold: MentionPartition) -> Iterable[Record]:
        return fold.close(most=STEP_EVENTS)

    def closed(self, fold: MentionPartition) -> int:
        return fold.progress.closed

    def output(self, event: Record) -> Output:
        topic = qualified(self._settings.kafka.namespace, emitted(event).topic)
        return topic, ANY_PARTITION, key_of(event).encode(), encode(event)


def key_of(event: Record) -> str:
    """Steps of an entity stay together; a question takes the place of its older self."""
    if isinstance(event, Discovery):
        return event.entity_id
    if isinstance(event, Question):
        return f"{event.question_id} {event.state}"
    raise TypeError(f"discovery lets no {event.schema_name} out")


def declare(app: HeatApp, settings: StreamSettings) -> None:
    """The role's agent and its table."""
    partitions = settings.kafka.keyed_partitions
    told = "per unknown name: whose voices, spellings, outcome; per partition: its ticks"
    declare_folding(app, settings, Discoverer, "names", partitions, told)
