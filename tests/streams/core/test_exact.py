"""Powers and logarithms: as exact as a machine's own, and the same on each."""

import math
import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core import exact
from streams.core.risers import SINES

UNITS = 4  # in the last place
# What a processor can do that has no step for a product and a sum at once, to glibc.
OTHER_MACHINE = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4"}
PRINT_OF = """
import hashlib, random
from {module} import exp, expm1, log, log1p
from streams.core.risers import SINES
from streams.core.forecast import CALMED, FADING
dice, found = random.Random(7), hashlib.sha256(repr((SINES, CALMED, FADING)).encode())
for _ in range(20_000):
    near, far = dice.uniform(-20.0, 20.0), dice.uniform(1e-6, 1e6)
    found.update(repr((exp(near), expm1(near / 50), log(far), log1p(far))).encode())
print(found.hexdigest())
"""


def near(found: float, wanted: float) -> bool:
    return abs(found - wanted) <= UNITS * math.ulp(wanted)


@given(st.floats(-745.0, 709.7))
def test_exp(x: float) -> None:
    assert near(exact.exp(x), math.exp(x))


@given(st.one_of(st.floats(-40.0, 700.0), st.floats(-1.0, 1.0), st.floats(-1e-9, 1e-9)))
def test_expm1_also_next_to_nothing(x: float) -> None:
    assert near(exact.expm1(x), math.expm1(x))


@given(st.one_of(st.floats(5e-324, 1.7e308), st.floats(0.5, 2.0)))
def test_log(x: float) -> None:
    assert near(exact.log(x), math.log(x))


@given(st.one_of(st.floats(-0.999, 1e300), st.floats(-1e-9, 1e-9)))
def test_log1p_also_next_to_nothing(x: float) -> None:
    assert near(exact.log1p(x), math.log1p(x))


@given(st.floats(0.0, 1000.0))
def test_a_half_to_any_power(x: float) -> None:
    assert near(exact.power(0.5, x), math.pow(0.5, x))


@given(st.floats(0.01, 100.0), st.floats(-5.0, 5.0))
def test_any_positive_number_to_any_power(base: float, x: float) -> None:
    assert exact.power(base, x) == pytest.approx(math.pow(base, x), rel=1e-13)


@given(st.floats(-1e6, 1e6))
def test_logistic_stays_between_nothing_and_one(odds: float) -> None:
    assert 0.0 <= exact.logistic(odds) <= 1.0
    assert exact.logistic(odds) + exact.logistic(-odds) == pytest.approx(1.0, abs=1e-15)


def test_what_is_known_without_rounding() -> None:
    assert (exact.exp(0.0), exact.log(1.0), exact.log1p(0), exact.expm1(0.0)) == (1, 0, 0, 0)
    assert [exact.power(0.5, n) for n in range(4)] == [1.0, 0.5, 0.25, 0.125]
    assert exact.logistic(0.0) == 0.5
    assert isinstance(exact.log1p(0), float)


def test_at_the_ends_of_numbers() -> None:
    assert (exact.exp(-math.inf), exact.exp(-1e9), exact.exp(math.inf)) == (0.0, 0.0, math.inf)
    assert exact.log(math.inf) == exact.log1p(math.inf) == math.inf
    assert all(map(math.isnan, (exact.exp(math.nan), exact.log(math.nan))))


@pytest.mark.parametrize(("call", "of", "error"), [
    (exact.exp, 710.0, OverflowError),
    (exact.log, 0.0, ValueError), (exact.log, -1.0, ValueError), (exact.log1p, -1.0, ValueError),
])
def test_what_has_no_answer_is_refused_as_by_the_machine(
    call: Callable[[float], float], of: float, error: type[Exception]
) -> None:
    with pytest.raises(error):
        call(of)


def test_sines_of_the_hours() -> None:
    wanted = [math.sin(2 * math.pi * hour / 24) for hour in range(24)]
    assert pytest.approx(wanted, abs=1e-15) == SINES


def bits(module: str, **machine: str) -> str:
    done = subprocess.run([sys.executable, "-c", PRINT_OF.format(module=module)],
                          env={**os.environ, **machine}, capture_output=True, text=True,
                          timeout=120, check=True)
    return done.stdout


def test_another_machine_gives_the_same_bits() -> None:
    if bits("math") == bits("math", **OTHER_MACHINE):
        pytest.skip("this machine's own library does not round otherwise without fused products")
    assert bits("streams.core.exact") == bits("streams.core.exact", **OTHER_MACHINE)
