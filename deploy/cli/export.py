"""`heat export`: rows of a table as CSV, JSON, JSON Lines or Parquet."""

import contextlib
import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, BinaryIO, get_args

import orjson
import typer
from pydantic import ValidationError
from rich.console import Console

from deploy.cli.watching import watching
from gateway.export.asked import ExportQuery, Form
from gateway.export.datasets import AS_OF, DATASETS
from gateway.export.extraction import Extraction
from gateway.subscription import RefusedError, refused
from schemas.errors import RetriableError, SettingsError
from schemas.settings import DatabaseSection, RoleSettings

FORMS = get_args(Form)
SUFFIXES = {f".{form}": form for form in FORMS} | {".ndjson": "jsonl"}
Time = Annotated[str | None, typer.Option(help="ISO time with a zone, or an age such as 2h.")]


class ExportSettings(RoleSettings):
    """An export needs the database and nothing else."""

    database: DatabaseSection = DatabaseSection()


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export")(export)


def export(
    table: Annotated[str, typer.Argument(help="What to export; --list shows all.")] = "",
    to: Annotated[Path | None, typer.Option(
        help="File to write, there when it is whole; else standard output.")] = None,
    form: Annotated[str | None, typer.Option(
        "--format", help=f"{', '.join(FORMS)}; by the file's ending, else csv.")] = None,
    since: Time = None,
    until: Time = None,
    as_of: Annotated[str | None, typer.Option(
        help="Only what was known at that time; --list says how well each table can tell.")] = None,
    entity: Annotated[str | None, typer.Option(help="One entity id.")] = None,
    category: Annotated[str | None, typer.Option(help="Entity types, by comma.")] = None,
    columns: Annotated[str | None, typer.Option(help="Columns by comma; all by default.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many rows.")] = None,
    bom: Annotated[bool, typer.Option(
        "--bom", help="csv: begin with a byte order mark, as old spreadsheets want.")] = False,
    as_json: Annotated[bool, typer.Option(
        "--json", help="With --to: say what was written as one JSON line.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="Show what can be exported.")] = False,
) -> None:
    """Write rows of a table by known time. Times are UTC; CSV texts cannot be formulas."""
    if listed:
        _list()
        return
    asked = query(
        table=table, since=since, until=until, as_of=as_of, entity=entity, category=category,
        columns=columns, limit=limit, bom="1" if bom else "0",
    )
    chosen = form_of(form, to)
    dsn = ExportSettings.load().database.dsn.get_secret_value()
    try:
        extraction = Extraction(dsn, chosen, asked)
        with contextlib.closing(extraction):
            extraction.begin()
            told = _written(extraction, to)
    except RefusedError as refusal:
        kind = RetriableError if refusal.name == "NotReady" else SettingsError
        raise kind(str(refusal)) from None
    if to is not None:
        _say(told, as_json)


def query(**parameters: Any) -> ExportQuery:
    """The question, judged as the gateway judges it. Raises SettingsError naming what is wrong."""
    try:
        return ExportQuery.model_validate(parameters)
    except ValidationError as refusal:
        errors = refusal.errors(include_url=False, include_input=False)
        raise SettingsError(str(refused(errors, tuple(parameters)))) from None


def form_of(form: str | None, to: Path | None) -> str:
    """What was asked for, else by the file's ending. Raises SettingsError for no form of ours."""
    if form is None:
        suffix = "" if to is None else to.suffix.lower()
        if suffix and suffix not in SUFFIXES:
            raise SettingsError(f"{to}: no form ends in {suffix}; --format names one")
        form = SUFFIXES.get(suffix, "csv")
    if form not in FORMS:
        raise SettingsError(f"--format {form!r} is none of {', '.join(FORMS)}")
    if to is None and form == "parquet" and sys.stdout.isatty():
        raise SettingsError("Parquet is not for a terminal: --to names a file")
    return form


def _list() -> None:
    for dataset in DATASETS:
        told = {"table": dataset.name, "about": dataset.about, "as_of": AS_OF[dataset.keeps]}
        sys.stdout.buffer.write(orjson.dumps(told) + b"\n")


def _written(extraction: Extraction, to: Path | None) -> dict[str, Any]:
    console = Console(stderr=True)
    total = extraction.count() if console.is_terminal and to is not None else 0
    digest, size = hashlib.sha256(), 0
    with watching(console, "exporting", "rows") as watch, _file(to) as write:
        for portion in extraction.portions():
            write(portion)
            digest.update(portion)
            size += len(portion)
            watch(extraction.rows, total)
    told = {"file": str(to), "rows": extraction.rows, "bytes": size, "sha256": digest.hexdigest()}
    return told | ({"as_of": extraction.as_of} if extraction.as_of else {})


@contextlib.contextmanager
def _file(to: Path | None) -> Iterator[Callable[[bytes], object]]:
    """Written beside and renamed when whole: a failure leaves what was there before."""
    if to is None:
        with _standard_output() as write:
            yield write
        return
    beside = to.with_name(f"{to.name}.part")
    try:
        with beside.open("wb") as file:
            yield file.write
            file.flush()
            os.fsync(file.fileno())
        beside.replace(to)
    except OSError as refusal:
        raise SettingsError(f"{to}: {refusal.strerror}") from None
    finally:
        beside.unlink(missing_ok=True)


@contextlib.contextmanager
def _standard_output() -> Iterator[Callable[[bytes], object]]:
    out: BinaryIO = sys.stdout.buffer
    try:
        yield out.write
        out.flush()
    except BrokenPipeError:
        # Whoever read us has seen enough; what is still buffered goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(told: dict[str, Any], as_json: bool) -> None:
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(told) + b"\n")
        return
    sys.stdout.write(f"{told['rows']} rows, {told['bytes']} bytes in {told['file']}\n")
