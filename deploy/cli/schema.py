"""`heat schema`: the packaged Avro schemas, as they are on the wire."""

import difflib
import json
from typing import Annotated

import typer

from schemas.registry import SUBJECT_NUMBERS, SchemaVersion, all_versions, versions

schema = typer.Typer(help="The Avro schemas of the records.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="one JSON document instead of text")]


def register(app: typer.Typer) -> None:
    """Add `schema` to the `heat` command."""
    app.add_typer(schema, name="schema")


@schema.command("list")
def list_schemas(as_json: AsJson = False) -> None:
    """Every subject with its versions and ids."""
    if as_json:
        typer.echo(json.dumps([_summary(version) for version in all_versions()], indent=2))
        return
    for version in all_versions():
        number = f"{version.major}.{version.minor}"
        typer.echo(f"{version.id:>8}  {version.subject:12}  {number}")


@schema.command("show")
def show_schema(
    subject: Annotated[str, typer.Argument(help="for example: mention")],
    version: Annotated[
        str | None, typer.Option(help="1.0, or 1 for the first; the newest by default")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The schema itself, byte for byte; with --json, its id and version around it."""
    found = _find(subject, version)
    if as_json:
        typer.echo(json.dumps({**_summary(found), "schema": found.parsed}, indent=2))
    else:
        typer.echo(found.text.rstrip("\n"))


def _find(subject: str, number: str | None) -> SchemaVersion:
    known = versions(subject)
    if not known:
        near = difflib.get_close_matches(subject, SUBJECT_NUMBERS, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise typer.BadParameter(f"no subject {subject}{hint}")
    if number is None:
        return known[-1]
    for version in known:
        if number in (f"{version.major}.{version.minor}", str(version.version)):
            return version
    there = ", ".join(f"{v.major}.{v.minor}" for v in known)
    raise typer.BadParameter(f"{subject} has no version {number}; there are: {there}")


def _summary(version: SchemaVersion) -> dict[str, object]:
    return {
        "subject": version.subject,
        "version": version.version,
        "number": f"{version.major}.{version.minor}",
        "id": version.id,
    }
