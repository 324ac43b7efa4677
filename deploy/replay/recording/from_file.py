"""A plain file with a column map into a sealed recording, with the ticks that belong to it."""

from pathlib import Path

import msgspec

from deploy.replay.plan import Plan, rejected
from deploy.replay.recording import manifest as seals
from deploy.replay.recording.container import sha256_of
from deploy.replay.recording.making import Making, making
from deploy.replay.recording.manifest import Manifest, Original
from producers.file.recording import Recording
from producers.ticks import ticks_for_recording
from schemas.errors import SettingsError
from schemas.records import Alert, Tick
from schemas.topics import raw_topic
from schemas.version import CODE_VERSION


def record_file(plan: Plan, out: Path, alerts: list[Alert] | None = None) -> Manifest:
    """The sealed recording's manifest. `alerts` are what a run of it gave, to be held against."""
    recording, entities = plan.recording(), plan.entities()
    if not recording.mentions:
        raise SettingsError(f"{plan.file}: none of its {recording.rows} rows is a mention")
    with making(out) as made:
        for offset, entity in enumerate(entities):
            made.add("entities", 0, offset, entity)
        _log(made, plan.source, recording, len(entities))
        for offset, alert in enumerate(alerts or ()):
            made.add("alerts", 0, offset, alert)
        manifest = seals.sealed(Manifest(
            made_from="file", simulated=plan.source == "simulated", sources=(plan.source,),
            catalogue_version=len(entities), code_version=CODE_VERSION,
            config=msgspec.to_builtins(plan.core), config_hash=plan.core.hash,
            first_tick=made.ticks[0], last_tick=made.ticks[-1],
            first_known=recording.mentions[0].known_time,
            last_known=recording.mentions[-1].known_time, mentions=len(recording.mentions),
            original=Original(
                file=plan.file.name, sha256=sha256_of(plan.file), column_map=plan.column_map,
                rejected=dict(sorted(rejected(recording).items())),
            ),
            files=tuple(made.seal()),
        ))
        seals.write(made.folder, manifest)
    return manifest


def _log(made: Making, source: str, recording: Recording, catalogue: int) -> None:
    topic, ticks = raw_topic(source), 0
    log = ticks_for_recording(recording.mentions, {source: 1}, catalogue)
    for offset, record in enumerate(log):
        made.add(topic, 0, offset, record)
        if isinstance(record, Tick):
            made.add("ticks", 0, ticks, record)
            ticks += 1
