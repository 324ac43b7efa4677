"""A plain file with a column map into a sealed recording, with the ticks that belong to it."""

from pathlib import Path

import msgspec

from deploy.replay.plan import Plan, rejected
from deploy.replay.recording import manifest as seals
from deploy.replay.recording.making import Making, making
from deploy.replay.recording.manifest import Manifest, Original
from deploy.replay.rounds import attended, rounds_by_source
from producers.file.recording import Recording, require_mentions
from producers.ticks import ticks_for_recording
from schemas.records import Alert, Tick
from schemas.topics import raw_topic
from schemas.version import CODE_VERSION
from streams.replay.reel import intervals_of, log_of


def record_file(plan: Plan, out: Path, alerts: list[Alert] | None = None) -> Manifest:
    """The sealed recording's manifest. `alerts` are what a run of it gave, to be held against."""
    recording, entities = plan.recording(), plan.entities()
    require_mentions(recording, plan.files)
    with making(out) as made:
        for offset, entity in enumerate(entities):
            made.add("entities", 0, offset, entity)
        _log(made, plan, recording, len(entities))
        for offset, alert in enumerate(alerts or ()):
            made.add("alerts", 0, offset, alert)
        manifest = seals.sealed(Manifest(
            made_from="file", simulated="simulated" in plan.sources, sources=plan.sources,
            catalogue_version=len(entities), code_version=CODE_VERSION,
            config=msgspec.to_builtins(plan.core), config_hash=plan.core.hash,
            first_tick=made.ticks[0], last_tick=made.ticks[-1],
            first_known=recording.mentions[0].known_time,
            last_known=recording.mentions[-1].known_time, mentions=len(recording.mentions),
            original=Original(
                file=" + ".join(reel.file.name for reel in plan.reels), sha256=plan.sha256(),
                column_map=" | ".join(reel.column_map for reel in plan.reels),
                rejected=dict(sorted(rejected(recording).items())),
            ),
            files=tuple(made.seal()),
        ))
        seals.write(made.folder, manifest)
    return manifest


def _log(made: Making, plan: Plan, recording: Recording, catalogue: int) -> None:
    """Every source's log: its own mentions, and each tick."""
    partitions, ticks = dict.fromkeys(plan.sources, 1), 0
    offsets = dict.fromkeys(plan.sources, 0)
    reel = intervals_of(ticks_for_recording(recording.mentions, partitions, catalogue))
    if plan.rounds == "auto":
        rounds = rounds_by_source(recording.mentions)
        reel = attended(reel, {source: one.patience for source, one in rounds.items()})
    for record in log_of(reel):
        tick = isinstance(record, Tick)
        for source in plan.sources if isinstance(record, Tick) else (record.source,):
            made.add(raw_topic(source), 0, offsets[source], record)
            offsets[source] += 1
        if tick:
            made.add("ticks", 0, ticks, record)
            ticks += 1
