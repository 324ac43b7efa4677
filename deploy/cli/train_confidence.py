"""`heat train confidence`: how likely alerts are to hold, from the alerts of a replay."""

from hashlib import blake2b
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from deploy.cli.lines import write_line
from deploy.cli.replay import Overrides, settings_of
from deploy.cli.train_forecast import conclude, ready
from deploy.replay.plan import Plan
from producers.catalogue.load import STARTER
from producers.ticks import ticks_for_recording
from schemas.clock import now
from schemas.errors import SettingsError
from schemas.records import Alert, Proposal
from streams.core.pipeline import run
from streams.replay.in_process import catalogue_of
from streams.training.holding import Held, listening, stood, train


def train_confidence(
    file: Annotated[Path, typer.Argument(help="A recording, as `heat replay` takes it.",
                                         exists=True, dir_okay=False)],
    column_map: Annotated[str, typer.Option("--map", help="As of `heat replay`.")],
    source: Annotated[str, typer.Option(help="The source the rows speak for.")] = "file",
    catalogue: Annotated[Path, typer.Option(help="Catalogue file.", exists=True)] = STARTER,
    overrides: Overrides = None,
    out: Annotated[Path | None, typer.Option(help="Where the curve goes if it serves.")] = None,
    runs: Annotated[Path | None, typer.Option(help="JSON lines that the run is added to.")] = None,
) -> None:
    """Replay, fit on the earlier alerts, measure on the later: stood or taken back on back-check.

    Prints what was said and what held, in four parts of the later alerts, then the training run:
    the Brier score beside that of always saying the usual share. A curve that is no better is not
    written, and the exit code is 1. Below sixty alerts nothing is fitted.
    """
    ready(runs, out)
    plan = Plan(file, column_map, source, "max", settings_of(overrides or []), catalogue)
    told = ", ".join([file.name, *(overrides or [])])
    try:
        found = train(_alerts(plan), told)
    except ValueError as reason:
        raise SettingsError(f"{file.name}: {reason}") from None
    digest = blake2b(file.read_bytes(), digest_size=8).hexdigest()
    for part in found.curve.reliability:
        write_line({"reliability": msgspec.to_builtins(part)})
    conclude(found.record(ended=now(), trained_on=told, series=1, input_hash=digest), runs, out)


def _alerts(plan: Plan) -> list[Held]:
    recording, entities = plan.recording(), plan.entities()
    log = ticks_for_recording(recording.mentions, {plan.source: 1}, len(entities))
    proposed: list[str] = []
    opened: list[str] = []
    retracted: set[str] = set()
    with listening() as seen:
        for _, record in run(log, (plan.source,), catalogue_of(entities), plan.core):
            if isinstance(record, Proposal) and record.alert is not None:
                if record.alert.kind == "opened":
                    proposed.append(record.alert.alert_id)
            elif isinstance(record, Alert) and record.kind == "opened":
                opened.append(record.alert_id)
            elif isinstance(record, Alert) and record.kind == "retracted":
                retracted.add(record.alert_id)
    return stood(seen, proposed, opened, retracted)
