"""The options by which a recording and a run of it are asked for, the same in every command."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, get_args

import platformdirs
import typer
from rich.console import Console

from deploy.replay.kept import Cache
from deploy.replay.plan import Looking, Plan, Reel
from deploy.replay.sealed import as_sealed
from schemas.clock import Millis
from schemas.errors import SettingsError
from streams.replay.fault_words import moment

MOST_PROCESSES: Final = 64  # more than a machine has cores only take memory

Recorded = Annotated[Path, typer.Argument(
    help="A sealed recording, or JSONL, CSV or Parquet, plain or gzipped.", exists=True)]
Map = Annotated[str, typer.Option(
    "--map", help="Of a plain file: known_time=first_seen,text=title+description,url=url,...")]
Source = Annotated[str, typer.Option(help="Of a plain file: the source the rows speak for.")]
Files = Annotated[list[Path], typer.Argument(
    help="A sealed recording, or plain files (JSONL, CSV, Parquet, .gz) of the same weeks.",
    exists=True)]
Maps = Annotated[list[str] | None, typer.Option(
    "--map", help="Of a plain file: known_time=first_seen,text=title+description,url=url,...; "
                  "once for all files, or once for each, in their order.")]
Sources = Annotated[list[str] | None, typer.Option(
    "--source", help="Of a plain file: the source the rows speak for; likewise.  [default: file]")]
Rounds = Annotated[str, typer.Option(
    help="Of plain files: auto takes a source for away when its round is overdue; always does "
         "not.")]
Catalogue = Annotated[Path | None, typer.Option(
    help="Catalogue file; else the recording's own, or the starter.", exists=True)]
Overrides = Annotated[list[str] | None, typer.Option(
    "--set", help="Change one setting of the computation: gates.min_types=1.")]
Drop = Annotated[list[str] | None, typer.Option(
    "--drop-source", help="Leave out a source, or a type of sources.")]
Delay = Annotated[list[str] | None, typer.Option(
    "--delay-source", help="Learn of a source later: reddit=2h.")]
Faults = Annotated[list[str] | None, typer.Option(
    "--fault", help="outage:<source>:<from>:<to>, storm429[:<source>], duplicates:0.1, "
                    "skew:<source>:+10m, late:<source>:6h, brigade:<name>[:<time>], ...")]
AsOf = Annotated[str | None, typer.Option(
    "--as-of", help="Only what was known by then: 2020-05-01, or with a time and a zone.")]
Kept = Annotated[Path | None, typer.Option(
    "--cache", help="Where what was computed is kept; what was cut short goes on from there.",
    file_okay=False)]


@contextmanager
def keeping(folder: Path | None, console: Console) -> Iterator[Cache]:
    """Where results are kept; who presses Ctrl-C is told that they are."""
    def say(words: str) -> None:
        console.print(words, markup=False, highlight=False, soft_wrap=True)

    cache = Cache(folder or platformdirs.user_cache_path("heat") / "sweep", say).made()
    try:
        yield cache
    except KeyboardInterrupt:
        say(f"heat: stopped; the same command goes on from what {cache.folder} keeps")
        raise


@dataclass(frozen=True)
class Asked:
    """What was asked for on the command line."""

    file: Path
    column_map: str = ""
    source: str = "file"
    catalogue: Path | None = None
    overrides: list[str] | None = None
    drop: list[str] | None = None
    delay: list[str] | None = None
    faults: list[str] | None = None
    as_of: str | None = None
    more: tuple[Reel, ...] = ()
    rounds: str = "auto"

    def plan(self) -> Plan:
        """Raises SettingsError naming what is not understood."""
        if self.file.is_dir() and self.column_map:
            raise SettingsError(f"--map is of plain files; {self.file} is a folder, and a recording"
                                " says itself what it holds")
        if self.file.is_dir() and self.rounds != "auto":
            raise SettingsError(f"--rounds is of plain files; the ticks of {self.file} say who was"
                                " away")
        return Plan(
            self.file, self.column_map, self.source, overrides=settings_of(self.overrides or []),
            catalogue=self.catalogue, drop=tuple(self.drop or ()),
            delay=tuple(self.delay or ()), faults=tuple(self.faults or ()),
            until=time_of(self.as_of, "--as-of"), more=self.more, rounds=looking(self.rounds),
        )


def as_sealed_or_today(plan: Plan) -> Plan:
    """A recording of settings that this version does not know runs with today's, and says so."""
    try:
        return as_sealed(plan)
    except SettingsError as refusal:
        typer.echo(f"heat: {plan.file}: {refusal}; today's settings take their place", err=True)
        return plan


def looking(word: str) -> Looking:
    """Raises SettingsError naming a word that is none of ours."""
    for known in get_args(Looking):
        if word == known:
            return word  # type: ignore[return-value]
    raise SettingsError(f"--rounds {word!r}: {' or '.join(get_args(Looking))}")


def reels_of(
    files: Sequence[Path], maps: Sequence[str] | None, sources: Sequence[str] | None
) -> tuple[Reel, ...]:
    """Every file with its map and its source. Raises SettingsError when they do not pair up."""
    each_map = _each("--map", maps or [""], files)
    each_source = _each("--source", sources or ["file"], files)
    return tuple(Reel(*reel) for reel in zip(files, each_map, each_source, strict=True))


def _each(option: str, told: Sequence[str], files: Sequence[Path]) -> Sequence[str]:
    if len(told) == 1:
        return [told[0]] * len(files)
    if len(told) != len(files):
        raise SettingsError(
            f"{len(told)} of {option} for {len(files)} files: once for all, or once for each")
    return told


def time_of(text: str | None, option: str) -> Millis | None:
    return None if text is None else moment(text, option)


def settings_of(pairs: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for pair in pairs:
        name, mark, value = pair.partition("=")
        if not mark:
            raise SettingsError(f"--set {pair!r}: name=value is expected")
        try:
            found[name.strip()] = json.loads(value)
        except ValueError:
            found[name.strip()] = value
    return found
