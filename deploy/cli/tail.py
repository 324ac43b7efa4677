"""`heat tail`: heat and alerts as they are written, read from the topics themselves."""

import os
import sys
import time
from collections.abc import Iterator
from typing import Annotated, Any, Final

import msgspec
import orjson
import typer
from confluent_kafka import OFFSET_END, Consumer, KafkaException, TopicPartition

from gateway.cursor import parse_since
from gateway.reasons import sentence
from gateway.subscription import RefusedError
from schemas.broker import confluent_options
from schemas.clock import MINUTE_MS, Millis, iso
from schemas.codec import decode
from schemas.errors import RetriableError, UndecodableError
from schemas.records import Alert, Heat
from schemas.settings import KafkaSection, RoleSettings
from schemas.topics import qualified

KINDS: Final = ("heat", "alerts")
DEADLINE_S: Final = 10.0
CLOCK_SLACK_MS: Final = MINUTE_MS
SORTED_AT_ONCE: Final = 20_000
Told = Heat | Alert
Place = tuple[str, int]

Kinds = Annotated[str, typer.Option(help="heat, alerts or both, by comma.")]
Since = Annotated[
    str | None, typer.Option(help="`earliest`, an age such as 2h, or an ISO time with a zone.")
]
Entity = Annotated[str | None, typer.Option(help="One entity id.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Limit = Annotated[int | None, typer.Option(min=1, help="End after so many.")]
Follow = Annotated[bool, typer.Option(help="Wait for more at the end.")]


class TailSettings(RoleSettings):
    """A reader needs the broker and nothing else."""

    kafka: KafkaSection = KafkaSection()


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("tail")(tail)


def tail(
    kinds: Kinds = "alerts,heat",
    since: Since = None,
    entity: Entity = None,
    as_json: Json = False,
    limit: Limit = None,
    follow: Follow = True,
) -> None:
    """Print heat and alerts: from now on, or from --since on. Ctrl-C ends it."""
    wanted = kinds_of(kinds)
    moment_of(since, 0)
    reader = Reader(TailSettings.load().kafka, wanted)
    printed = 0
    try:
        for record in reader.read(since, follow):
            if entity is None or record.entity_id == entity:
                sys.stdout.write((json_line(record) if as_json else pretty(record)) + "\n")
                sys.stdout.flush()
                printed += 1
            if printed == limit:
                break
    except KeyboardInterrupt:
        pass
    except BrokenPipeError:
        # Whoever read us has seen enough; what is still buffered goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    finally:
        reader.close()


def kinds_of(text: str) -> tuple[str, ...]:
    """The kinds asked for. Raises BadParameter naming one that is none."""
    asked = tuple(dict.fromkeys(text.split(",")))
    for kind in asked:
        if kind not in KINDS:
            complaint = f"{kind!r} is none of {', '.join(KINDS)}"
            raise typer.BadParameter(complaint, param_hint="--kinds")
    return asked


def moment_of(since: str | None, newest: Millis) -> Millis:
    """The time to begin at; an age counts back from the newest record, not from our clock."""
    if since is None or since == "earliest":
        return 0
    try:
        return parse_since(since, newest)
    except RefusedError:
        complaint = f"{since!r} is not `earliest`, an age such as 2h or an ISO time with a zone"
        raise typer.BadParameter(complaint, param_hint="--since") from None


class Reader:
    """Reads topics without a group: it leaves no trace on the broker."""

    def __init__(self, kafka: KafkaSection, kinds: tuple[str, ...]) -> None:
        self._topics = [qualified(kafka.namespace, kind) for kind in kinds]
        self._where = kafka.bootstrap
        self._consumer: Any = Consumer(
            {
                **confluent_options(kafka),
                "group.id": "heat-tail",  # The client wants one; nothing is ever committed.
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "auto.offset.reset": "earliest",
                "log_level": 0,
            }
        )

    def close(self) -> None:
        self._consumer.close()

    def read(self, since: str | None, follow: bool) -> Iterator[Told]:
        """What is there from `since` on, by known time; then, if following, what comes."""
        ends = self._ends()
        moment, starts = self._starts(since, ends)
        self._consumer.assign(starts)
        left = _unread(ends, starts)
        there: list[Told] = []
        while left:
            there += (r for r in self._poll() if r.known_time >= moment)
            left = self._still(left)
            if len(there) >= SORTED_AT_ONCE or not left:
                yield from sorted(there, key=lambda record: (record.known_time, record.id))
                there.clear()
        while follow:
            yield from (r for r in self._poll() if r.known_time >= moment)

    def _poll(self) -> list[Told]:
        messages = self._consumer.consume(500, 0.2)
        failed = next((m.error() for m in messages if m.error()), None)
        if failed is not None:
            raise RetriableError(f"reading from {self._where}: {failed.str()}")
        return [record for m in messages if (record := _record(m)) is not None]

    def _still(self, left: dict[Place, int]) -> dict[Place, int]:
        """The partitions whose end was not reached; markers of transactions count as read."""
        asked = [TopicPartition(*place) for place in left]
        at = {(p.topic, p.partition): p.offset for p in self._consumer.position(asked)}
        return {place: end for place, end in left.items() if at[place] < end}

    def _ends(self) -> dict[Place, tuple[int, int]]:
        """First offset and end of each partition. Raises RetriableError naming what is missing."""
        try:
            found = self._consumer.list_topics(timeout=DEADLINE_S).topics
            missing = [topic for topic in self._topics if topic not in found]
            if missing:
                raise RetriableError(f"no topic {missing[0]} yet: `heat topics apply` makes it")
            places = [(topic, n) for topic in self._topics for n in found[topic].partitions]
            bounds = self._consumer.get_watermark_offsets
            return {place: bounds(TopicPartition(*place), timeout=DEADLINE_S) for place in places}
        except KafkaException as error:
            name = error.args[0].name()
            raise RetriableError(f"no Kafka broker answers at {self._where} ({name})") from error

    def _starts(
        self, since: str | None, ends: dict[Place, tuple[int, int]]
    ) -> tuple[Millis, list[TopicPartition]]:
        if since is None:
            return 0, [TopicPartition(*place, OFFSET_END) for place in ends]
        lowest = [TopicPartition(*place, low) for place, (low, _) in ends.items()]
        if since == "earliest":
            return 0, lowest
        newest, ahead = self._newest(ends)
        moment = moment_of(since, newest)
        if ahead:  # The log's stamps say nothing about a clock that runs before the broker's.
            return moment, lowest
        # Nothing is known after it was written, so a stamp bounds the known times before it.
        asked = [TopicPartition(*place, moment) for place in ends]
        return moment, self._consumer.offsets_for_times(asked, DEADLINE_S)

    def _newest(self, ends: dict[Place, tuple[int, int]]) -> tuple[Millis, bool]:
        """The newest known time, and whether it is later than the broker's stamp for it."""
        last = {place: max(low, high - 4) for place, (low, high) in ends.items() if high > low}
        self._consumer.assign([TopicPartition(*place, offset) for place, offset in last.items()])
        left = {place: ends[place][1] for place in last}
        newest, ahead, until = 0, False, time.monotonic() + DEADLINE_S
        while left and time.monotonic() < until:
            for message in self._consumer.consume(500, 0.1):
                record = None if message.error() else _record(message)
                if record is not None:
                    newest = max(newest, record.known_time)
                    ahead = ahead or record.known_time > message.timestamp()[1] + CLOCK_SLACK_MS
            left = self._still(left)
        return newest, ahead


def _unread(ends: dict[Place, tuple[int, int]], starts: list[TopicPartition]) -> dict[Place, int]:
    """Where reading has to get to, for each partition that holds something to read."""
    first = {(start.topic, start.partition): start.offset for start in starts}
    return {place: high for place, (_, high) in ends.items() if 0 <= first[place] < high}


def _record(message: Any) -> Told | None:
    """The record, or None after saying where one could not be read."""
    try:
        record = decode(message.value())
    except UndecodableError as error:
        where = f"{message.topic()}-{message.partition()}-{message.offset()}"
        sys.stderr.write(f"skipped {where}: {error}\n")
        return None
    return record if isinstance(record, Heat | Alert) else None


def json_line(record: Told) -> str:
    """The record with the topic it is on, times in milliseconds."""
    topic = "heat" if isinstance(record, Heat) else "alerts"
    return orjson.dumps({"topic": topic, **msgspec.to_builtins(record)}).decode()


def pretty(record: Told) -> str:
    """One line for a person; what was scraped cannot move the cursor of a terminal."""
    why = sentence(record.reasons[0]) if record.reasons else ""
    what = record.episode_state if isinstance(record, Heat) else f"ALERT {record.kind}"
    name = f"{record.entity_name} ({record.entity_type})"
    line = f"{iso(record.known_time)}  {record.display:5.1f}  {what:<15}  {name:<36}  {why}"
    return "".join(letter if letter.isprintable() else " " for letter in line).rstrip()
