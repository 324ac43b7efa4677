"""A broker that asks for TLS and a password: a second listener beside the plain one of a test."""

import datetime
import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from confluent_kafka.admin import (
    AdminClient,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from deploy.local import kafka, ports
from deploy.local.stack import Stack
from schemas.settings import KafkaSection

USER, PASSWORD = "heat-worker", "only-for-this-test"
MECHANISM = "SCRAM-SHA-512"


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A key with its certificate, and the certificate alone, for loopback and one day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "broker of a test")])
    begin = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    loopback = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(ports.LOOPBACK))])
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(begin).not_valid_after(begin.replace(year=2120))
        .add_extension(loopback, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    both, alone = folder / "broker.pem", folder / "authority.pem"
    both.write_bytes(private + public)
    alone.write_bytes(public)
    return both, alone


def _second_listener(properties: str, port: int, keystore: Path) -> str:
    address = f",SASL_SSL://{ports.LOOPBACK}:{port}"
    lines = []
    for line in properties.splitlines():
        name = line.partition("=")[0]
        if name in ("listeners", "advertised.listeners"):
            line += address
        if name == "listener.security.protocol.map":
            line += ",SASL_SSL:SASL_SSL"
        lines.append(line)
    login = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
    prefix = f"listener.name.sasl_ssl.{MECHANISM.lower()}"
    lines += [
        "ssl.keystore.type=PEM", f"ssl.keystore.location={keystore}",
        f"sasl.enabled.mechanisms={MECHANISM}", f"{prefix}.sasl.jaas.config={login}",
    ]
    return "\n".join(lines) + "\n"


@contextmanager
def secured_broker(folder: Path) -> Iterator[KafkaSection]:
    """How to reach it; whoever comes without the password is turned away."""
    keystore, authority = self_signed(folder)
    port, plain = ports.any_free()[0], kafka.configuration

    def both(where: Path, plain_port: int, controller_port: int) -> str:
        return _second_listener(plain(where, plain_port, controller_port), port, keystore)

    with (
        patch.object(kafka, "configuration", both),
        Stack(folder / "stack", parts={"kafka"}, usual_ports=False, durable=False) as stack,
    ):
        admin = AdminClient({"bootstrap.servers": stack.kafka_bootstrap})
        user = UserScramCredentialUpsertion(
            USER, ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), PASSWORD.encode()
        )
        admin.alter_user_scram_credentials([user])[USER].result(30)
        yield KafkaSection(
            bootstrap=f"{ports.LOOPBACK}:{port}", security_protocol="SASL_SSL",
            sasl_mechanism=MECHANISM, sasl_username=USER, sasl_password=PASSWORD,  # type: ignore[arg-type]
            ssl_cafile=str(authority),
        )
