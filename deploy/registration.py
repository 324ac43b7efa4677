"""The packaged schemas in an external registry, under the ids that are on the wire.

A registry gives its own ids unless a subject is in import mode; so each subject that lacks a
version is put into that mode, filled, and put back.
"""

import json
from typing import Any, Final
from urllib.parse import quote

import httpx

from schemas.errors import FatalError, RetriableError
from schemas.registry import SchemaVersion, all_versions

CONTENT_TYPE: Final = "application/vnd.schemaregistry.v1+json"
DEADLINE_S: Final = 15.0


def register_schemas(url: str) -> list[str]:
    """Register what is missing; say what was done. A schema that differs there is an error."""
    try:
        with _client(url) as client:
            registry = _Registry(client)
            return [done for subject in _subjects() for done in registry.fill(subject)]
    except httpx.HTTPError as error:
        # The address may carry a password, so only its host is named.
        where = httpx.URL(url).host
        raise RetriableError(
            f"the schema registry at {where} does not answer: {type(error).__name__}"
        ) from error
    except httpx.InvalidURL as error:
        raise FatalError("HEAT_REGISTRY__URL: not an http address") from error


def _client(url: str) -> httpx.Client:
    return httpx.Client(
        base_url=url,
        timeout=DEADLINE_S,
        headers={"Accept": CONTENT_TYPE, "Content-Type": CONTENT_TYPE},
    )


def _subjects() -> list[list[SchemaVersion]]:
    by_subject: dict[str, list[SchemaVersion]] = {}
    for version in all_versions():
        by_subject.setdefault(version.subject, []).append(version)
    return list(by_subject.values())


class _Registry:
    """The few calls of the REST interface that registering needs."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def fill(self, versions: list[SchemaVersion]) -> list[str]:
        missing = [version for version in versions if not self._holds(version)]
        if not missing:
            return []
        subject = missing[0].subject
        # Forced, because a subject with an older version is not empty.
        self._put(f"/mode/{_path(subject)}?force=true", {"mode": "IMPORT"})
        try:
            for version in missing:
                self._post(version)
        finally:
            self._put(f"/mode/{_path(subject)}", {"mode": "READWRITE"})
        return [f"registered {v.subject} {v.major}.{v.minor} as {v.id}" for v in missing]

    def _holds(self, version: SchemaVersion) -> bool:
        address = f"/subjects/{_path(version.subject)}/versions/{version.version}"
        answer = self._client.get(address)
        if answer.status_code == httpx.codes.NOT_FOUND:
            return False
        there = self._read(answer, address)
        if there.get("id") != version.id:
            raise FatalError(
                f"registry: {version.subject} version {version.version} has id"
                f" {there.get('id')}, not {version.id}"
            )
        if json.loads(there["schema"]) != version.parsed:
            raise FatalError(f"registry: schema {version.id} ({version.subject}) differs from ours")
        return True

    def _post(self, version: SchemaVersion) -> None:
        address = f"/subjects/{_path(version.subject)}/versions"
        body = {
            "schema": version.text,
            "schemaType": "AVRO",
            "id": version.id,
            "version": version.version,
        }
        given = self._read(self._client.post(address, json=body), address).get("id")
        if given != version.id:
            raise FatalError(f"registry: {version.subject} was given id {given}, not {version.id}")

    def _put(self, address: str, body: dict[str, str]) -> None:
        self._read(self._client.put(address, json=body), address)

    def _read(self, answer: httpx.Response, address: str) -> dict[str, Any]:
        if answer.is_error:
            # 42205: the registry's owner has forbidden changes of mode.
            hint = " (allow it with mode.mutability=true)" if "42205" in answer.text else ""
            raise FatalError(f"registry: {address} answers {answer.status_code}{hint}")
        read: dict[str, Any] = answer.json()
        return read


def _path(subject: str) -> str:
    return quote(subject, safe="")
