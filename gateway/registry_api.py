"""The read side of the Confluent Schema Registry REST API, from the packaged schema files.

Subjects are those of the records, and `<topic>-value` for every topic. A topic that mixes records
has them all as versions, the one that it is for last, so that `latest` is that one.
"""

import json
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from gateway.subscription import NoQuery
from schemas.registry import SUBJECT_NUMBERS, SchemaVersion, by_id, versions
from schemas.topics import TOPICS

MEDIA_TYPE: Final = "application/vnd.schemaregistry.v1+json"
NO_SUBJECT, NO_VERSION, NO_SCHEMA, BAD_VERSION = 40401, 40402, 40403, 42202


class RegistryQuery(NoQuery):
    """What clients add to their questions. All schemas are Avro, current and as written."""

    deleted: bool | None = None
    deletedOnly: bool | None = None  # noqa: N815
    deleted_only: bool | None = None  # as Confluent's own Python client spells it
    defaultToGlobal: bool | None = None  # noqa: N815
    fetchMaxId: bool | None = None  # noqa: N815
    normalize: bool | None = None
    latestOnly: bool | None = None  # noqa: N815
    verbose: bool | None = None
    format: str | None = None
    reference_format: str | None = None
    subject: str | None = None
    subjectPrefix: str | None = None  # noqa: N815
    offset: int = Field(0, ge=0)
    limit: int = Field(-1, ge=-1)


Asked = Annotated[RegistryQuery, Query()]
Subject = Annotated[str, Path(max_length=300)]


class Schema(BaseModel):
    """The body of a question whether a schema is registered; other fields do not matter."""

    schema_: str = Field(alias="schema", max_length=500_000)


class NotFoundError(Exception):
    """Answered in the registry's own form."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def _subjects() -> dict[str, tuple[SchemaVersion, ...]]:
    known = {name: versions(name) for name in SUBJECT_NUMBERS if versions(name)}
    for topic in TOPICS:
        names = [record.schema_name for record in reversed(topic.records)]
        known[f"{topic.name}-value"] = tuple(v for name in names for v in versions(name))
    return dict(sorted(known.items()))


SUBJECTS: Final = _subjects()
router = APIRouter(tags=["schema registry"])


def answer(content: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type=MEDIA_TYPE)


async def not_found(_: Request, error: Exception) -> Response:
    assert isinstance(error, NotFoundError)
    return answer({"error_code": error.code, "message": str(error)}, error.code // 100)


def page(entries: list[Any], asked: RegistryQuery) -> list[Any]:
    end = None if asked.limit < 0 else asked.offset + asked.limit
    return entries[asked.offset : end]


def of_subject(subject: str) -> tuple[SchemaVersion, ...]:
    found = SUBJECTS.get(subject)
    if found is None:
        raise NotFoundError(NO_SUBJECT, f"Subject '{subject}' not found.")
    return found


def of_version(subject: str, version: str) -> tuple[int, SchemaVersion]:
    """The number of a version within the subject, and the schema."""
    found = of_subject(subject)
    if version in ("latest", "-1"):
        return len(found), found[-1]
    if not (version.isascii() and version.isdigit() and 0 < int(version) < 2**31):
        raise NotFoundError(BAD_VERSION, f"'{version}' is no version: a number or 'latest' is.")
    if int(version) > len(found):
        raise NotFoundError(NO_VERSION, f"Version {version} not found.")
    return int(version), found[int(version) - 1]


def of_id(schema_id: str) -> SchemaVersion:
    found = by_id().get(int(schema_id)) if schema_id.isascii() and schema_id.isdigit() else None
    if found is None:
        raise NotFoundError(NO_SCHEMA, f"Schema {schema_id} not found.")
    return found


def described(subject: str, number: int, schema: SchemaVersion) -> dict[str, Any]:
    told = {"subject": subject, "version": number, "id": schema.id}
    return {**told, "schemaType": "AVRO", "schema": schema.text}


@router.get("/subjects")
async def subjects(asked: Asked) -> Response:
    """Names of all subjects."""
    prefix = asked.subjectPrefix or ""
    named = (
        []
        if asked.deletedOnly or asked.deleted_only
        else [name for name in SUBJECTS if name.startswith(prefix)]
    )
    return answer(page(named, asked))


@router.get("/subjects/{subject}/versions")
async def subject_versions(subject: Subject, asked: Asked) -> Response:
    """Numbers of a subject's versions."""
    return answer(page(list(range(1, len(of_subject(subject)) + 1)), asked))


@router.get("/subjects/{subject}/versions/{version}")
async def subject_version(subject: Subject, version: Subject, asked: Asked) -> Response:
    """One version of a subject."""
    return answer(described(subject, *of_version(subject, version)))


@router.get("/subjects/{subject}/versions/{version}/schema")
async def subject_schema(subject: Subject, version: Subject, asked: Asked) -> Response:
    """The schema alone."""
    return Response(of_version(subject, version)[1].text, media_type=MEDIA_TYPE)


@router.post("/subjects/{subject}")
async def find_schema(subject: Subject, body: Schema, asked: Asked) -> Response:
    """Which version of the subject a schema is. Nothing is registered."""
    try:
        wanted = json.loads(body.schema_)
    except ValueError:
        raise NotFoundError(NO_SCHEMA, "Schema not found: it is no JSON") from None
    for number, schema in enumerate(of_subject(subject), start=1):
        if schema.parsed == wanted:
            return answer(described(subject, number, schema))
    raise NotFoundError(NO_SCHEMA, "Schema not found")


@router.get("/schemas/types")
async def schema_types(asked: Asked) -> Response:
    """Avro is all there is."""
    return answer(["AVRO"])


@router.get("/schemas/ids/{schema_id}")
async def schema_by_id(schema_id: Subject, asked: Asked) -> Response:
    """The schema that a message's frame names."""
    told: dict[str, Any] = {"schemaType": "AVRO", "schema": of_id(schema_id).text}
    if asked.fetchMaxId:
        told["maxId"] = max(by_id())
    return answer(told)


@router.get("/schemas/ids/{schema_id}/schema")
async def schema_text(schema_id: Subject, asked: Asked) -> Response:
    """The schema alone."""
    return Response(of_id(schema_id).text, media_type=MEDIA_TYPE)


@router.get("/schemas/ids/{schema_id}/subjects")
async def schema_subjects(schema_id: Subject, asked: Asked) -> Response:
    """Subjects that have the schema."""
    wanted = of_id(schema_id)
    return answer([name for name, found in SUBJECTS.items() if wanted in found])


@router.get("/schemas/ids/{schema_id}/versions")
async def schema_versions(schema_id: Subject, asked: Asked) -> Response:
    """Subjects that have the schema, and as which version."""
    wanted = of_id(schema_id)
    return answer(
        [
            {"subject": name, "version": found.index(wanted) + 1}
            for name, found in SUBJECTS.items()
            if wanted in found
        ]
    )


@router.get("/config")
@router.get("/config/{subject}")
async def config(asked: Asked, subject: str | None = None) -> Response:
    """Within a major version, every reader understands every writer."""
    if subject is not None:
        of_subject(subject)
    return answer({"compatibilityLevel": "FULL_TRANSITIVE"})


@router.get("/mode")
@router.get("/mode/{subject}")
async def mode(asked: Asked, subject: str | None = None) -> Response:
    """Schemas change with a release, never over HTTP."""
    if subject is not None:
        of_subject(subject)
    return answer({"mode": "READONLY"})
