"""Fits the chance that an alert holds on its back-check, from the alerts of a replay."""

from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from itertools import pairwise
from typing import Final, NamedTuple

import msgspec

from schemas.clock import Millis
from schemas.records import TrainingRun
from streams.core import confidence
from streams.core.confidence import SIGNS, Bin, Curve, Features
from streams.training.chances import logistic_weights
from streams.training.runs import digest, verdict

PAST: Final = 0.6  # of the alerts; the later ones are held out
FEWEST: Final = 60  # alerts
BINS: Final = 4
DOUBT: Final = 2  # imagined alerts that held, and as many that did not, beside a part of the table
CAUTION: Final = 4.0  # imagined alerts of the usual kind, added at each end of every sign


class Held(NamedTuple):
    """One alert: its features at the opening, and whether it stood."""

    features: Features
    held: bool


@contextmanager
def listening() -> Iterator[list[Features]]:
    """Collects the features of every opening inside the block, in their order."""
    seen: list[Features] = []
    plain = confidence.of

    def of(features: Features) -> float | None:
        seen.append(features)
        return None

    confidence.of = of
    try:
        yield seen
    finally:
        confidence.of = plain


def stood(
    seen: Sequence[Features], proposed: Sequence[str], opened: Sequence[str],
    retracted: Set[str],
) -> list[Held]:
    """Features beside the fate of their alert.

    `seen` and the `proposed` alert ids are in one order; `opened` are those that went out.
    """
    told = set(opened)
    return [
        Held(features, name not in retracted)
        for features, name in zip(seen, proposed, strict=True) if name in told
    ]


class ConfidenceRun(NamedTuple):
    """The curve of all alerts, and how one of the earlier alerts did on the later."""

    curve: Curve
    brier: float
    base_brier: float
    said_on: int
    known: int

    def record(
        self, *, ended: Millis, trained_on: str, series: int, input_hash: str
    ) -> TrainingRun:
        return verdict(
            model="confidence", version=self.curve.name, ended=ended, trained_on=trained_on,
            series=series, examples=self.known, held_out=self.said_on, input_hash=input_hash,
            metrics={"brier": self.brier}, naive={"brier": self.base_brier},
            artifact=msgspec.json.encode(self.curve).decode(),
            settings={"past": PAST, "fewest": FEWEST, "caution": CAUTION, "doubt": DOUBT},
        )


def train(alerts: Sequence[Held], basis: str) -> ConfidenceRun:
    """`alerts` in the order of their openings. Raises ValueError when there are too few."""
    known = [one for one in alerts if confidence.signs_of(one.features) is not None]
    if len(known) < FEWEST:
        raise ValueError(f"{len(known)} alerts with all features; {FEWEST} are needed")
    cut = int(len(known) * PAST)
    past, later = known[:cut], known[cut:]
    base = sum(one.held for one in past) / len(past)
    if base in (0.0, 1.0):
        raise ValueError("all alerts went the same way: nothing to learn from")
    told = [(confidence.by(_curve(past, (), ""), one.features), one.held) for one in later]
    said = [(chance, held) for chance, held in told if chance is not None]
    if not said:
        raise ValueError("no later alert is within the range of the earlier ones")
    brier = sum((chance - held) ** 2 for chance, held in said) / len(said)
    naive = sum((base - held) ** 2 for _, held in said) / len(said)
    curve = bounded(_curve(known, _bins(said), basis))
    return ConfidenceRun(curve, brier, naive, len(said), len(known))


def bounded(curve: Curve) -> Curve:
    """Speaking only as far as its reliability table bears it, and named after all that it says."""
    floor, ceiling = bounds(curve.reliability)
    told = [curve.weights, curve.least, curve.most, floor, ceiling]
    return msgspec.structs.replace(
        curve, name=f"confidence-{digest(told)}", floor=floor, ceiling=ceiling
    )


def bounds(reliability: Sequence[Bin]) -> tuple[float, float]:
    """The least and the most that may be said: by the ends of the table, made to rise.

    Parts that held less often than a part below them are counted as one with it, so that the luck
    of one small part in the middle sets no bound. Each end is cautious by DOUBT.
    """
    parts: list[tuple[int, int]] = []  # alerts, and those that held
    for line in reliability:
        parts.append((line.alerts, round(line.held * line.alerts)))
        while len(parts) > 1 and _share(parts[-1]) < _share(parts[-2]):
            (more, stood_more), (many, stood_many) = parts.pop(), parts.pop()
            parts.append((many + more, stood_many + stood_more))
    low, high = (
        round((stood_by + DOUBT) / (alerts + 2 * DOUBT), 3)
        for alerts, stood_by in (parts[0], parts[-1])
    )
    return min(low, high), max(low, high)


def _share(part: tuple[int, int]) -> float:
    return part[1] / part[0]


def _curve(known: Sequence[Held], reliability: tuple[Bin, ...], basis: str) -> Curve:
    """Signs are put on one scale first, and a few imagined alerts keep the curve flat."""
    rows = [confidence.signs_of(one.features) or () for one in known]
    columns = [list(column) for column in zip(*rows, strict=True)]
    means = [sum(column) / len(column) for column in columns]
    spreads = [
        (sum((v - mean) ** 2 for v in column) / len(column)) ** 0.5 or 1.0
        for column, mean in zip(columns, means, strict=True)
    ]
    base = sum(one.held for one in known) / len(known)
    plain = [
        [(v - mean) / spread for v in column]
        for column, mean, spread in zip(columns, means, spreads, strict=True)
    ]
    outcome = [float(one.held) for one in known]
    for place in range(len(plain)):
        for side in (-1.0, 1.0):
            for column_place, column in enumerate(plain):
                column += [side if column_place == place else 0.0] * round(CAUTION)
            outcome += [base] * round(CAUTION)
    found = logistic_weights([*plain, [1.0] * len(outcome)], outcome)
    weights = [w / spread for w, spread in zip(found[:-1], spreads, strict=True)]
    constant = found[-1] - sum(w * mean for w, mean in zip(weights, means, strict=True))
    return Curve(
        "", SIGNS, tuple(round(w, 5) for w in (*weights, constant)),
        tuple(min(column) for column in columns), tuple(max(column) for column in columns),
        reliability, basis,
    )


def _bins(said: Sequence[tuple[float, bool]]) -> tuple[Bin, ...]:
    """Equal shares of the held-out alerts, by rising chance."""
    ranked = sorted(said)
    cuts = [len(ranked) * n // BINS for n in range(BINS + 1)]
    parts = [ranked[low:high] for low, high in pairwise(cuts) if high > low]
    return tuple(
        Bin(len(part), round(sum(c for c, _ in part) / len(part), 3),
            round(sum(h for _, h in part) / len(part), 3))
        for part in parts
    )
