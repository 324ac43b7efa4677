"""Forecast models of others: found by name, held to their answers, judged, seated, refused."""

import sys
from collections.abc import Callable, Mapping
from functools import cache
from math import nan
from pathlib import Path
from typing import Any

import msgspec
import pytest

from schemas.clock import HOUR_MS, Millis
from schemas.errors import SettingsError
from schemas.records import TrainingRun
from streams.core.forecast import Band
from streams.core.guest import Ahead, Hours
from streams.core.risers import HORIZONS, TRACE, packaged
from streams.forecaster import Forecaster
from streams.guests import GuestRefusedError, NamedGuest, Seat, guest
from streams.training.guests import train_guest
from tests.deploy.daily.weather import bursts, same_every_day
from tests.streams.core.test_risers import NOON, heat
from tests.streams.fading import Fading
from tests.streams.installed import FADING, install
from tests.streams.training.test_boards import BEGIN, DAYS, steps_of

NAMED = NamedGuest("fading", Fading())
WARM = Hours(NOON, {"ada": (0.5,) * TRACE, "bea": (0.25,) * TRACE})
GOOD = Ahead({hours: Band(0.1, 0.2, 0.3) for hours in HORIZONS}, {6: 0.5})


class Answering(Fading):
    """Answers as it is told to, whatever it learned."""

    def __init__(self, answer: Callable[[], Any]) -> None:
        self.answer = answer

    def foretell(self, learned: str, now: Hours) -> Mapping[str, Ahead]:
        told: Mapping[str, Ahead] = self.answer()
        return told


def of_all(ahead: Any) -> Callable[[], Any]:
    return lambda: {"ada": GOOD, "bea": ahead}


def with_band(*band: float) -> Callable[[], Any]:
    return of_all(Ahead({**GOOD.bands, 3: Band(*band)}, {}))


def trained(named: NamedGuest, world: Callable[[Millis, int], Any] = bursts) -> TrainingRun:
    return train_guest(named, steps_of(world(BEGIN, DAYS)), ended=BEGIN, trained_on="weather",
                       input_hash="x")


@cache
def run() -> TrainingRun:
    return trained(NAMED)


def test_an_installed_model_is_found_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(install(tmp_path, fading=FADING))
    assert guest("fading").fit(WARM)
    with pytest.raises(SettingsError, match=r"no forecaster 'prophet' is installed.*: fading$"):
        guest("prophet")


@pytest.mark.parametrize(
    ("place", "told"),
    [("tests.streams.nowhere:Fading", "ModuleNotFoundError"),
     ("tests.streams.fading:Missing", "AttributeError"),
     ("tests.streams.installed:install", "TypeError"),
     ("builtins:dict", "dict has not both of fit and foretell"), ("sys:exit", "SystemExit")],
)
def test_a_model_that_cannot_be_made_is_named_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, told: str
) -> None:
    monkeypatch.syspath_prepend(install(tmp_path, broken=place))
    with pytest.raises(SettingsError, match=f"'broken', {place}: {told}"):
        guest("broken")


def test_what_beats_the_naive_guess_is_served_under_its_name() -> None:
    assert run().served
    assert run().model == "heat.fading"
    assert run().version == NAMED.version(run().artifact)
    assert run().metrics["mae"] < run().naive["mae"]
    assert run().held_out > 0


def test_what_does_not_beat_it_is_refused_and_keeps_what_it_learned_to_itself() -> None:
    found = trained(NAMED, same_every_day)
    assert (found.served, found.artifact) == (False, "")
    assert found.refusal == "no better than the naive guess on held-out time"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (with_band(0.1, nan, 0.3), "no band of three numbers for 3 h"),
        (with_band(0.3, 0.2, 0.1), "not in order for 3 h"),
        (with_band(0.1, 0.2, 2.6), "not within what heat can be"),
        (with_band(-0.1, 0.2, 0.3), "not within what heat can be"),
        (of_all(Ahead({1: Band(0.1, 0.2, 0.3)}, {})), "there is no band for 3 h"),
        (of_all(GOOD._replace(chances={6: 1.5})), "1.5 is no chance, for 6 h"),
        (of_all(None), "bea: bands and chances are expected"),
        (lambda: {"ada": GOOD}, "it said nothing of bea"),
        (list, "it answered with list"),
        (lambda: 1 / 0, "ZeroDivisionError"),
        (lambda: sys.exit(3), "SystemExit: 3"),
    ],
)
def test_nonsense_is_refused_by_what_is_wrong_with_it(
    answer: Callable[[], Any], told: str
) -> None:
    with pytest.raises(GuestRefusedError, match="^forecaster odd: foretell: .*" + told):
        NamedGuest("odd", Answering(answer)).foretell("learned", WARM)


class Forgetful(Fading):
    """Drops a name from what it was given, and answers for the others."""

    def foretell(self, learned: str, now: Hours) -> Mapping[str, Ahead]:
        assert isinstance(now.heats, dict)
        now.heats.pop("ada")
        return super().foretell(learned, now)


def test_what_a_model_is_given_is_its_own_and_every_name_is_still_asked_for() -> None:
    warm = Hours(NOON, dict(WARM.heats))
    learned = Fading().fit(WARM)
    with pytest.raises(GuestRefusedError, match="it said nothing of ada"):
        NamedGuest("forgetful", Forgetful()).foretell(learned, warm)
    assert warm == WARM


def test_a_model_that_fails_in_training_has_a_record_that_says_so() -> None:
    found = trained(NamedGuest("odd", Answering(dict)))
    assert (found.served, found.metrics, found.artifact) == (False, {}, "")
    assert "forecaster odd: foretell: it said nothing of" in found.refusal


def seated(named: NamedGuest) -> Forecaster:
    forecaster = Forecaster(Seat(named))
    for entity, hours, value in (("ada", -0.5, 1.0), ("bea", -0.4, 0.5), ("ada", 0.5, 1.2)):
        forecaster.take(heat(entity, hours, value))
    return forecaster


def test_ours_foretells_until_the_model_was_trained_and_then_it_does() -> None:
    forecaster = seated(NAMED)
    assert {p.model for p in forecaster.due()} == {packaged().name}
    assert forecaster.state()["forecaster"] == "fading: not trained"
    forecaster.take(run())
    forecaster.asked = True
    told = forecaster.due()
    assert {p.model for p in told} == {run().version} == {forecaster.state()["forecaster"]}
    assert [p.horizon_hours for p in told if p.entity_id == "ada"] == list(HORIZONS)
    assert all(p.p10 <= p.p50 <= p.p90 and p.top_chance is None for p in told)


def test_an_hour_in_which_the_model_fails_is_foretold_by_ours_and_the_reason_is_told() -> None:
    forecaster = seated(NamedGuest("fading", Answering(lambda: 1 / 0)))
    forecaster.take(run())
    assert {p.model for p in forecaster.due()} == {packaged().name}
    assert "ZeroDivisionError" in forecaster.state()["refused"]


LEFT = '{"1": [0.0, 0.1, 0.2], "3": [0.0, 0.1, 0.2], "6": [0.0, 0.1, 0.2], "12": [0.0, 0.1, 0.2]}'


@pytest.mark.parametrize(
    ("changes", "used"),
    [({}, True), ({"served": False}, False), ({"metrics": {"mae": 9.0}}, False),
     ({"artifact": LEFT + " "}, False), ({"artifact": ""}, False),
     ({"model": "heat.other"}, False), ({"known_time": BEGIN - HOUR_MS}, False)],
)
def test_only_what_was_learned_in_the_newest_run_that_won_is_used(
    changes: dict[str, Any], used: bool
) -> None:
    forecaster = seated(NAMED)
    forecaster.take(run())
    later = {"id": "later", "artifact": LEFT, "version": NAMED.version(LEFT),
             "known_time": BEGIN + HOUR_MS}
    forecaster.take(msgspec.structs.replace(run(), **{**later, **changes}))
    assert {p.model for p in forecaster.due()} == {
        NAMED.version(LEFT) if used else run().version
    }
