"""Bytes written by us, read by Confluent's own client from a registry that serves our files."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from confluent_kafka.schema_registry import SchemaRegistryClient, SchemaRegistryError
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext

from schemas.clock import millis
from schemas.codec import FRAME, encode
from schemas.records import Record
from schemas.registry import by_id
from tests.schemas.examples import newest_examples

ADDRESS = "/schemas/ids/"
NO_SCHEMA = {"error_code": 40403, "message": "no such schema"}


class RegistryDouble(BaseHTTPRequestHandler):
    """The one question that a deserializer asks."""

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        wanted = path.removeprefix(ADDRESS)
        schema = by_id().get(int(wanted)) if path.startswith(ADDRESS) else None
        answer = {"schemaType": "AVRO", "schema": schema.text} if schema else NO_SCHEMA
        body = json.dumps(answer).encode()
        self.send_response(200 if schema else 404)
        self.send_header("Content-Type", "application/vnd.schemaregistry.v1+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Tests do not chat."""


@contextmanager
def registry() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), RegistryDouble) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join(10)


@pytest.fixture(scope="module")
def foreign() -> Iterator[AvroDeserializer]:
    with registry() as address, SchemaRegistryClient({"url": address}) as client:
        yield AvroDeserializer(client)


def where(topic: str) -> SerializationContext:
    return SerializationContext(topic, MessageField.VALUE)


@pytest.mark.parametrize("record", newest_examples(), ids=lambda r: r.schema_name)
def test_a_foreign_client_reads_what_we_wrote(record: Record, foreign: AvroDeserializer) -> None:
    read = foreign(encode(record), where("any"))
    assert list(read) == list(record.__struct_fields__)
    for name, value in read.items():
        told = millis(value) if isinstance(value, datetime) else value
        if isinstance(told, str | int | float | bytes | None):
            assert told == getattr(record, name)


def test_a_foreign_client_reads_the_reasons_and_receipts_of_an_alert(
    foreign: AvroDeserializer,
) -> None:
    alert = next(record for record in newest_examples() if record.schema_name == "alert")
    read = foreign(encode(alert), where("alerts"))
    assert [reason["clause"] for reason in read["reasons"]] == [
        "velocity", "velocity", "spread", "affect", "trade",
    ]  # fmt: skip
    assert read["receipts"][0]["title"].startswith("Nova Reyes")
    assert read["trade"]["outlet"] == "Curtain Call"


def test_an_id_that_is_nobody_s_is_refused_there_too(foreign: AvroDeserializer) -> None:
    with pytest.raises(SchemaRegistryError, match="40403"):
        foreign(FRAME.pack(0, 999_999) + b"\x00", where("any"))
