"""The admin side of one Kafka cluster: look, create, mend, delete; every call with a deadline."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # they are not in its __all__
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourceType,
)

from schemas.broker import confluent_options
from schemas.errors import FatalError, RetriableError
from schemas.settings import KafkaSection

DEADLINE_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """A topic as it should be on the broker, under its full name."""

    name: str
    partitions: int
    replication: int
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Actual:
    """A topic as the broker has it."""

    partitions: int
    config: Mapping[str, str]


class Broker:
    """Calls block until the cluster agrees or the deadline passes."""

    def __init__(self, kafka: KafkaSection, deadline_s: float = DEADLINE_S) -> None:
        self._where = kafka.bootstrap
        self._deadline_s = deadline_s
        # The client's own log would repeat each refused connection on standard error.
        self._admin = AdminClient({**confluent_options(kafka), "log_level": 0})

    def names(self) -> dict[str, int]:
        """Topics that can be used at this moment, with their partition counts."""
        try:
            found = self._admin.list_topics(timeout=self._deadline_s).topics.values()
        except KafkaException as error:
            raise self._unreachable(error) from error
        return {str(t.topic): len(t.partitions) for t in found if t.error is None}

    def actual(self, names: Iterable[str]) -> dict[str, Actual]:
        counts = self.names()
        there = [name for name in names if name in counts]
        asked = [ConfigResource(ResourceType.TOPIC, name) for name in there]
        answers = self._settle(self._admin.describe_configs(asked)) if asked else {}
        configs = {
            resource.name: {entry.name: str(entry.value) for entry in entries.values()}
            for resource, entries in answers.items()
        }
        return {name: Actual(counts[name], configs[name]) for name in there}

    def create(self, topics: Iterable[Wanted]) -> None:
        """Create and wait until each can be used. One made by somebody else meanwhile is fine."""
        wanted = list(topics)
        new = [NewTopic(t.name, t.partitions, t.replication, config=dict(t.config)) for t in wanted]
        if not new:
            return
        self._settle(self._admin.create_topics(new), KafkaError.TOPIC_ALREADY_EXISTS)
        names = {t.name for t in wanted}
        self._await(lambda: names - self.names().keys(), "appear")

    def configure(self, changes: Mapping[str, Mapping[str, str]]) -> None:
        """Set these settings of these topics and leave their others alone."""
        set_to = AlterConfigOpType.SET
        resources = [
            ConfigResource(
                ResourceType.TOPIC,
                name,
                incremental_configs=[
                    ConfigEntry(setting, value, incremental_operation=set_to)
                    for setting, value in settings.items()
                ],
            )
            for name, settings in changes.items()
        ]
        if resources:
            self._settle(self._admin.incremental_alter_configs(resources))
            self._await(lambda: self._lacks(changes), "take its settings")

    def delete(self, names: Iterable[str]) -> None:
        gone = set(names)
        if gone:
            futures = self._admin.delete_topics(sorted(gone))
            self._settle(futures, KafkaError.UNKNOWN_TOPIC_OR_PART)
            self._await(lambda: gone & self.names().keys(), "go")

    def groups(self, prefix: str) -> list[str]:
        try:
            listed = self._admin.list_consumer_groups(request_timeout=self._deadline_s).result()
        except KafkaException as error:
            raise self._unreachable(error) from error
        return sorted(g.group_id for g in listed.valid if g.group_id.startswith(prefix))

    def delete_groups(self, groups: list[str]) -> list[str]:
        """The ones that went. One with members stays: a killed member is in it for some seconds."""
        if not groups:
            return []
        futures = self._admin.delete_consumer_groups(groups)
        gone_or_in_use = (KafkaError.GROUP_ID_NOT_FOUND, KafkaError.NON_EMPTY_GROUP)
        return list(self._settle(futures, *gone_or_in_use))

    def _lacks(self, changes: Mapping[str, Mapping[str, str]]) -> set[str]:
        there = self.actual(changes)
        return {name for name in there if not changes[name].items() <= there[name].config.items()}

    def _await(self, missing: Callable[[], set[str]], what: str) -> None:
        """A broker agrees first and changes a moment later; return when it has changed."""
        until = time.monotonic() + self._deadline_s
        while waiting := missing():
            if time.monotonic() > until:
                raise RetriableError(f"waited {self._deadline_s:g} s for {min(waiting)} to {what}")
            time.sleep(0.05)

    def _settle(self, futures: Mapping[Any, Any], *fine: int) -> dict[Any, Any]:
        """The answers by what was asked; the first refusal is raised with the name it is about."""
        answers = {}
        for asked, future in futures.items():
            try:
                answers[asked] = future.result(timeout=self._deadline_s)
            except KafkaException as error:
                if error.args[0].code() not in fine:
                    name = getattr(asked, "name", asked)
                    raise FatalError(f"{name}: {error.args[0].str()}") from error
        return answers

    def _unreachable(self, error: KafkaException) -> RetriableError:
        return RetriableError(f"no Kafka broker answers at {self._where} ({error.args[0].name()})")
