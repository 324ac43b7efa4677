"""A real S3-compatible server on a loopback port, which can go away and come back."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from moto.server import ThreadedMotoServer
from pydantic import SecretStr

from schemas.settings import ArchiveSection

KEY, SECRET = "nova", "harbor-secret"
BUCKET = "sealed"
ANSWER_S = 60.0  # the first one waits for the services that the server imports


class S3:
    """The server; what is in it stays when it is away."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self._server: ThreadedMotoServer | None = None

    def start(self) -> None:
        self._server = ThreadedMotoServer("127.0.0.1", self.port, verbose=False)
        self._server.start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()
            self._server = None

    def make_bucket(self) -> None:
        httpx.put(f"{self.endpoint}/{BUCKET}", timeout=ANSWER_S).raise_for_status()

    def ask_for_keys(self) -> None:
        """From now on it looks at who asks, and knows nobody."""
        self._reset(b"0")

    def trust_everybody(self) -> None:
        self._reset(b"inf")

    def _reset(self, after: bytes) -> None:
        address = f"{self.endpoint}/moto-api/reset-auth"
        httpx.post(address, content=after, timeout=ANSWER_S).raise_for_status()

    def section(self, bucket: str = BUCKET) -> ArchiveSection:
        return ArchiveSection(
            address=f"s3://{bucket}/heat",
            endpoint=self.endpoint,
            access_key_id=SecretStr(KEY),
            secret_access_key=SecretStr(SECRET),
        )


@contextmanager
def serving() -> Iterator[S3]:
    server = S3()
    server.start()
    try:
        server.make_bucket()
        yield server
    finally:
        server.stop()
