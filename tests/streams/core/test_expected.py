"""What is worked out once is what would be worked out anew, whatever comes in between."""

from random import Random

import msgspec
import pytest
from wordfreq import zipf_frequency

from schemas.clock import DAY_MS, HOUR_MS, MINUTE_MS, parse_time
from streams.core.baseline import Span, fast_baseline, slow_baseline
from streams.core.config import VelocityConfig
from streams.core.expected import expected
from streams.core.windows import BUCKET_MS, Window, bucket_hour
from streams.core.words import zipf

NOON = parse_time("2026-03-15T12:01:00Z")
BEGUN = NOON - 20 * DAY_MS
CONFIG = VelocityConfig()


def anew(window: Window) -> Window:
    """The same window out of its row: nothing that was worked out is in it."""
    return msgspec.msgpack.decode(msgspec.msgpack.encode(window), type=Window)


@pytest.mark.parametrize("a_day", [3, 90])
def test_what_was_kept_is_what_would_be_worked_out_anew(a_day: int) -> None:
    dice, window, now = Random(a_day), Window(), NOON - 16 * DAY_MS
    while now < NOON:
        steps = dice.choice((1, 1, 2, 5, 11, 40))
        for _ in range(dice.randrange(2 * a_day * steps * BUCKET_MS // DAY_MS + 2)):
            late = dice.choice((0, 0, 0, 0, HOUR_MS, 30 * HOUR_MS))
            window.add(now + dice.randrange(steps * BUCKET_MS) - late)
        now += steps * BUCKET_MS
        past = [Span(bucket_hour(NOON - 8 * DAY_MS), bucket_hour(NOON - 7 * DAY_MS))]
        past = past if now > NOON - 5 * DAY_MS else []
        window.prune(now, CONFIG.baseline_days * 24)
        assert expected(window, now, BEGUN, past, CONFIG) == expected(
            anew(window), now, BEGUN, past, CONFIG
        )


def test_a_mention_late_into_a_sample_changes_what_is_expected() -> None:
    window = Window()
    before = expected(window, NOON, BEGUN, (), CONFIG)
    window.add(NOON - MINUTE_MS)
    assert expected(window, NOON, BEGUN, (), CONFIG) is before
    window.add(NOON - 3 * DAY_MS)
    assert expected(window, NOON, BEGUN, (), CONFIG).slow.mean > before.slow.mean


def test_other_settings_are_not_answered_with_what_was_kept() -> None:
    window = Window()
    window.add(NOON - 3 * DAY_MS, 40)
    other = msgspec.structs.replace(CONFIG, baseline_days=7)
    assert expected(window, NOON, BEGUN, (), CONFIG) != expected(window, NOON, BEGUN, (), other)


@pytest.mark.parametrize("seed", range(6))
def test_running_sums_are_those_of_a_loop_over_the_hours(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice, window, compared = Random(seed), Window(), 0
    begun, now = NOON - dice.choice((16, 40)) * DAY_MS, NOON - 40 * DAY_MS
    spans = [Span(hour, hour + dice.randrange(60)) for hour in
             sorted(dice.sample(range(bucket_hour(now), bucket_hour(NOON)), 3))]
    while now < NOON:
        now += dice.choice((1, 3, 11, 40, 40, 700)) * BUCKET_MS
        for _ in range(dice.randrange(12)):
            late = dice.choice((0, 0, HOUR_MS, 14 * HOUR_MS, 9 * DAY_MS, 30 * DAY_MS))
            window.add(now - 1 - dice.randrange(HOUR_MS) - late, dice.randrange(1, 9))
        window.prune(now, CONFIG.baseline_days * 24)
        past = [span for span in spans if span.last < bucket_hour(now)]
        for baseline, days in ((slow_baseline, 14), (slow_baseline, 7), (fast_baseline, 14)):
            monkeypatch.setattr("streams.core.baseline.MANY", 1)
            grown = baseline(window, now, days, begun, past)
            monkeypatch.setattr("streams.core.baseline.MANY", 10_000)
            assert grown == baseline(window, now, days, begun, past)
            compared += grown.total > 0
    assert compared > 30


@pytest.mark.parametrize("word", ["the", "drake", "zendaya", "qqxzv", "it's", "née", "2024", "US"])
def test_a_word_is_as_common_as_the_list_says(word: str) -> None:
    assert zipf(word) == zipf_frequency(word, "en")
