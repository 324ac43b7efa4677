"""NAB's scoring as we wrote it: a small series by hand, and the shared bench's own on the ten."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from math import exp
from pathlib import Path
from random import Random
from types import ModuleType

import pytest

from tests.bench.quality.nab_bench import USUAL_PLACE
from tests.bench.quality.nab_scoring import (
    LOW_FALSE,
    LOW_MISSED,
    STANDARD,
    Labelled,
    Profile,
    cooled,
    load,
    score,
    worth_of,
)

SCRIPTS = USUAL_PLACE.parents[2] / "bench" / "quality"
NAMES = {STANDARD: "standard", LOW_FALSE: "low_FP", LOW_MISSED: "low_FN"}
PROFILES = list(NAMES)
SPANS = [(40, 49), (70, 79)]
TOP = 2.0 / (1.0 + exp(-5.0)) - 1.0


def series() -> Labelled:
    """100 rows, windows 40 to 49 and 70 to 79; the first 15 are not scored."""
    worth, window_at = worth_of(100, SPANS)
    return Labelled("s", list(range(100)), [0] * 100, SPANS, [], worth, window_at, 15)


@pytest.mark.parametrize("profile", PROFILES)
def test_alerts_at_the_beginnings_have_100_and_silence_nothing(profile: Profile) -> None:
    assert score([series()], [[40, 70]], profile) == pytest.approx(100.0)
    assert score([series()], [[]], profile) == 0.0


@pytest.mark.parametrize(("profile", "expected"), [
    (STANDARD, 50.0), (LOW_FALSE, 50.0), (LOW_MISSED, 50.0),
])
def test_half_of_the_windows_are_half_of_it(profile: Profile, expected: float) -> None:
    assert score([series()], [[40, 45, 49]], profile) == pytest.approx(expected)


def test_a_false_alert_costs_by_the_profile() -> None:
    alerts = [[20, 40, 70]]
    lost = [100.0 - score([series()], alerts, profile) for profile in PROFILES]
    assert lost == pytest.approx([100 * 0.11 / 4, 100 * 0.22 / 4, 100 * 0.11 / 6])


def test_a_late_alert_in_a_window_earns_less_and_one_behind_it_costs_little() -> None:
    late, behind = score([series()], [[49, 70]]), score([series()], [[40, 50, 70]])
    credit = 2.0 / (1.0 + exp(-5.0 * 0.1)) - 1.0
    assert late == pytest.approx(100.0 * (1 + credit / TOP + 2) / 4)
    cost = 0.11 * (1.0 - 2.0 / (1.0 + exp(5.0 * 1 / 9)))
    assert behind == pytest.approx(100.0 - 100.0 * cost / 4)


def test_the_first_rows_are_not_scored() -> None:
    assert score([series()], [[3, 14, 40, 70]]) == pytest.approx(100.0)


@pytest.fixture(scope="module")
def shared_bench() -> ModuleType:
    """An implementation that others wrote and held against NAB's published results."""
    if not (SCRIPTS / "nab_bench.py").is_file() or not (USUAL_PLACE / "labels").is_dir():
        pytest.skip("the shared bench and NAB's series are not beside the repository")
    pytest.importorskip("numpy")
    return _module(SCRIPTS / "nab_bench.py")


def _module(file: Path) -> ModuleType:
    spec = spec_from_file_location("shared_nab_bench", file)
    assert spec is not None
    assert spec.loader is not None
    found = module_from_spec(spec)
    sys.modules[spec.name] = found  # its dataclasses look themselves up
    spec.loader.exec_module(found)
    return found


def test_on_the_ten_series_it_is_the_shared_benchs_score(shared_bench: ModuleType) -> None:
    import numpy as np

    dice = Random(5)
    ours = load(USUAL_PLACE)
    theirs = [s for s in shared_bench.load(str(USUAL_PLACE)) if s.category == "realTweets"]
    assert [s.name.split("/")[1] for s in theirs] == [f"{s.name}.csv" for s in ours]
    for share in (0.9995, 0.998, 0.99):
        alerts = [cooled([dice.random() for _ in s.counts], share) for s in ours]
        rows = [np.array(told, int) for told in alerts]
        for profile, name in NAMES.items():
            told = shared_bench.nab_at(theirs, rows, name)
            assert score(ours, alerts, profile) == pytest.approx(told)
