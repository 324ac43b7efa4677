"""The pure core without a broker: what the computation alone costs."""

import os

import msgspec

from schemas.records import Mention, RawMention, Tick
from streams.core.config import CoreConfig
from streams.core.intervals import MentionPartition
from streams.core.pipeline import run
from streams.replay.in_process import catalogue_of
from tests.bench.parts.chatter import SOURCE, Chatter
from tests.bench.parts.figures import Figures, timed


def measure_core(told: Chatter) -> tuple[Figures, int]:
    """Mentions through one partition, its rows packed after each tick; and the events let out."""
    partition, events = MentionPartition(CoreConfig(), {}), 0
    with timed(told.mention_count, {"core": os.getpid()}) as figures:
        for offset, record in enumerate(told.mentions):
            if isinstance(record, Mention):
                partition.mention(record, offset)
            else:
                partition.tick(record)
                events += len(partition.close())
                partition.take_rows()
    return figures, events


def pipeline_core(told: Chatter, most: int) -> Figures:
    """The first `most` raw mentions through resolving and measuring, from one raw partition."""
    log: list[RawMention | Tick] = []
    raws = 0
    for record in told.raw:
        if isinstance(record, Tick):
            log.append(msgspec.structs.replace(record, present={SOURCE: 1}))
            continue
        raws += 1
        if raws > most:
            break
        log.append(record)
    catalogue = catalogue_of(told.entities)
    with timed(min(raws, most), {"core": os.getpid()}) as figures:
        for _ in run(log, (SOURCE,), catalogue, CoreConfig()):
            pass
    return figures
