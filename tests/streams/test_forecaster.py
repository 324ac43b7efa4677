"""The forecast role without its broker: when an hour is foretold, and by which table."""

import msgspec
import pytest

from schemas.clock import HOUR_MS, MINUTE_MS
from schemas.records import Action, TrainingRun
from streams.core.risers import HeatTable, packaged
from streams.core.trees import Forest
from streams.forecaster import SETTLED_MS, Forecaster
from streams.training.boards import named
from tests.schemas.examples import newest_examples
from tests.streams.core.test_risers import NOON, heat

NEWEST = {record.schema_name: record for record in newest_examples()}


def run(served: bool, artifact: str | None = None, age: int = 0, error: float = 0.1) -> TrainingRun:
    example = NEWEST["training-run"]
    assert isinstance(example, TrainingRun)
    table = trained(age)
    text = msgspec.json.encode(table).decode() if artifact is None else artifact
    return msgspec.structs.replace(
        example, served=served, artifact=text, known_time=NOON + age, metrics={"mae": error},
        version=table.name,
    )


def trained(age: int) -> HeatTable:
    """A table of its own for each age, named after its weights."""
    return named(msgspec.structs.replace(packaged(), top={"6": Forest(float(-age), ())}))


def test_an_hour_is_foretold_once_and_when_it_is_settled() -> None:
    forecaster = Forecaster()
    forecaster.take(heat("ada", -1.5, 1.0))
    forecaster.take(heat("ada", 0.05, 1.2))
    assert forecaster.due()[0].known_time == NOON - HOUR_MS  # the hour before is
    forecaster.take(heat("bea", SETTLED_MS / HOUR_MS, 1.0))
    told = forecaster.due()
    assert {p.known_time for p in told} == {NOON}
    assert {p.entity_id for p in told} == {"ada"}  # bea came after the hour
    assert forecaster.due() == []


def test_a_request_is_answered_at_once_with_the_same_ids() -> None:
    forecaster = Forecaster()
    forecaster.take(heat("ada", -0.5, 1.0))
    forecaster.take(heat("ada", 0.5, 1.2))
    first = forecaster.due()
    action = NEWEST["action"]
    assert isinstance(action, Action)
    forecaster.take(msgspec.structs.replace(action, action="vote"))
    assert forecaster.due() == []
    forecaster.take(msgspec.structs.replace(action, action="generate"))
    assert forecaster.due() == first != []


def test_the_newest_table_that_beat_the_naive_guess_serves() -> None:
    forecaster = Forecaster()
    forecaster.take(run(served=True, age=2))
    assert forecaster.tables.now == trained(2)
    forecaster.take(run(served=True, age=1))
    assert forecaster.tables.now == trained(2)


@pytest.mark.parametrize(
    "refused",
    [run(served=False), run(served=True, error=9.0), run(served=True, artifact="{}"),
     run(served=True, artifact="")],
    ids=["not to be served", "worse than it says", "no table", "no weights"],
)
def test_what_did_not_beat_the_naive_guess_never_serves(refused: TrainingRun) -> None:
    forecaster = Forecaster()
    forecaster.take(refused)
    assert forecaster.tables.now == packaged()


def test_without_heat_nothing_is_foretold() -> None:
    forecaster = Forecaster()
    forecaster.asked = True
    assert forecaster.due() == []
    assert SETTLED_MS > 5 * MINUTE_MS  # longer than a poll


@pytest.mark.parametrize(
    ("damaged", "told"),
    [
        (run(served=True, artifact="{"), "truncated"),
        (run(served=True, artifact="{}"), "missing required field"),
        (run(served=True, artifact=msgspec.json.encode(
            msgspec.structs.replace(trained(0), heat={})).decode()), "bands for the hours []"),
        (run(served=True, artifact=msgspec.json.encode(trained(7)).decode()),
         "its weights are those of"),
    ],
    ids=["cut off", "empty", "without bands", "of another run"],
)
def test_a_damaged_table_is_named_and_the_one_before_serves_on(
    damaged: TrainingRun, told: str
) -> None:
    forecaster = Forecaster()
    forecaster.take(run(served=True, age=-5))
    forecaster.take(damaged)
    assert forecaster.tables.now == trained(-5)
    assert damaged.id in forecaster.tables.refused
    assert told in forecaster.tables.refused


def test_packaged_tables_are_told_of_once_something_is_foretold_and_below_every_run() -> None:
    forecaster = Forecaster()
    old = run(served=True, age=-8 * 24 * HOUR_MS)
    forecaster.take(old)
    assert forecaster.untold() == []
    forecaster.take(heat("ada", -1.5, 1.0))
    forecaster.take(heat("ada", 0.05, 1.2))
    assert forecaster.due()
    told = forecaster.untold()
    assert [one.model for one in told] == ["heat", "counts", "confidence"]
    assert {one.known_time for one in told} == {old.known_time - 1}
    forecaster.take(told[0])
    assert [one.model for one in forecaster.untold()] == ["counts", "confidence"]
    for one in told:
        forecaster.take(one)
    assert forecaster.untold() == []
    assert forecaster.tables.now == trained(-8 * 24 * HOUR_MS)
