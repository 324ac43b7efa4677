"""Weighted quantile regression by reweighted least squares: small, exact enough, the same anywhere.

Plain Python on columns: no library decides what the numbers are, and a table is fitted in seconds.
"""

from collections.abc import Callable, Sequence
from math import fsum
from operator import mul
from typing import Final

Column = Sequence[float]

ROUNDS: Final = 14
SMALLEST_ERROR: Final = 0.03
RIDGE: Final = 0.005  # times the importance of all rows and the variance of a column
LEAST_RIDGE: Final = 1e-6  # of a constant: enough to solve, too little to move it


def quantile_weights(
    columns: Sequence[Column], target: Column, importance: Column, share: float
) -> list[float]:
    """Weights of the columns, so that `share` of the target lies below their sum."""
    def pull(error: float) -> float:
        return (share if error >= 0.0 else 1.0 - share) / max(abs(error), SMALLEST_ERROR)

    return _reweighted(columns, target, importance, pull)


def _reweighted(
    columns: Sequence[Column], target: Column, importance: Column,
    pull: Callable[[float], float],
) -> list[float]:
    mean = fsum(importance) / len(importance)
    plain = [value / mean for value in importance]
    found = least_squares(columns, target, plain)
    for _ in range(ROUNDS):
        errors = map(float.__sub__, target, combined(columns, found))
        found = least_squares(columns, target, list(map(mul, plain, map(pull, errors))))
    return found


def combined(columns: Sequence[Column], weights: Sequence[float]) -> list[float]:
    """The weighted sum of the columns, row by row."""
    total = [0.0] * len(columns[0])
    for column, weight in zip(columns, weights, strict=True):
        total = [so_far + weight * value for so_far, value in zip(total, column, strict=True)]
    return total


def least_squares(
    columns: Sequence[Column], target: Column, importance: Column, ridge: float = RIDGE
) -> list[float]:
    """Weighted least squares with a little ridge, in the measure of each column."""
    weighted = [list(map(mul, importance, column)) for column in columns]
    size = len(columns)
    whole = fsum(importance)
    penalty = [whole * max(ridge * _variance(column), LEAST_RIDGE) for column in columns]
    matrix = [[0.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i, size):
            matrix[i][j] = matrix[j][i] = sum(map(mul, weighted[i], columns[j]))
        matrix[i][i] += penalty[i]
    return solve(matrix, [sum(map(mul, column, target)) for column in weighted])


def _variance(column: Column) -> float:
    mean = fsum(column) / len(column)
    return fsum((value - mean) ** 2 for value in column) / len(column)


def solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gaussian elimination with the largest pivot. The matrix is positive definite by its ridge."""
    size = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i in range(size):
        pivot = max(range(i, size), key=lambda j: abs(rows[j][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for j in range(i + 1, size):
            factor = rows[j][i] / rows[i][i]
            rows[j] = [b - factor * a for a, b in zip(rows[i], rows[j], strict=True)]
    found = [0.0] * size
    for i in reversed(range(size)):
        known = sum(map(mul, rows[i][i + 1:size], found[i + 1:]))
        found[i] = (rows[i][size] - known) / rows[i][i]
    return found
