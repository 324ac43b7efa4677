"""The options by which a recording and a run of it are asked for, the same in every command."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.replay.plan import Plan
from schemas.clock import Millis
from schemas.errors import SettingsError
from streams.replay.fault_words import moment

Recorded = Annotated[Path, typer.Argument(
    help="A sealed recording, or JSONL, CSV or Parquet, plain or gzipped.", exists=True)]
Map = Annotated[str, typer.Option(
    "--map", help="Of a plain file: known_time=first_seen,text=title+description,url=url,...")]
Source = Annotated[str, typer.Option(help="Of a plain file: the source the rows speak for.")]
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

    def plan(self) -> Plan:
        """Raises SettingsError naming what is not understood."""
        return Plan(
            self.file, self.column_map, self.source, overrides=settings_of(self.overrides or []),
            catalogue=self.catalogue, drop=tuple(self.drop or ()),
            delay=tuple(self.delay or ()), faults=tuple(self.faults or ()),
            until=time_of(self.as_of, "--as-of"),
        )


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
