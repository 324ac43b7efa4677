"""Powers and logarithms whose last bit is the same on every machine.

The mathematical libraries of machines differ there: one that multiplies and adds in one step rounds
otherwise than one that does not, and an alert that was computed by one is verified by the other.
Here are additions, products, quotients and shifts of the exponent alone, each of which IEEE 754
defines to the bit. Errors stay within 4 units in the last place.
"""

from math import factorial, frexp, inf, ldexp, sqrt
from typing import Final

LN2: Final = 0.6931471805599453
_LN2_HEAD: Final = 0.6931471803691238  # its first 32 bits: times any exponent it is exact
_LN2_TAIL: Final = 1.9082149292705877e-10
_OF_EXP: Final = tuple(1.0 / factorial(n) for n in range(14, 1, -1))  # r^14 down to r^2
_OF_LOG: Final = tuple(2.0 / odd for odd in range(23, 1, -2))  # s^23 down to s^3
_ROOT_HALF: Final = sqrt(0.5)
_MOST: Final = 709.782712893384
_LEAST: Final = -745.2
_NEAR: Final = 0.35  # e^x - 1 loses no bits beyond


def exp(x: float) -> float:
    """e to the power x. Raises OverflowError as `math.exp`."""
    if x > _MOST:
        if x == inf:
            return inf
        raise OverflowError("math range error")
    if x < _LEAST:
        return 0.0
    if x != x:
        return x
    n = round(x / LN2)
    return ldexp(1.0 + _expm1(x - n * _LN2_HEAD - n * _LN2_TAIL), n)


def expm1(x: float) -> float:
    """e to the power x, less 1, as exactly where x is next to nothing."""
    return _expm1(x) if -_NEAR < x < _NEAR else exp(x) - 1.0


def _expm1(r: float) -> float:
    """The series, for a small r."""
    series = 0.0
    for part in _OF_EXP:
        series = series * r + part
    return r + r * r * series


def log(x: float) -> float:
    """The natural logarithm. Raises ValueError as `math.log`."""
    if x <= 0.0:
        raise ValueError("math domain error")
    if x == inf or x != x:
        return x
    m, e = frexp(x)
    if m < _ROOT_HALF:
        m, e = 2.0 * m, e - 1
    f = m - 1.0
    s = f / (2.0 + f)
    square, series = s * s, 0.0
    for part in _OF_LOG:
        series = series * square + part
    return e * _LN2_HEAD + (e * _LN2_TAIL + (2.0 * s + s * square * series))


def log1p(x: float) -> float:
    """log(1 + x), as exactly where x is next to nothing (Kahan's way)."""
    near = 1.0 + x
    return float(x) if near == 1.0 or near == inf else log(near) * (x / (near - 1.0))


def power(base: float, exponent: float) -> float:
    """A positive base to any power; less exact the further the result is from 1."""
    if base == 0.5:
        n = round(exponent)
        return ldexp(exp((n - exponent) * LN2), -n)
    return exp(exponent * log(base))


def logistic(odds: float) -> float:
    """1 / (1 + e^-odds), between 0 and 1."""
    return 1.0 / (1.0 + exp(-min(max(odds, -_MOST), _MOST)))
