import pytest

from schemas.errors import FatalError
from sinks.base.batch import Place
from sinks.base.places import of_each, reconcile

ZERO, ONE = ("mentions", 0), ("mentions", 1)


def test_reading_goes_on_where_the_table_stands() -> None:
    found = reconcile({ZERO: 5, ONE: 9}, {ZERO: 0, ONE: 9}, {ZERO: 100, ONE: 9})
    assert found == {ZERO: 5, ONE: 9}


def test_expired_records_are_passed_over() -> None:
    assert reconcile({ZERO: 5}, {ZERO: 40}, {ZERO: 100}) == {ZERO: 40}


def test_a_log_that_lost_its_end_is_refused_with_both_numbers() -> None:
    with pytest.raises(FatalError, match=r"mentions, partition 1, ends at 7, but 9 was written"):
        reconcile({ZERO: 5, ONE: 9}, {ZERO: 0, ONE: 0}, {ZERO: 5, ONE: 7})


def test_each_topic_is_asked_once_about_its_own_partitions() -> None:
    asked: list[tuple[str, list[int]]] = []

    def ends(topic: str, partitions: object) -> dict[int, int]:
        asked.append((topic, sorted(partitions)))  # type: ignore[call-overload]
        return {partition: 10 + partition for partition in asked[-1][1]}

    places: list[Place] = [("raw.x", 1), ("raw.reddit", 0), ("raw.x", 0)]
    assert of_each(places, ends) == {("raw.x", 0): 10, ("raw.x", 1): 11, ("raw.reddit", 0): 10}
    assert sorted(asked) == [("raw.reddit", [0]), ("raw.x", [0, 1])]
