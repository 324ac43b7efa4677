"""The plan of faults: drawn from a seed, bounded, and refused by name when it cannot be read."""

from collections import Counter

import pytest

from producers.simulate.upstreams.exchange import Question
from producers.simulate.upstreams.faults import KINDS, Fault, first_page, read_plan, struck
from schemas.errors import SettingsError

ASKED = Question("GET", "api.x.com", "/2/tweets/search/recent", {"next_token": "25", "query": "a"})


def times_struck(plan: tuple[Fault, ...], seed: int) -> list[int]:
    return [n for n in range(400) if struck(plan, seed, ASKED, n, {}) is not None]


def test_same_seed_strikes_the_same_requests_in_its_share() -> None:
    plan = (Fault("broken", share=0.25),)
    assert times_struck(plan, 1) == times_struck(plan, 1) != times_struck(plan, 2)
    assert 60 < len(times_struck(plan, 1)) < 140


def test_fault_strikes_its_host_and_path_only_and_no_more_often_than_planned() -> None:
    fault = Fault("throttle", host="api.x.com", path="/2/", times=2)
    assert struck((fault,), 1, ASKED, 1, Counter({fault: 1})) == fault
    assert struck((fault,), 1, ASKED, 1, Counter({fault: 2})) is None
    elsewhere = (Fault("throttle", host="newsapi.org"), Fault("throttle", path="/3/"))
    assert struck(elsewhere, 1, ASKED, 1, {}) is None


def test_page_is_told_twice_only_where_one_was_asked_for() -> None:
    again = (Fault("duplicate"),)
    assert struck(again, 1, ASKED, 1, {}) == again[0]
    assert first_page(ASKED).query == {"query": "a"}
    assert struck(again, 1, first_page(ASKED), 1, {}) is None


@pytest.mark.parametrize(
    "told", ['[{"kind": "flood"}]', '[{"kind": "slow", "often": 1}]', '{"kind": "slow"}', "["]
)
def test_plan_that_cannot_be_read_is_refused_naming_what_there_is(told: str) -> None:
    with pytest.raises(SettingsError, match=", ".join(KINDS)):
        read_plan(told)
