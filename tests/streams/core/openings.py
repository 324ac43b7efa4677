"""Proposals of invented names, and random days of them."""

import random

import msgspec

from schemas.clock import end_of
from schemas.ids import derived_id
from schemas.records import Alert, Proposal, Tick, TradePickup
from streams.core.config import configure
from streams.core.proposals import passed
from tests.builders import POLL, alert

CONFIG = configure({})
FIRST = POLL - 5
STEPS = ("evidence", "updated", "confirmed", "cooled", "retracted")


def proposal(
    entity_id: str, kind: str = "opened", poll: int = 0, *, texts: range = range(8),
    words: tuple[int, ...] = (), score: float = 3.0, episode: str = "1", step: int = 0,
    trade: TradePickup | None = None, **changes: object,
) -> Proposal:
    """What a name wants told `poll` polls after the first; `texts` are what it rests on."""
    n = POLL + 5 * poll
    episode_id = derived_id("episode", entity_id, episode)
    told = None if kind == "evidence" else told_by(
        entity_id, n, kind, episode_id, step, score, trade, **changes
    )
    return Proposal(
        id=derived_id("proposal", entity_id, str(n), kind), event_time=end_of(n),
        known_time=end_of(n), tick=n, entity_id=entity_id, episode_id=episode_id, alert=told,
        evidence=tuple(texts), words=words, config_hash="c", catalogue_version=1,
        code_version="v", causation=(),
    )


def told_by(
    entity_id: str, n: int, kind: str, episode_id: str, step: int, score: float,
    trade: TradePickup | None, **changes: object,
) -> Alert:
    plain = alert(entity_id, step, n, kind=kind, episode_id=episode_id, trade=trade,
                  detection_score=score)
    return msgspec.structs.replace(plain, **changes)


def picked_up(poll: int = 0, outlet: str = "Curtain Call") -> TradePickup:
    return TradePickup(mention_id="m", outlet=outlet, title="t", url=None,
                       event_time=end_of(POLL + 5 * poll), lead_ms=0)


def day(seed: int, names: int = 7, polls: int = 60) -> list[Proposal]:
    """Names that open, go on and end at random, some of them on the same texts."""
    rnd = random.Random(seed)
    told: list[Proposal] = []
    for number in range(names):
        at, episode, step = rnd.randrange(polls // 2), 0, 0
        while at < polls:
            kind = "opened" if step == 0 else rnd.choice(STEPS)
            begin = rnd.choice([0, 4, 100 * number])
            trade = picked_up(at) if kind == "confirmed" or rnd.random() < 0.1 else None
            told.append(proposal(
                f"name-{number}", kind, at, texts=range(begin, begin + rnd.randrange(3, 12)),
                words=tuple(rnd.sample(range(9), 4)), score=rnd.choice([3.0, 4.0, 5.5]),
                episode=str(episode), step=step, trade=trade, heat=rnd.choice([1.0, 1.4, 2.2]),
            ))
            step += 1
            at += rnd.choice([1, 2, 9])
            if kind == "cooled" and rnd.random() < 0.5:
                step, episode, at = 0, episode + 1, at + 5
    return told


def tick(poll: int, partition: int, partitions: int) -> Tick:
    return passed(POLL + 5 * poll, FIRST, partition, partitions)
