"""Schemas into an external registry, played here by a small one on loopback."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest

from deploy.registration import register_schemas
from schemas.errors import FatalError, RetriableError
from schemas.registry import SUBJECT_NUMBERS, all_versions, latest


class Registry(ThreadingHTTPServer):
    """Keeps schemas by subject and version; takes ids only in import mode, as the real one does."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.kept: dict[str, dict[int, dict[str, Any]]] = {}
        self.modes: dict[str, str] = {}
        self.mode_changes_allowed = True
        self.writes = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def put_mode(self, subject: str, mode: str, query: str) -> tuple[int, dict[str, Any]]:
        if not self.mode_changes_allowed:
            return 422, {"error_code": 42205, "message": "Mode changes are not allowed"}
        if mode == "IMPORT" and self.kept.get(subject) and "force=true" not in query:
            return 422, {"error_code": 42205, "message": "Cannot import since found subjects"}
        self.modes[subject] = mode
        return 200, {"mode": mode}

    def post_version(self, subject: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self.modes.get(subject) != "IMPORT":
            return 422, {"error_code": 42205, "message": "Subject is not in import mode"}
        self.kept.setdefault(subject, {})[body["version"]] = body
        return 200, {"id": body["id"]}

    def version(self, subject: str, number: int) -> tuple[int, dict[str, Any]]:
        found = self.kept.get(subject, {}).get(number)
        if found is None:
            return 404, {"error_code": 40401, "message": "not found"}
        return 200, {"subject": subject, **found}


class Answers(BaseHTTPRequestHandler):
    """The few routes."""

    server: Registry

    def do_GET(self) -> None:
        _, _, subject, _, number = urlsplit(self.path).path.split("/")
        self._answer(*self.server.version(subject, int(number)))

    def do_PUT(self) -> None:
        address = urlsplit(self.path)
        subject = address.path.removeprefix("/mode/")
        self._answer(*self.server.put_mode(subject, self._body()["mode"], address.query))

    def do_POST(self) -> None:
        self.server.writes += 1
        subject = urlsplit(self.path).path.split("/")[2]
        self._answer(*self.server.post_version(subject, self._body()))

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _body(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        return body

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        plain = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(plain)))
        self.end_headers()
        self.wfile.write(plain)


@pytest.fixture
def registry() -> Iterator[Registry]:
    with Registry() as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        serving.start()
        yield server
        server.shutdown()
        serving.join()


def test_every_schema_arrives_under_the_id_that_is_on_the_wire(registry: Registry) -> None:
    assert len(register_schemas(registry.url)) == len(all_versions())
    for version in all_versions():
        kept = registry.kept[version.subject][version.version]
        assert (kept["id"], json.loads(kept["schema"])) == (version.id, version.parsed)
    assert set(registry.modes.values()) == {"READWRITE"}


def test_registering_again_writes_nothing(registry: Registry) -> None:
    register_schemas(registry.url)
    writes = registry.writes
    assert register_schemas(registry.url) == []
    assert registry.writes == writes


def test_what_is_missing_from_a_half_filled_registry_is_added(registry: Registry) -> None:
    register_schemas(registry.url)
    del registry.kept["heat"]
    assert register_schemas(registry.url) == [f"registered heat 1.0 as {latest('heat').id}"]


def test_an_id_given_by_somebody_else_is_refused_by_name(registry: Registry) -> None:
    register_schemas(registry.url)
    registry.kept["alert"][1]["id"] = 17
    with pytest.raises(FatalError, match=f"alert version 1 has id 17, not {latest('alert').id}"):
        register_schemas(registry.url)


def test_a_schema_that_differs_is_refused(registry: Registry) -> None:
    register_schemas(registry.url)
    registry.kept["alert"][1]["schema"] = latest("heat").text
    with pytest.raises(FatalError, match=r"\(alert\) differs from ours"):
        register_schemas(registry.url)


def test_a_registry_that_forbids_importing_is_told_how_to_allow_it(registry: Registry) -> None:
    registry.mode_changes_allowed = False
    with pytest.raises(FatalError, match=r"mode\.mutability=true"):
        register_schemas(registry.url)
    assert registry.kept == {}


def test_a_registry_that_is_not_there_is_named_without_its_password() -> None:
    with pytest.raises(RetriableError, match=r"127\.0\.0\.1 does not answer") as refusal:
        register_schemas("http://user:secret@127.0.0.1:1")
    assert "secret" not in str(refusal.value)


def test_subjects_are_the_numbered_ones() -> None:
    assert {version.subject for version in all_versions()} == set(SUBJECT_NUMBERS)
