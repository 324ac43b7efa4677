"""The chance that an alert holds: by the curve, within the range that it was fitted on."""

from math import exp, log

import pytest
from msgspec import structs

from streams.core.confidence import SIGNS, Bin, Curve, Features, by, of, packaged, signs_of
from streams.training.holding import bounded, bounds

LIKELY = Features(
    excess=2.0, types=2, authors=10, mentions=20, cohesion=0.5, habit=0.0, inexperience=0.0, hour=9
)
CURVE = Curve(
    "invented", SIGNS, (0.5, -1.0, 0.25, 0.1, -0.3), (0.0, 0.2, log(2), log(3)),
    (4.0, 0.9, log(50), log(90)), (Bin(10, 0.6, 0.7),), "nothing",
)


def test_the_chance_is_logistic_in_the_signs() -> None:
    power = 0.5 * 2.0 - 1.0 * 0.5 + 0.25 * log(10) + 0.1 * log(20) - 0.3
    assert by(CURVE, LIKELY) == pytest.approx(1 / (1 + exp(-power)))


def test_the_signs_are_excess_cohesion_and_the_logarithms_of_voices_and_mentions() -> None:
    assert SIGNS == ("excess", "cohesion", "authors", "mentions")
    assert signs_of(LIKELY) == (2.0, 0.5, log(10), log(20))


@pytest.mark.parametrize(("excess", "told"), [(-1.0, 0.0), (0.5, 0.5), (5.0, 5.0), (9.0, 5.0)])
def test_excess_counts_from_nothing_to_five(excess: float, told: float) -> None:
    signs = signs_of(LIKELY._replace(excess=excess))
    assert signs is not None
    assert signs[0] == told


@pytest.mark.parametrize("changes", [{"cohesion": None}, {"authors": 0}, {"mentions": 0}])
def test_what_is_not_known_gives_no_chance(changes: dict[str, None]) -> None:
    assert signs_of(LIKELY._replace(**changes)) is None
    assert by(CURVE, LIKELY._replace(**changes)) is None


def test_one_voice_and_one_mention_are_known() -> None:
    assert signs_of(LIKELY._replace(authors=1, mentions=1)) == (2.0, 0.5, 0.0, 0.0)


@pytest.mark.parametrize(("changes", "speaks"), [
    ({"excess": 4.0}, True), ({"excess": 4.1}, False), ({"excess": 0.0}, True),
    ({"cohesion": 0.2}, True), ({"cohesion": 0.19}, False), ({"cohesion": 0.91}, False),
    ({"authors": 2}, True), ({"authors": 1}, False), ({"mentions": 91}, False),
    ({"inexperience": 0.5}, True), ({"inexperience": 0.51}, False),
])
def test_a_curve_speaks_within_its_range_only(changes: dict[str, float], speaks: bool) -> None:
    assert (by(CURVE, LIKELY._replace(**changes)) is not None) is speaks  # type: ignore[arg-type]


@pytest.mark.parametrize(("constant", "told"), [(-40.0, 0.5), (-0.3, None), (40.0, 0.9)])
def test_nothing_is_said_beyond_what_the_reliability_table_bears(
    constant: float, told: float | None
) -> None:
    steep = structs.replace(CURVE, weights=(*CURVE.weights[:-1], constant))
    plain = by(steep, LIKELY)
    assert plain is not None
    assert told is None or abs(plain - told) > 0.05
    assert by(structs.replace(steep, floor=0.5, ceiling=0.9), LIKELY) == (told or plain)


def test_the_shipped_curve_says_no_more_and_no_less_than_its_parts_held() -> None:
    """Of the most likely thirty 28 held, of the least likely fourteen seven: four more each."""
    curve = packaged()
    assert curve is not None
    assert (curve.floor, curve.ceiling) == (round(9 / 18, 3), round(30 / 34, 3))
    assert bounds(curve.reliability) == (curve.floor, curve.ceiling)
    assert bounded(curve) == curve
    unlikely = LIKELY._replace(cohesion=1.0, authors=4, mentions=5)
    assert of(unlikely) == curve.floor
    assert of(LIKELY._replace(authors=15, mentions=19)) == curve.ceiling


def test_a_curve_of_other_signs_is_refused() -> None:
    short = Curve("short", ("excess",), (1.0, 0.0), (0.0,), (4.0,), (), "nothing")
    with pytest.raises(ValueError, match="shorter"):
        by(short, LIKELY)


def test_the_shipped_curve_is_the_one_that_speaks() -> None:
    curve = packaged()
    assert curve is not None
    assert curve.signs == SIGNS
    usual = LIKELY._replace(mentions=15)
    assert of(usual) == by(curve, usual)
    assert of(usual) is not None


def test_the_shipped_curve_is_read_once_and_nobody_can_change_it() -> None:
    curve = packaged()
    assert curve is not None
    assert packaged() is curve
    with pytest.raises(AttributeError):
        curve.name = "mine"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        curve.reliability[0].held = 1.0  # type: ignore[misc]
