"""The catalogue as the resolver sees it: any version that a tick may name, read from its topic."""

import asyncio
from collections.abc import Mapping
from time import monotonic
from typing import Final

from confluent_kafka import Consumer, KafkaError, TopicPartition

from schemas.broker import confluent_options
from schemas.codec import decode_as
from schemas.errors import RetriableError
from schemas.records import Entity
from schemas.settings import KafkaSection
from schemas.topics import qualified
from streams.core.lexicon import Lexicon
from streams.core.resolve import Catalogue
from streams.core.spam_model import SpamModel

KEPT_VERSIONS: Final = 4
READ_WITHIN_S: Final = 60.0


def build(
    version: int, log: list[tuple[int, Entity]], spam_models: Mapping[str, SpamModel] | None = None
) -> Catalogue:
    """The catalogue of a version: the last record of each id among the offsets below it."""
    newest = {entity.id: entity for offset, entity in log if offset < version}
    return Catalogue(version, Lexicon.from_entities(
        newest[key] for key in sorted(newest) if newest[key].status != "deleted"
    ), spam_models or {})


class CatalogueLog:
    """Reads the compacted topic whole, in no group, and follows it."""

    def __init__(
        self, kafka: KafkaSection, spam_models: Mapping[str, SpamModel] | None = None
    ) -> None:
        self._spam_models = spam_models
        self._topic = qualified(kafka.namespace, "entities")
        self._log: list[tuple[int, Entity]] = []
        self._read_to = 0
        self._versions: dict[int, Catalogue] = {}
        self._consumer = Consumer({
            **confluent_options(kafka),
            "group.id": f"{self._topic}.readers",  # never joined: partitions are assigned by hand
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "auto.offset.reset": "earliest",
        })
        self._consumer.assign([TopicPartition(self._topic, 0, 0)])

    async def at(self, version: int) -> Catalogue:
        """The catalogue of a version. Waits until the topic was read that far.

        Raises RetriableError when it cannot be within a minute.
        """
        found = self._versions.get(version)
        if found is None:
            loop = asyncio.get_running_loop()
            found = await loop.run_in_executor(None, self._load, version)
            self._versions[version] = found
            for stale in sorted(self._versions)[:-KEPT_VERSIONS]:
                del self._versions[stale]
        return found

    def _load(self, version: int) -> Catalogue:
        deadline = monotonic() + READ_WITHIN_S
        while self._read_to < version:
            if monotonic() > deadline:
                raise RetriableError(
                    f"{self._topic} was read to {self._read_to}; a tick names {version}"
                )
            for message in self._consumer.consume(500, 0.5):
                problem = message.error()
                if problem is None:
                    value, offset = message.value(), message.offset() or 0
                    if value is not None:
                        self._log.append((offset, decode_as(Entity, value)))
                    self._read_to = max(self._read_to, offset + 1)
                elif problem.code() == KafkaError._PARTITION_EOF:
                    self._read_to = max(self._read_to, message.offset() or 0)
        return build(version, self._log, self._spam_models)

    def close(self) -> None:
        self._consumer.close()
