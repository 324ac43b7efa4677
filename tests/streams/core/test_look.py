"""A look at a name: each type is read, and a reading is kept while nothing comes or goes."""

import pytest

from schemas.clock import DAY_MS, INTERVAL_MS, MINUTE_MS, tick_of
from streams.core.baseline import literal_z
from streams.core.config import VelocityConfig
from streams.core.coverage import Pause
from streams.core.expected import Expected, Usual
from streams.core.state import EntityState, TypeState
from streams.core.velocity import Reading, look, read_type
from streams.core.windows import BUCKET_MS, Window, bucket_hour
from tests.builders import NOON

NOW = NOON + MINUTE_MS  # the edge of a half hour, as windows count them
BEGUN = NOW - 30 * DAY_MS
CONFIG = VelocityConfig()


def spoken(*ago: int) -> Window:
    """One mention in each bucket so many before the newest."""
    window = Window()
    for buckets in ago:
        window.add(NOW - 1 - buckets * BUCKET_MS)
    return window


def named(**types: TypeState) -> EntityState:
    return EntityState(1, 0, "Nova", "person", types=types)


def read(state: EntityState, polls: int = 0) -> Reading:
    (found,) = look(state, NOW + polls * BUCKET_MS, BEGUN, CONFIG)
    return found


def test_a_reading_follows_what_comes_and_what_goes() -> None:
    window = spoken(2, 50, 139, 143)
    state, told = named(news=TypeState(window)), list[tuple[int, int]]()
    for poll, come in enumerate([(), (40,), (-1,), (), (), (-4,)]):
        for ago in come:
            window.add(NOW - 1 - ago * BUCKET_MS)
        found = read(state, poll)
        told.append((found.mentions, found.fast))
        assert read(state, poll) is found
    #               139 and 143 leave the half day, 2 the half hour
    assert told == [(4, 1), (4, 1), (5, 2), (5, 2), (5, 1), (5, 2)]
    window.add(NOW - 1 - 3 * BUCKET_MS)  # half an hour late, and in no sample yet
    assert (read(state, 5).mentions, read(state, 5).fast) == (6, 2)


def test_one_that_leaves_the_half_day_is_no_longer_told() -> None:
    window = spoken(2, 143)
    state = named(news=TypeState(window))
    assert [(read(state, n).mentions, read(state, n).fast) for n in (0, 1)] == [(2, 1), (1, 1)]
    window.add(NOW - 30 * BUCKET_MS)
    assert (read(state, 1).mentions, read(state, 1).fast) == (2, 1)


def test_every_type_is_looked_at_each_time() -> None:
    level = {"pageviews": {bucket_hour(NOW): 6909}}
    state = named(
        charts=TypeState(levels=level), news=TypeState(spoken(0)), social=TypeState(spoken(0, 1)),
    )
    for _ in range(2):
        found = look(state, NOW, BEGUN, CONFIG)
        assert [reading.source_type for reading in found] == ["charts", "news", "social"]


USUAL = Usual(0.5, 0.5, 0.25, 1.6)


@pytest.mark.parametrize("sampled", [True, False])
def test_counts_are_read_against_what_is_usual(sampled: bool) -> None:
    expected = Expected(Usual(2.0, 6.0, 0.5, 4.0), USUAL, Usual(2.0, 7.0, 0.0, 3.0), 0, sampled)
    kind = TypeState(spoken(0, 1, 2, 70))
    plain = read_type("news", kind, NOW, expected, CONFIG)
    assert (plain.fast_z, plain.slow_z) == ((3 - 0.75) / 1.6, (4 - 2.5) / 4.0)
    assert plain.z == pytest.approx((4 - 2.0) / 10.0**0.5)
    newest = tick_of(NOW) - 1
    half_blind = [Pause(newest - 359, newest)]
    paused = read_type("news", kind, NOW, expected, CONFIG, half_blind)
    assert (paused.coverage, paused.z) == (0.5, literal_z(4, 1.0, 3.5))
    assert (plain.score != 0.0) is (paused.score != 0.0) is sampled
    assert NOW % INTERVAL_MS == 0
