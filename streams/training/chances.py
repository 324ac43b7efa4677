"""Logistic regression, and how well chances put those who rose above those who did not."""

from collections.abc import Sequence
from math import exp, fsum
from typing import Final

from streams.training.quantile import least_squares

ROUNDS: Final = 12


def logistic_weights(columns: Sequence[Sequence[float]], outcome: Sequence[float]) -> list[float]:
    """Logistic regression by reweighted least squares."""
    weights = [0.0] * len(columns)
    for _ in range(ROUNDS):
        pulls, targets = [], []
        for row, seen in zip(zip(*columns, strict=True), outcome, strict=True):
            reach = min(max(sum(a * b for a, b in zip(row, weights, strict=True)), -12.0), 12.0)
            chance = 1.0 / (1.0 + exp(-reach))
            pull = max(chance * (1.0 - chance), 1e-4)
            pulls.append(pull)
            targets.append(reach + (seen - chance) / pull)
        weights = least_squares(columns, targets, pulls, 1e-5)
    return weights


def auc(scores: Sequence[float], rose: Sequence[bool]) -> float:
    """Chance that one who rose was scored above one who did not; equal scores count half."""
    ranked = sorted(range(len(scores)), key=lambda i: scores[i])
    places, i = [0.0] * len(scores), 0
    while i < len(ranked):
        j = i
        while j < len(ranked) and scores[ranked[j]] == scores[ranked[i]]:
            j += 1
        for tied in ranked[i:j]:
            places[tied] = (i + j + 1) / 2
        i = j
    up = sum(rose)
    down = len(rose) - up
    if not up or not down:
        return 0.5
    above = fsum(p for p, r in zip(places, rose, strict=True) if r) - up * (up + 1) / 2
    return above / (up * down)
