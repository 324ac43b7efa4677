"""The chance that an alert holds: within what was seen, and only if it tells anything."""

import msgspec
import pytest

from streams.core import confidence
from streams.core.confidence import MOST_INEXPERIENCE, Bin, Curve, Features, by
from streams.training.holding import Held, bounded, bounds, listening, stood, train

PLAIN = Features(1.0, 2, 8, 12, 0.8, 0.0, 0.0, 12)
CURVE = Curve("c", confidence.SIGNS, (0.5, 0.0, 0.0, 0.0, 0.0), (0.0, 0.5, 0.0, 0.0),
              (3.0, 1.0, 3.0, 3.0), (), "made up")


def alerts(count: int, telling: bool = True) -> list[Held]:
    """Those with many mentions hold, if the mentions tell anything; one in five does not."""
    return [
        Held(PLAIN._replace(mentions=6 + n % 10), n % 10 > 3 if telling else n * 7 % 5 > 0)
        for n in range(count)
    ]


def test_a_higher_excess_is_a_higher_chance() -> None:
    low, high = by(CURVE, PLAIN), by(CURVE, PLAIN._replace(excess=3.0))
    assert low is not None
    assert high is not None
    assert 0.5 < low < high < 1.0


@pytest.mark.parametrize(
    "strange",
    [PLAIN._replace(excess=4.0), PLAIN._replace(cohesion=0.1), PLAIN._replace(cohesion=None),
     PLAIN._replace(authors=100), PLAIN._replace(authors=0),
     PLAIN._replace(inexperience=MOST_INEXPERIENCE + 0.1)],
)
def test_without_a_basis_nothing_is_said(strange: Features) -> None:
    assert by(CURVE, strange) is None


def test_a_telling_sign_beats_the_usual_share_and_has_a_reliability_table() -> None:
    run = train(alerts(200), "made up")
    assert run.brier < run.base_brier
    said = [line.said for line in run.curve.reliability]
    assert said == sorted(said)
    assert sum(line.alerts for line in run.curve.reliability) == run.said_on
    record = run.record(ended=1, trained_on="made up", series=1, input_hash="0")
    assert (record.served, record.refusal) == (True, "")


@pytest.mark.parametrize(("held", "told"), [
    ((0.0, 0.5, 1.0), (2 / 14, 12 / 14)),  # neither never nor always is said
    ((0.5, 1.0, 0.8), (7 / 14, 20 / 24)),  # the luck of the middle is shared with the end
    ((0.8, 0.2, 0.9), (12 / 24, 11 / 14)),
    ((0.9, 0.6, 0.3), (20 / 34, 20 / 34)),  # a curve that is upside down tells one share
])
def test_the_bounds_are_what_the_ends_of_the_table_held(
    held: tuple[float, ...], told: tuple[float, float]
) -> None:
    table = [Bin(10, 0.1 * place, share) for place, share in enumerate(held)]
    assert bounds(table) == pytest.approx(told, abs=0.0006)


def test_a_fitted_curve_is_bounded_by_its_own_table_and_named_after_its_bounds() -> None:
    curve = train(alerts(200), "made up").curve
    assert 0.0 < curve.floor < curve.ceiling < 1.0
    assert (curve.floor, curve.ceiling) == bounds(curve.reliability)
    said = [by(curve, PLAIN._replace(mentions=count)) for count in range(6, 16)]
    assert (said[0], said[-1]) == (curve.floor, curve.ceiling)
    looser = bounded(msgspec.structs.replace(curve, reliability=(Bin(10, 0.5, 1.0),)))
    assert looser.name != curve.name


def test_a_curve_that_tells_nothing_is_not_served() -> None:
    """Whether they hold is the same whatever is known: the later ones are said no better."""
    later_worse = [*alerts(120), *(Held(one.features, not one.held) for one in alerts(80))]
    record = train(later_worse, "made up").record(
        ended=1, trained_on="made up", series=1, input_hash="0"
    )
    assert not record.served
    assert record.artifact == ""
    assert record.refusal


@pytest.mark.parametrize("known", [[], alerts(59), [Held(PLAIN, True)] * 100])
def test_too_little_to_learn_from_is_refused(known: list[Held]) -> None:
    with pytest.raises(ValueError, match="alerts"):
        train(known, "made up")


def test_only_alerts_that_went_out_are_learned_from() -> None:
    """The second was made one with another; the third was taken back."""
    other = PLAIN._replace(excess=2.0)
    found = stood([PLAIN, other, other], ["a", "b", "c"], ["a", "c"], {"c"})
    assert found == [Held(PLAIN, True), Held(other, False)]


def test_listening_ends_with_its_block() -> None:
    plain = confidence.of
    with listening() as seen:
        assert confidence.of(PLAIN) is None
    assert seen == [PLAIN]
    assert confidence.of is plain
