"""What is asked about again: when, in which order, and until when."""

from hypothesis import given
from hypothesis import strategies as st

from producers.reddit.watch import AFTER_MS, Watch
from schemas.clock import HOUR_MS, MINUTE_MS
from tests.producers.builders import NOON


def test_name_is_due_after_a_quarter_of_an_hour_two_hours_and_twelve_and_then_let_go() -> None:
    #  told    15 min        2 h             12 h
    #   |--------|------------|----------------|----->
    watch = Watch()
    watch.tell("t3_a", False, NOON)
    for after in AFTER_MS:
        assert watch.due(NOON + after - 1, 100) == []
        assert watch.due(NOON + after, 100) == ["t3_a"]
        watch.checked(["t3_a"], NOON + after)
    assert "t3_a" not in watch


def test_posts_come_before_comments_and_the_longest_waiting_first() -> None:
    watch = Watch()
    for minute, name in enumerate(("t1_a", "t3_b", "t1_c", "t3_d")):
        watch.tell(name, False, NOON + minute * MINUTE_MS)
    due = watch.due(NOON + HOUR_MS, 100)
    assert due == ["t3_b", "t3_d", "t1_a", "t1_c"]
    assert watch.due(NOON + HOUR_MS, 3) == due[:3]


def test_check_that_comes_late_stands_for_those_that_were_missed() -> None:
    watch = Watch()
    watch.tell("t3_a", False, NOON)
    watch.checked(["t3_a"], NOON + 3 * HOUR_MS)
    assert watch.due(NOON + 4 * HOUR_MS, 100) == []
    assert watch.due(NOON + 12 * HOUR_MS, 100) == ["t3_a"]


def test_name_seen_again_keeps_its_place_and_a_gone_one_is_let_go() -> None:
    watch = Watch()
    watch.tell("t3_a", False, NOON)
    watch.tell("t3_a", False, NOON + HOUR_MS)
    assert watch.due(NOON + AFTER_MS[0], 100) == ["t3_a"]
    watch.tell("t3_a", True, NOON + HOUR_MS)
    assert "t3_a" not in watch


@given(st.lists(st.integers(0, 30), max_size=80), st.integers(1, 10))
def test_no_more_is_kept_than_was_allowed_and_the_newest_stays(
    numbers: list[int], most: int
) -> None:
    watch = Watch(most)
    for number in numbers:
        watch.tell(f"t3_{number}", False, NOON)
        assert f"t3_{number}" in watch
        assert len(watch) <= most
