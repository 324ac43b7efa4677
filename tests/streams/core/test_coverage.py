"""What a pause of sources does to what is expected."""

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.clock import HOUR_MS, INTERVAL_MS, end_of
from streams.core.baseline import Span
from streams.core.config import VelocityConfig
from streams.core.coverage import (
    Pause,
    Share,
    Watched,
    hours_of,
    pauses,
    share,
    since_of,
    unseen,
    watch,
)
from streams.core.state import EntityState, TypeState
from streams.core.velocity import measure
from streams.core.windows import bucket_hour

HOUR = HOUR_MS // INTERVAL_MS  # ticks
DAY = 24 * HOUR
N = 28_000_020
NOW = end_of(N)
BEGUN = N - 20 * DAY
CONFIG = VelocityConfig(clock="known")


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(1, 400), st.sets(st.sampled_from("ab"))), max_size=12))
def test_a_pause_is_where_no_tick_names_a_source(runs: list[tuple[int, set[str]]]) -> None:
    eyes: dict[str, Watched] = {}
    named: dict[int, set[str]] = {}
    tick = 1000
    for length, present in runs:
        watch(eyes, present, tick, tick + length - 1)
        named.update(dict.fromkeys(range(tick, tick + length), present))
        tick += length
    silent = {t for t, present in named.items() if not present}
    begun = min((t for t, present in named.items() if present), default=tick)
    found = {t for pause in pauses(eyes, "ab", tick - 1) for t in range(pause[0], pause[1] + 1)}
    assert found <= silent
    assert not any(t in found for t in range(begun))
    missed = sorted(silent - found - set(range(begun)))
    runs_missed = [t for t in missed if t - 1 not in missed]
    assert all(any(t + k not in missed for k in range(30)) for t in runs_missed)  # only short ones


def test_a_source_that_comes_and_goes_is_covered_by_another() -> None:
    eyes: dict[str, Watched] = {}
    watch(eyes, ["reddit", "x"], 0, 99)
    watch(eyes, ["x"], 100, 399)
    watch(eyes, ["reddit", "x"], 400, 500)
    assert pauses(eyes, ["reddit", "x"], 500) == []
    assert pauses(eyes, ["reddit"], 500) == [Pause(100, 399)]
    assert pauses(eyes, ["unheard-of"], 500) == []


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(1, 9), st.sets(st.sampled_from("abc"))), min_size=1,
             max_size=12),
    st.lists(st.sets(st.sampled_from("abc"), min_size=1), max_size=3),
    st.integers(990, 1100), st.integers(0, 60),
)
def test_a_tick_is_unseen_when_some_group_has_nobody(
    runs: list[tuple[int, set[str]]], groups: list[set[str]], first: int, length: int
) -> None:
    eyes: dict[str, Watched] = {}
    named: dict[int, set[str]] = {}
    tick = 1000
    for stretch, present in runs:
        watch(eyes, present, tick, tick + stretch - 1)
        named.update(dict.fromkeys(range(tick, tick + stretch), present))
        tick += stretch
    blind = sum(
        any(not group & named.get(n, set()) for group in groups)
        for n in range(first + 1, first + length + 1)
    )
    told = unseen(eyes, [sorted(group) for group in groups], first, first + length)
    assert told == (blind if eyes else 0)


def test_presence_is_forgotten_when_no_baseline_reaches_back_to_it() -> None:
    eyes: dict[str, Watched] = {}
    watch(eyes, ["reddit"], 0, 10)
    watch(eyes, ["reddit"], 30 * DAY, 31 * DAY)
    assert eyes == {"reddit": [(30 * DAY, 31 * DAY)]}


def test_what_a_window_can_hold() -> None:
    #  12 h window  |------------------------|     8 h pause, of which the last 2 h are within
    #         |pause   |
    ended = [Pause(N - 18 * HOUR + 1, N - 10 * HOUR)]
    assert share(ended, NOW, 12 * HOUR_MS, floods=False) == Share(10 / 12, 1.0)
    assert share(ended, NOW, 12 * HOUR_MS, floods=True) == Share(10 / 12, 18 / 12)
    lasting = [Pause(N - 3 * HOUR + 1, N)]
    assert share(lasting, NOW, 12 * HOUR_MS, floods=True) == Share(9 / 12, 9 / 12)
    assert share(lasting, NOW, HOUR_MS // 2, floods=True) == Share(0.0, 0.0)
    assert share([], NOW, 12 * HOUR_MS, floods=True) == Share(1.0, 1.0)


def test_a_source_that_joins_later_has_no_past_before_it() -> None:
    eyes: dict[str, Watched] = {"reddit": [(10, 90)], "x": [(40, 60), (80, 90)]}
    assert since_of(eyes, ["reddit", "x"], 10 * INTERVAL_MS) == 10 * INTERVAL_MS
    assert since_of(eyes, ["x"], 10 * INTERVAL_MS) == 40 * INTERVAL_MS
    assert since_of(eyes, ["unheard-of"], 7) == since_of({}, ["x"], 7) == 7


def test_the_first_week_of_a_new_source_is_no_burst_of_everybody() -> None:
    joined = N - 2 * DAY
    late = steady(range(BEGUN, joined), kept_back=False)
    told = {name: measure(late, NOW, BEGUN * INTERVAL_MS, CONFIG, eyes)[0].slow_z
            for name, eyes in (("noted", {"newsapi": [(joined, N)]}),
                               ("from the start", {"newsapi": [(BEGUN, N)]}))}
    assert told["noted"] < 1.0 < told["from the start"]


def test_the_hours_that_a_baseline_leaves_out() -> None:
    first = bucket_hour(NOW) - 5
    (span,) = hours_of([Pause(N - 5 * HOUR + 1, N - 3 * HOUR)])
    assert span == Span(first, first + 1)


def steady(pause: range, kept_back: bool) -> EntityState:
    """Four mentions an hour for twenty days, none in the pause; after it, perhaps all at once."""
    kind = TypeState(sources=["newsapi"])
    for tick in range(BEGUN, N, 15):
        if tick not in pause:
            kind.window.add(tick * INTERVAL_MS)
        elif kept_back:
            kind.window.add(pause.stop * INTERVAL_MS)
    return EntityState(1, N, "a", "person", types={"news": kind})


def seen(pause: range) -> dict[str, Watched]:
    eyes: dict[str, Watched] = {}
    watch(eyes, ["newsapi"], BEGUN, pause.start - 1)
    if pause.stop <= N:
        watch(eyes, ["newsapi"], pause.stop, N)
    return eyes


def test_the_return_of_a_source_is_no_burst() -> None:
    outage = range(N - 8 * HOUR - 20, N - 20)
    state = steady(outage, kept_back=True)
    (blind,) = measure(state, NOW, BEGUN * INTERVAL_MS, CONFIG)
    (aware,) = measure(state, NOW, BEGUN * INTERVAL_MS, CONFIG, seen(outage))
    assert blind.fast_z > 10.0
    assert aware.fast_z < 1.0
    assert aware.score < 1.0
    assert (aware.baseline, aware.coverage) == ("scaled", 4 / 12)


def test_an_outage_is_no_silence() -> None:
    outage = range(N - 8 * HOUR, N + 1)
    state = steady(outage, kept_back=False)
    (blind,) = measure(state, NOW, BEGUN * INTERVAL_MS, CONFIG)
    (aware,) = measure(state, NOW, BEGUN * INTERVAL_MS, CONFIG, seen(outage))
    assert blind.slow_z < -3.0
    assert abs(aware.slow_z) < 0.5
    assert aware.z > blind.z


def test_a_past_outage_is_not_what_is_usual() -> None:
    outage = range(N - 6 * DAY, N - 3 * DAY)
    state = steady(outage, kept_back=False)
    (blind,) = measure(state, NOW, BEGUN * INTERVAL_MS, CONFIG)
    (aware,) = measure(state, NOW, BEGUN * INTERVAL_MS, CONFIG, seen(outage))
    assert blind.usual < 42.0
    assert aware.usual == 48.0
