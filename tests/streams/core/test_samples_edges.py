"""What running samples keep, what they drop and when they begin anew, to the hour."""

from streams.core.samples import DAY, Samples
from streams.core.windows import FAST, PER_HOUR

BEGIN = 500_000  # hour
HOURS = {BEGIN + 5: 3, BEGIN + 20: 4, BEGIN + 60: 9}
HALVES = {BEGIN + 20: 1}


def known(hours: int = 70) -> Samples:
    """So many hours from the first on, and one half hour more."""
    samples = Samples()
    grow(samples, hours)
    return samples


def grow(samples: Samples, hours: int, oldest: int = 0) -> None:
    newest = BEGIN + hours - 1
    samples.grow(HOURS, HALVES, BEGIN + oldest, newest, 2 * newest + 2)


def lengths(samples: Samples) -> tuple[int, int]:
    assert len(samples.slow) == len(samples.slow_peaks) == len(samples.highest)
    assert len(samples.slow) == len(samples.fast_peaks) == len(samples.slow_running) - 1
    return len(samples.slow), len(samples.fast_running) - 1


def test_no_hour_is_sampled_before_it_is_asked_for() -> None:
    assert lengths(known()) == (70, 141)
    assert known().begin == BEGIN
    assert DAY == 24


def test_what_is_known_is_counted_on() -> None:
    samples = known()
    slow, fast = samples.slow, samples.fast_running
    for hours, oldest in ((70, 0), (71, 1), (75, 40), (76, 75), (77, 76)):
        grow(samples, hours, oldest)
        assert (samples.begin, lengths(samples)) == (BEGIN, (hours, 2 * hours + 1))
    assert (samples.slow is slow, samples.fast_running is fast) == (True, True)


def test_behind_a_gap_samples_begin_anew() -> None:
    samples = known()
    grow(samples, 80, 70)
    assert samples.begin == BEGIN  # there is none
    grow(samples, 100, 81)
    assert (samples.begin, lengths(samples)) == (BEGIN + 81, (19, 39))
    grow(samples, 100, 80)
    assert (samples.begin, lengths(samples)) == (BEGIN + 80, (20, 41))


def test_six_hundred_hours_are_kept_behind_the_first() -> None:
    samples, longest = known(1), 0
    for hours in range(2, 700):
        grow(samples, hours, max(hours - 40, 0))
        longest = max(longest, len(samples.slow))
    assert longest == 601
    assert samples.begin == BEGIN + 602 - 40


def test_what_follows_from_a_bucket_is_cut_off() -> None:
    for place, halves in ((0, 40), (FAST - 1, 40), (FAST, 41), (PER_HOUR - 1, 41)):
        samples = known()
        samples.cut((BEGIN + 20) * PER_HOUR + place)
        assert lengths(samples) == (20, halves)
    samples = known()
    samples.cut((BEGIN - 3) * PER_HOUR)
    assert lengths(samples) == (0, 0)


def test_peaks_are_of_the_days_that_end_with_the_newest() -> None:
    samples = known()
    assert samples.peaks(samples.slow_peaks, BEGIN + 69, 2) == (9, 4)
    assert samples.peaks(samples.slow_peaks, BEGIN + 50, 2) == (4, 4)
    assert samples.peaks(samples.fast_peaks, BEGIN + 30, 1) == (3,)
    assert samples.peaks(samples.slow_peaks, BEGIN + 50, 0) == ()
    assert samples.peaks(samples.slow_peaks, BEGIN + 69, -1) == ()


def test_counts_of_any_size_are_summed_up_exactly() -> None:
    views = 40_000_000_000
    hours = dict.fromkeys(range(BEGIN, BEGIN + 40), views)
    samples = Samples()
    samples.grow(hours, {}, BEGIN, BEGIN + 39, 2 * BEGIN + 79)
    assert samples.slow_sums(BEGIN + 11, BEGIN + 39) == (29 * 12 * views, 29 * (12 * views) ** 2)
    assert samples.fast_sums(2 * BEGIN, 2 * BEGIN + 79) == (40 * views, 40 * views**2)
    samples.cut((BEGIN + 20) * PER_HOUR)
    samples.grow(hours, {}, BEGIN, BEGIN + 39, 2 * BEGIN + 79)
    assert samples.slow_sums(BEGIN + 11, BEGIN + 39)[1] == 29 * (12 * views) ** 2
