"""alerts.proposed in; alerts out. One partition and one table: the stories, and the clocks."""

from collections.abc import Iterable
from typing import Final

from schemas.codec import encode
from schemas.records import Alert, Proposal, Record
from schemas.topics import qualified
from streams.agents.folding import Folding, declare_folding
from streams.core.stories import StoryPartition
from streams.runtime.app import HeatApp
from streams.runtime.outbox import ANY_PARTITION, Output
from streams.settings import StreamSettings

PARTITIONS: Final = 1  # a story may be about any two entities


class Storyteller(Folding[StoryPartition]):
    """The partition of proposals, in the one worker that owns it."""

    role = "stories"
    topic = "alerts.proposed"

    def rebuilt(self, rows: dict[bytes, bytes]) -> StoryPartition:
        return StoryPartition(self._config, rows)

    def enter(self, fold: StoryPartition, record: Record, offset: int) -> bool:
        if not isinstance(record, Proposal):
            return False
        fold.proposal(record, offset)
        return True

    def close(self, fold: StoryPartition) -> Iterable[Alert]:
        return fold.close()

    def output(self, event: Record) -> Output:
        assert isinstance(event, Alert)
        alerts = qualified(self._settings.kafka.namespace, "alerts")
        return alerts, ANY_PARTITION, event.entity_id.encode(), encode(event)


def declare(app: HeatApp, settings: StreamSettings) -> None:
    """The role's agent and its table."""
    told = "the stories that are out; how far each partition of mentions has passed"
    declare_folding(app, settings, Storyteller, "stories", PARTITIONS, told)
