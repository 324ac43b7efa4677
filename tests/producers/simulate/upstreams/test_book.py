"""The book of what was asked: it tells limits, and whom they did not keep from asking."""

from producers.simulate.upstreams.book import Book
from producers.simulate.upstreams.sites import Limit
from schemas.clock import HOUR_MS, MINUTE_MS, SECOND_MS
from tests.producers.builders import NOON

TOLD = Limit(3, 10 * MINUTE_MS, tells="seconds")


def test_headers_count_down_to_the_end_of_the_window() -> None:
    book = Book({"a": TOLD})
    first, second = book.enter("a", NOON), book.enter("a", NOON + 9_500)
    assert first.headers["x-ratelimit-remaining"] == "2.0"
    assert first.headers["x-ratelimit-reset"] == "600"
    assert second.headers["x-ratelimit-reset"] == "591"  # never too short
    assert book.broken == []


def test_request_beyond_a_limit_that_was_told_is_a_violation_until_the_window_ends() -> None:
    book = Book({"a": TOLD})
    seen = [book.enter("a", NOON + n) for n in range(5)]
    assert [s.beyond for s in seen] == [False, False, False, True, True]
    assert book.violations["a"] == book.refused["a"] == 2
    assert not book.enter("a", NOON + 10 * MINUTE_MS).beyond
    assert book.violations["a"] == 2


def test_request_beyond_a_limit_that_nobody_told_is_refused_and_no_violation() -> None:
    book = Book({"a": Limit(1, "12h")})
    assert [book.enter("a", NOON).beyond for _ in range(2)] == [False, True]
    assert book.refused["a"] == 1
    assert book.broken == []


def test_request_during_a_wait_is_a_violation_but_not_one_that_was_on_its_way() -> None:
    book = Book({})
    book.told_to_wait("a", NOON, NOON + MINUTE_MS)
    book.enter("a", NOON + 200)
    assert book.broken == []
    book.enter("a", NOON + 30 * SECOND_MS)
    book.enter("a", NOON + MINUTE_MS)
    assert book.violations["a"] == 1
    assert "a: at 2026-03-01T12:00:30" in book.broken[0]


def test_longer_wait_that_is_told_meanwhile_holds_from_the_first_word() -> None:
    book = Book({})
    book.told_to_wait("a", NOON, NOON + MINUTE_MS)
    book.told_to_wait("a", NOON + 59 * SECOND_MS, NOON + HOUR_MS)
    book.enter("a", NOON + 59 * SECOND_MS)
    assert book.violations["a"] == 1


def test_quota_that_is_spent_leaves_nothing_and_other_limits_begin_anew() -> None:
    book = Book({"a": Limit(100, "day", "America/Los_Angeles", ends="spent")})
    book.spend("a", NOON)
    seen = book.enter("a", NOON)
    assert seen.beyond
    assert seen.ends == NOON + 20 * HOUR_MS  # midnight in Los Angeles
    book.change({"a": TOLD})
    assert not book.enter("a", NOON).beyond
