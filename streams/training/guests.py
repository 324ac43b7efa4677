"""An installed model, trained and judged as ours is: on later boards, beside the naive guess."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final

import msgspec
import numpy as np

from schemas.clock import HOUR_MS, Millis
from schemas.records import TrainingRun
from streams.core.guest import Ahead, Hours
from streams.core.risers import HORIZONS, TOP, TRACE
from streams.guests import GuestRefusedError, NamedGuest
from streams.training.board_scores import Foretold, HeatScore
from streams.training.boards import EVERY_HOURS, PAST, Sight, Steps, heat_at, judged, sights, span
from streams.training.runs import verdict

SETTINGS: Final = {"past": PAST, "every_hours": EVERY_HOURS}
Answers = Mapping[Millis, Mapping[str, Ahead]]


def train_guest(
    guest: NamedGuest, steps: Steps, *, ended: Millis, trained_on: str, input_hash: str
) -> TrainingRun:
    """The record of its training; one that raised or answered nonsense is refused by its reason.

    Raises ValueError when there is too little to learn from or to be measured on.
    """
    first, cut, last = span(steps)
    if cut - first < TRACE * HOUR_MS:
        raise ValueError(f"less than {TRACE} hours of heat to learn from")
    held_out = sights(steps, cut, last)
    if not held_out:
        raise ValueError("no boards are left to be measured on")
    learned, version, reason = "", guest.model, ""
    metrics: dict[str, float] = {}
    naive: dict[str, float] = {}
    try:
        score = _measured(guest, guest.fit(hours_of(steps, first, cut)), steps, held_out)
        metrics, naive = score.metrics(), score.naive()
        learned = guest.fit(hours_of(steps, first, last))
        version = guest.version(learned)
    except GuestRefusedError as refusal:
        metrics, naive, reason = {}, {}, str(refusal)
    run = verdict(
        model=guest.model, version=version, ended=ended, trained_on=trained_on,
        series=len(steps), examples=(cut - first) // HOUR_MS, held_out=len(held_out),
        input_hash=input_hash, metrics=metrics, naive=naive, artifact=learned, settings=SETTINGS,
    )
    return msgspec.structs.replace(run, refusal=reason) if reason else run


def hours_of(steps: Steps, first: Millis, last: Millis, names: Iterable[str] = ()) -> Hours:
    """The ends of the whole hours between two moments, for all names or for some."""
    begin, at = -(-first // HOUR_MS) * HOUR_MS, last // HOUR_MS * HOUR_MS
    return Hours(at, {
        name: tuple(heat_at(steps[name], moment) for moment in range(begin, at + 1, HOUR_MS))
        for name in names or steps
    })


def _measured(
    guest: NamedGuest, learned: str, steps: Steps, held_out: Sequence[Sight]
) -> HeatScore:
    answers: dict[Millis, Mapping[str, Ahead]] = {}
    for at, board in groupby(held_out, lambda sight: sight.at):
        names = [sight.name for sight in board]
        now = hours_of(steps, at - (TRACE - 1) * HOUR_MS, at, names)
        answers[at] = guest.foretell(learned, now)
    return judged(_foretold(answers, held_out), held_out)


def _foretold(answers: Answers, held_out: Sequence[Sight]) -> Foretold:
    """A chance counts for an horizon that it is told for of everybody below the list."""
    said = [answers[sight.at][sight.name] for sight in held_out]
    below = [sight.standing.rank > TOP for sight in held_out]
    bands = np.asarray([[ahead.bands[hours] for hours in HORIZONS] for ahead in said], float)
    chances = {
        str(hours): np.asarray([ahead.chances.get(hours, 0.0) for ahead in said])
        for hours in HORIZONS
        if all(hours in ahead.chances
               for ahead, asked in zip(said, below, strict=True) if asked)
    }
    return Foretold(bands[:, :, 0], bands[:, :, 1], bands[:, :, 2], chances)
