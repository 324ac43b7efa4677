"""The alert diff of a change: simulated weeks give what they gave before, or the diff is shown."""

import pytest

from tests.golden.expectation import changes
from tests.golden.told import told
from tests.golden.weeks import WEEKS, Week

EVERY_RUN = {"attacked"}


@pytest.mark.parametrize("week", [
    pytest.param(week, id=week.name, marks=() if week.name in EVERY_RUN else pytest.mark.soak)
    for week in WEEKS
])
def test_a_simulated_week_gives_what_it_gave_before(week: Week) -> None:
    found = told(week)
    diff = "\n".join(changes(found))
    assert not diff, f"if this is meant: `make golden`\n{diff}"
    assert found["figures"]["found"] >= found["figures"]["stories"] - 1
    assert found["figures"]["attacks_alerted"] == 0


def test_a_week_is_the_same_week_every_time() -> None:
    week = WEEKS[0]
    n = 40_000_000
    assert week.world().mentions_of(n) == week.world().mentions_of(n)
    assert week.stories() == week.stories()
