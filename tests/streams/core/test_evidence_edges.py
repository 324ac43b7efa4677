"""What is kept of mentions, to the hour: what is counted on, and when it is looked through."""

from typing import Any

import pytest

from schemas.clock import DAY_MS, HOUR_MS, MINUTE_MS, Millis
from schemas.records import Mention
from streams.core.config import CoreConfig
from streams.core.evidence import absorb, authors_of, hour_of, prune
from streams.core.heat import feelings
from streams.core.measure import fresh
from streams.core.state import EntityState, Feeling, TypeState, pack
from tests.builders import NOON, mention

CONFIG = CoreConfig()
NOW = NOON + MINUTE_MS  # the edge of an hour, as windows count hours
HOUR = hour_of(NOW)


def written(number: int, hours_ago: int, **changes: Any) -> Mention:
    """A counted post of its own author and text, known when it was written, or now."""
    moment = NOW - hours_ago * HOUR_MS
    own: dict[str, Any] = {"author_key": number, "text_key": number}
    return mention(event_time=moment, known_time=max(moment, NOW), **own | changes)


def take(state: EntityState, *mentions: Mention) -> None:
    for one in mentions:
        assert absorb(state, one, CONFIG.velocity, CONFIG.evidence) in ("counted", "trade")


def forget(state: EntityState, now: Millis = NOW) -> None:
    prune(state, now, CONFIG.velocity, CONFIG.evidence)


@pytest.mark.parametrize("hours_ago", [-1, 0, 1, 11, 12, 13, 30])
def test_feelings_are_counted_on_as_if_they_were_summed_anew(hours_ago: int) -> None:
    state = fresh(0)
    take(state, written(1, 0, intensity=1.0, sentiment=0.5))
    feelings(state, NOW)
    take(state, written(2, hours_ago, intensity=0.25, sentiment=-0.75))
    counted_on, state.felt = state.felt, None
    feelings(state, NOW)
    assert counted_on == state.felt


@pytest.mark.parametrize(("hours_ago", "looked_through"), [(23, False), (24, False), (25, True),
                                                           (40, True)])
def test_what_comes_too_late_to_be_kept_goes_at_the_next_look(
    hours_ago: int, looked_through: bool
) -> None:
    state = fresh(0)
    forget(state)
    take(state, written(1, hours_ago))
    assert (state.pruned != HOUR) is looked_through
    forget(state)
    assert (not state.feelings) is looked_through


def test_what_is_kept_by_the_hour_is_looked_through_once_an_hour() -> None:
    state = fresh(0)
    forget(state)
    state.feelings = {HOUR - 30: Feeling(1, 2, 3)}
    forget(state, NOW + 5 * MINUTE_MS)
    assert state.feelings
    forget(state, NOW + HOUR_MS)
    assert not state.feelings


def test_the_rhythm_of_an_author_is_forgotten_after_a_day_of_silence() -> None:
    state = fresh(0)
    kind = TypeState(authors={HOUR: [1]})
    kind.rhythm = {1: (NOW - DAY_MS - 1, 5), 2: (NOW - DAY_MS, 5), 3: (NOW, 5)}
    state.types["social"] = kind
    forget(state)
    pack(state)
    assert sorted(kind.rhythm) == [2, 3]


def test_a_lone_trade_item_goes_after_three_days_to_the_millisecond() -> None:
    state = fresh(0)
    take(state, written(1, 72, source_type="trade"))
    forget(state, NOW - 1)
    assert state.trades
    forget(state, NOW)
    assert not state.trades


def test_no_more_authors_are_told_than_mentions() -> None:
    # The hour in which the window begins holds three who spoke before it began.
    kind = TypeState(authors={hour_of(NOW): [1], hour_of(NOW) - 12: [2, 3, 4]})
    assert authors_of(kind, NOW, 1) == 1
    assert authors_of(kind, NOW, 9) == 4
    kind.levels = {"google-trends": {hour_of(NOW): 40}}  # a voice that is counted nowhere
    assert authors_of(kind, NOW, 1) == 1
