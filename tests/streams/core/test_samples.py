"""Running sums of samples against adding them up, also when mentions come late."""

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.samples import DAY, LONGEST, Samples
from streams.core.windows import FAST, PER_HOUR, SLOW_HOURS

BEGIN = 500_000  # hour
REACH = 60  # hours
LATE = st.one_of(
    st.integers(0, 3 * PER_HOUR), st.integers(0, (REACH + 30) * PER_HOUR), st.just(FAST),
    st.sampled_from((SLOW_HOURS * PER_HOUR, SLOW_HOURS * PER_HOUR - 1, DAY * PER_HOUR)),
)


class Told:
    """Mentions by hour and by half hour, as a window holds them."""

    def __init__(self) -> None:
        self.hours: dict[int, int] = {}
        self.second_halves: dict[int, int] = {}

    def add(self, bucket: int, mentions: int) -> None:
        hour, place = divmod(bucket, PER_HOUR)
        self.hours[hour] = self.hours.get(hour, 0) + mentions
        if place >= PER_HOUR - FAST:
            self.second_halves[hour] = self.second_halves.get(hour, 0) + mentions

    def half_day(self, hour: int) -> int:
        return sum(self.hours.get(h, 0) for h in range(hour - SLOW_HOURS + 1, hour + 1))

    def half(self, half: int) -> int:
        late = self.second_halves.get(half // 2, 0)
        return late if half % 2 else self.hours.get(half // 2, 0) - late


def grown(known: Samples, told: Told, oldest: int, now: int) -> None:
    """As a baseline asks for them at bucket `now`, and every figure that it can ask for."""
    newest, newest_half = now // PER_HOUR - 1 - SLOW_HOURS, now // FAST - 2
    known.grow(told.hours, told.second_halves, oldest, newest, newest_half)
    for first in range(oldest, newest + 1, 7):
        samples = [told.half_day(hour) for hour in range(first, newest + 1)]
        assert known.slow_sums(first, newest) == (sum(samples), sum(s * s for s in samples))
        days = len(samples) // DAY
        assert known.peaks(known.slow_peaks, newest, days) == tuple(
            max(samples[::-1][DAY * day : DAY * (day + 1)]) for day in range(days)
        )
        assert known.peaks(known.fast_peaks, newest, days) == tuple(
            max(told.half(half) for half in range(2 * end - 2 * DAY + 2, 2 * end + 2))
            for end in range(newest, newest - DAY * days, -DAY)
        )
    for first in range(2 * oldest, newest_half + 1, 11):
        samples = [told.half(half) for half in range(first, newest_half + 1)]
        assert known.fast_sums(first, newest_half) == (sum(samples), sum(s * s for s in samples))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(
        st.sampled_from((1, FAST, PER_HOUR, 5 * PER_HOUR, 40 * PER_HOUR)),
        st.lists(st.tuples(LATE, st.integers(1, 9)), max_size=4), st.booleans(),
    ), min_size=3, max_size=12),
    st.integers(-5, 20),
)
def test_late_mentions_are_in_every_sum_that_they_belong_to(
    steps: list[tuple[int, list[tuple[int, int]], bool]], head_start: int
) -> None:
    known, told, now = Samples(), Told(), (BEGIN + head_start) * PER_HOUR
    for buckets, late, slides in steps:
        now += buckets
        for before, mentions in late:
            bucket = now - 1 - before
            told.add(bucket, mentions)
            known.cut(bucket)
        grown(known, told, now // PER_HOUR - REACH if slides else BEGIN - REACH, now)


def test_what_lies_far_back_is_dropped_in_time() -> None:
    known, told = Samples(), Told()
    for hour in range(BEGIN, BEGIN + 2 * LONGEST, 50):
        told.add(hour * PER_HOUR, 3)
        grown(known, told, hour - REACH, (hour + 1) * PER_HOUR)
        assert len(known.slow) <= LONGEST + 1
    assert known.begin > BEGIN
