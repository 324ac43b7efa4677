import pytest

from schemas.errors import FatalError
from sinks.base.places import reconcile


def test_reading_goes_on_where_the_table_stands() -> None:
    assert reconcile("mentions", {0: 5, 1: 9}, {0: 0, 1: 9}, {0: 100, 1: 9}) == {0: 5, 1: 9}


def test_expired_records_are_passed_over() -> None:
    assert reconcile("mentions", {0: 5}, {0: 40}, {0: 100}) == {0: 40}


def test_a_log_that_lost_its_end_is_refused_with_both_numbers() -> None:
    with pytest.raises(FatalError, match=r"partition 1, ends at 7, but 9 was written"):
        reconcile("mentions", {0: 5, 1: 9}, {0: 0, 1: 0}, {0: 5, 1: 7})
