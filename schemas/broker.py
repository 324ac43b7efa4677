"""The options that each kind of Kafka client needs to reach the broker of the settings."""

from typing import Any

from schemas.settings import KafkaSection


def confluent_options(kafka: KafkaSection) -> dict[str, Any]:
    """For confluent-kafka (librdkafka) clients."""
    options: dict[str, Any] = {
        "bootstrap.servers": kafka.bootstrap,
        "security.protocol": kafka.security_protocol,
    }
    if kafka.sasl_mechanism:
        options["sasl.mechanism"] = kafka.sasl_mechanism
        options["sasl.username"] = kafka.sasl_username or ""
        password = kafka.sasl_password
        options["sasl.password"] = password.get_secret_value() if password else ""
    if kafka.ssl_cafile:
        options["ssl.ca.location"] = kafka.ssl_cafile
    return options
