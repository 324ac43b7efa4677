"""Who a worker is to a broker that asks, in the form that Faust's own clients take."""

import ssl

from faust.auth import SASLCredentials, SSLCredentials
from faust.types.auth import CredentialsT

from schemas.errors import SettingsError
from schemas.settings import KafkaSection


def credentials_of(kafka: KafkaSection) -> CredentialsT | None:
    """None for a broker that asks for nothing.

    Raises SettingsError when SASL is wanted and its mechanism or user is missing, or when the file
    with the authority cannot be read.
    """
    protocol = kafka.security_protocol
    context = _context(kafka) if protocol.endswith("SSL") else None
    if protocol.startswith("SASL_"):
        return _sasl(kafka, context)
    return SSLCredentials(context) if context else None


def _sasl(kafka: KafkaSection, context: ssl.SSLContext | None) -> SASLCredentials:
    for name in ("sasl_mechanism", "sasl_username", "sasl_password"):
        if not getattr(kafka, name):
            raise SettingsError(
                f"HEAT_KAFKA__{name.upper()} is missing: the protocol is {kafka.security_protocol}"
            )
    assert kafka.sasl_password is not None
    return SASLCredentials(
        username=kafka.sasl_username, password=kafka.sasl_password.get_secret_value(),
        mechanism=kafka.sasl_mechanism, ssl_context=context,
    )


def _context(kafka: KafkaSection) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=kafka.ssl_cafile)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(f"HEAT_KAFKA__SSL_CAFILE: {kafka.ssl_cafile}: {error}") from None
