"""Every schema version has an example that is read by us, by plain Avro, and by people."""

import io
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import fastavro
import msgspec
import pytest

from schemas.clock import end_of, is_poll, millis
from schemas.codec import FRAME, decode, encode
from schemas.ids import mention_id
from schemas.records import Alert, Heat, RawMention, Velocity
from schemas.registry import SchemaVersion, all_versions, latest
from tests.schemas.derive import TIMES
from tests.schemas.examples import FOLDER, example, name_of, text_of

every_version = pytest.mark.parametrize(
    "version", all_versions(), ids=lambda v: f"{v.subject}-{v.major}.{v.minor}"
)
INVENTED_HOSTS = ("example.org", "example.com", "example.net")


def as_told(value: Any) -> Any:
    """Datetimes as the milliseconds that records hold; a naive one is refused by `millis`."""
    if isinstance(value, dict):
        return {key: as_told(part) for key, part in value.items()}
    if isinstance(value, list):
        return [as_told(part) for part in value]
    return millis(value) if isinstance(value, datetime) else value


def plain_avro(version: SchemaVersion) -> dict[str, Any]:
    """The example as a stranger reads it: fastavro, the schema's text, logical types."""
    record = example(version)
    writer = fastavro.parse_schema(latest(version.subject).parsed)
    body = io.BytesIO(encode(record)[FRAME.size :])
    read = fastavro.schemaless_reader(body, writer, fastavro.parse_schema(version.parsed))
    assert isinstance(read, dict)
    return read


def urls_in(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["url"]] if value.get("url") else []
        return own + [url for part in value.values() for url in urls_in(part)]
    if isinstance(value, list):
        return [url for part in value for url in urls_in(part)]
    return []


def test_each_version_has_an_example_and_each_example_a_version() -> None:
    there = {file.name for file in FOLDER.iterdir() if file.name.endswith(".json")}
    assert there == {name_of(version) for version in all_versions()}


@every_version
def test_an_example_travels_through_the_codec(version: SchemaVersion) -> None:
    record = example(version)
    assert decode(encode(record)) == record


@every_version
def test_an_example_shows_every_field_in_the_order_of_its_schema(version: SchemaVersion) -> None:
    assert list(json.loads(text_of(version))) == [f["name"] for f in version.parsed["fields"]]


@every_version
def test_plain_avro_reads_an_example_with_its_times(version: SchemaVersion) -> None:
    read, ours = plain_avro(version), msgspec.to_builtins(example(version), builtin_types=(bytes,))
    stamped = {name for name, value in read.items() if isinstance(value, datetime)}
    assert stamped == {name for name in read if name in TIMES and read[name] is not None}
    assert as_told(read) == {name: as_listed(ours[name]) for name in read}


def as_listed(value: Any) -> Any:
    """Tuples as the arrays that they are on the wire."""
    if isinstance(value, dict):
        return {key: as_listed(part) for key, part in value.items()}
    return [as_listed(part) for part in value] if isinstance(value, list | tuple) else value


@every_version
def test_examples_point_at_invented_outlets_only(version: SchemaVersion) -> None:
    hosts = {urlsplit(url).hostname for url in urls_in(json.loads(text_of(version)))}
    assert hosts <= set(INVENTED_HOSTS)


def test_the_ids_in_the_examples_are_the_ids_that_the_rule_gives() -> None:
    raw = example(latest("raw-mention"))
    assert isinstance(raw, RawMention)
    assert raw.id == mention_id(raw.source, raw.native_id)
    assert json.loads(text_of(latest("mention")))["raw_id"] == raw.id


def test_the_numbers_of_the_heat_example_add_up() -> None:
    heat, velocity = example(latest("heat")), example(latest("velocity"))
    assert isinstance(heat, Heat)
    assert isinstance(velocity, Velocity)
    raw_heat = 0.5 * heat.velocity_z + 0.3 * heat.spread + 0.2 * heat.affect
    assert heat.raw_heat == pytest.approx(raw_heat, abs=1e-4)
    assert heat.heat == pytest.approx(heat.raw_heat * heat.freshness, abs=1e-4)
    assert heat.mentions == sum(kind.mentions for kind in heat.types)
    assert (heat.types, heat.tick) == (velocity.types, velocity.tick)


@pytest.mark.parametrize("subject", ["heat", "velocity", "alert"])
def test_what_is_computed_is_known_at_the_end_of_its_poll(subject: str) -> None:
    record = example(latest(subject))
    assert isinstance(record, Heat | Velocity | Alert)
    assert is_poll(record.tick)
    assert record.known_time == end_of(record.tick)


def test_the_alert_of_the_examples_came_before_the_trade() -> None:
    alert = example(latest("alert"))
    assert isinstance(alert, Alert)
    assert alert.trade is not None
    assert alert.trade.lead_ms is not None
    assert alert.trade.event_time - alert.trade.lead_ms == end_of(example_tick())
    assert datetime.fromtimestamp(alert.trade.event_time / 1000, UTC).year == 2026


def example_tick() -> int:
    heat = example(latest("heat"))
    assert isinstance(heat, Heat)
    return heat.tick
