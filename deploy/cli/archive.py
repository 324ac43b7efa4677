"""`heat archive`: what was sealed, whether it still is what was sealed, and files out of it."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from deploy.cli.asked import time_of
from deploy.cli.lines import write_line
from deploy.cli.watching import watching
from schemas.clock import Millis, shown
from schemas.errors import SettingsError
from schemas.topics import qualified
from sinks.archive.chain import Chain, in_range, opened, topics_of
from sinks.archive.cli import ArchiveSettings
from sinks.archive.container import sha256_of
from sinks.archive.manifest import DamagedError, File, Holding
from sinks.archive.proof import broken_list, findings
from sinks.archive.store import Store

archive = typer.Typer(help="Sealed files that outlive the topics.", no_args_is_help=True)
Topics = Annotated[list[str] | None, typer.Argument(help="all by default")]
Since = Annotated[str | None, typer.Option(help="2020-05-01, or with a time and a zone.")]
Until = Annotated[str | None, typer.Option(help="And before this time.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON lines instead of text.")]
FETCHED = "fetched.json"


def register(app: typer.Typer) -> None:
    """Add `archive` to the `heat` command."""
    app.add_typer(archive, name="archive")


@archive.command("list")
def list_files(
    topics: Topics = None, since: Since = None, until: Until = None, as_json: AsJson = False,
    files: Annotated[bool, typer.Option("--files", help="Each file, not each topic.")] = False,
) -> None:
    """Show what there is, by topic."""
    store, settings = _opened()
    begin, end = time_of(since, "--since"), time_of(until, "--until")
    for held in _holdings(store, settings, topics):
        found = in_range(list(held.files.values()), begin, end)
        if files:
            for file in found:
                _tell(_plain(file), as_json)
        else:
            _tell(_summary(held, found), as_json)


@archive.command()
def verify(
    topics: Topics = None, as_json: AsJson = False,
    thorough: Annotated[bool, typer.Option("--thorough", help="Read every record, too.")] = False,
) -> None:
    """Prove that every file is what was sealed, and that no offset is missing or there twice.

    Exit 1 when something is not; the file and the record are named.
    """
    store, settings = _opened()
    console, wrong, checked = Console(stderr=True), 0, 0
    found = [("_forgotten", words) for words in broken_list(store)]
    for topic in _chosen(store, settings, topics):
        checked += 1
        with watching(console, f"verifying {topic}", "files") as watch:
            found += [(topic, words) for words in findings(store, topic, watch, thorough=thorough)]
    for topic, words in found:
        wrong += 1
        if as_json:
            write_line({"topic": topic, "finding": words})
        else:
            typer.echo(words)
    if not as_json:
        typer.echo(f"{checked} topics, {wrong} findings")
    raise typer.Exit(1 if wrong else 0)


@archive.command()
def fetch(
    topic: Annotated[str, typer.Argument(help="such as raw.reddit, or mentions")],
    out: Annotated[Path, typer.Option(help="Folder to make; it must not exist.")],
    since: Since = None, until: Until = None, as_json: AsJson = False,
) -> None:
    """Copy the files that hold anything known in the range, each proved on the way.

    Files are copied whole, as they were sealed: at their edges they hold what was known a little
    before and after. Which they are is told in fetched.json.
    """
    store, settings = _opened()
    [held] = _holdings(store, settings, [topic])
    found = in_range(list(held.files.values()), time_of(since, "--since"),
                     time_of(until, "--until"))
    if not found:
        raise SettingsError(f"{held.topic}: nothing is archived of that time")
    _make(out)
    with watching(Console(stderr=True), f"fetching {held.topic}", "files") as watch:
        for number, file in enumerate(found):
            watch(number, len(found))
            _copy(store, file, out)
            if as_json:
                write_line(_plain(file))
    told = msgspec.json.format(msgspec.json.encode(found), indent=1)
    (out / FETCHED).write_bytes(told + b"\n")
    if not as_json:
        records = sum(file.records for file in found)
        typer.echo(f"{len(found)} files, {records} records in {out}")


def _opened() -> tuple[Store, ArchiveSettings]:
    settings = ArchiveSettings.load()
    return Store(settings.archive), settings


def _chosen(store: Store, settings: ArchiveSettings, topics: list[str] | None) -> list[str]:
    there = topics_of(store)
    wanted = [qualified(settings.kafka.namespace, topic) for topic in topics or ()]
    for topic in wanted:
        if topic not in there:
            raise SettingsError(f"{store.address} holds no {topic}"
                                f"{'; there are ' + ', '.join(there) if there else ''}")
    return wanted or there


def _holdings(
    store: Store, settings: ArchiveSettings, topics: list[str] | None
) -> Iterator[Holding]:
    return (Chain(store, topic).holding() for topic in _chosen(store, settings, topics))


def _make(out: Path) -> None:
    try:
        out.mkdir(parents=True)
    except FileExistsError:
        raise SettingsError(f"{out} is there already; nothing is written over") from None
    except OSError as error:
        raise SettingsError(f"{out}: {error.strerror}") from None


def _copy(store: Store, file: File, out: Path) -> None:
    to = out / file.path
    with opened(store, file) as body:
        if sha256_of(body) != file.sha256:
            raise DamagedError(f"{file.path} is not what was sealed; see `heat archive verify`")
        body.seek(0)
        to.parent.mkdir(parents=True, exist_ok=True)
        with to.open("wb") as copy:
            while part := body.read(1 << 20):
                copy.write(part)


def _summary(held: Holding, found: list[File]) -> dict[str, Any]:
    known = [at for file in found for at in _times(file)]
    return {
        "topic": held.topic, "files": len(found), "records": sum(file.records for file in found),
        "bytes": sum(file.size for file in found), "first": min(known, default=None),
        "last": max(known, default=None), "entries": held.number,
        "forgotten": sum(file.forgotten for file in found),
        "lost": sum(span.end - span.begin for span in held.lost), "next_offsets": held.next,
    }


def _plain(file: File) -> dict[str, Any]:
    first, last = _times(file)
    return {"path": file.path, "records": file.records, "bytes": file.size, "first": first,
            "last": last, "sha256": file.sha256, "forgotten": file.forgotten}


def _times(file: File) -> tuple[Millis, Millis]:
    if file.first_known is None or file.last_known is None:
        return file.first_time, file.last_time
    return file.first_known, file.last_known


def _tell(row: dict[str, Any], as_json: bool) -> None:
    ends = {name: shown(row[name]) for name in ("first", "last") if row[name] is not None}
    line = {**row, **ends}
    if as_json:
        offsets = line.get("next_offsets")
        more = {} if offsets is None else {
            "next_offsets": {str(partition): offset for partition, offset in offsets.items()}}
        write_line({**line, **more})
        return
    name = line.get("topic") or line["path"]
    forgotten = f"  {line['forgotten']} forgotten" if line["forgotten"] else ""
    sys.stdout.write(
        f"{name}  {line['records']} records  {line['bytes'] / 1e6:.2f} MB  "
        f"{line['first'] or '-'} to {line['last'] or '-'}{forgotten}\n"
    )
