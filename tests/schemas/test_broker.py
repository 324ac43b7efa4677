"""The options of the settings reach librdkafka, and a password leaves them only there."""

import pytest
from confluent_kafka import Consumer, Producer
from pydantic import SecretStr

from schemas.broker import confluent_options
from schemas.settings import KafkaSection

OPEN = KafkaSection()
CLOSED = KafkaSection(
    bootstrap="broker.example.org:9093",
    security_protocol="SASL_SSL",
    sasl_mechanism="SCRAM-SHA-512",
    sasl_username="heat",
    sasl_password=SecretStr("pa55"),
    ssl_cafile="ca.pem",
)


def test_an_open_broker_needs_an_address_and_nothing_else() -> None:
    assert confluent_options(OPEN) == {
        "bootstrap.servers": "127.0.0.1:9092",
        "security.protocol": "PLAINTEXT",
    }


def test_a_closed_broker_is_given_all_that_it_asks() -> None:
    assert confluent_options(CLOSED) == {
        "bootstrap.servers": "broker.example.org:9093",
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": "heat",
        "sasl.password": "pa55",
        "ssl.ca.location": "ca.pem",
    }


def test_a_mechanism_without_a_password_sends_an_empty_one() -> None:
    options = confluent_options(KafkaSection(sasl_mechanism="PLAIN", sasl_username="heat"))
    assert options["sasl.password"] == ""


@pytest.mark.parametrize(
    "kafka",
    [
        OPEN,
        KafkaSection(
            security_protocol="SASL_PLAINTEXT",
            sasl_mechanism="PLAIN",
            sasl_username="heat",
            sasl_password=SecretStr("pa55"),
        ),
        KafkaSection(security_protocol="SSL"),
    ],
    ids=["open", "password", "ssl"],
)
def test_librdkafka_takes_the_options(kafka: KafkaSection) -> None:
    quiet = {"log_level": 0, "bootstrap.servers": ""}  # it knows the options and calls nobody
    options = confluent_options(kafka) | quiet
    assert len(Producer(options)) == 0
    consumer = Consumer(options | {"group.id": "test"})
    assert consumer.assignment() == []
    consumer.close()
