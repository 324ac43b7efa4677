"""Simpler rules at the same number of alerts."""

import numpy as np

from schemas.clock import DAY_MS, HOUR_MS, MINUTE_MS, end_of, is_poll, tick_of
from streams.kpis.baselines import alerts_of, plain_z, volume
from tests.builders import NOON, mention
from tests.streams.kpis.builders import material, trade


def burst(entity_id: str, at: int, count: int) -> list:
    return [mention(entity_id, at + n * MINUTE_MS, raw_id=f"{entity_id}-{at}-{n}", words=(1, 2, 3))
            for n in range(count)]


def test_volume_counts_the_last_half_day() -> None:
    times = np.array([0, HOUR_MS, 11 * HOUR_MS, 13 * HOUR_MS], dtype=np.int64)
    assert volume(times).tolist() == [1, 2, 3, 2]


def test_a_burst_on_silence_is_further_from_usual_than_a_habit() -> None:
    habit = np.arange(0, 8 * DAY_MS, HOUR_MS, dtype=np.int64)
    burst_after = np.concatenate([[0], 8 * DAY_MS + np.arange(12) * MINUTE_MS])
    assert plain_z(habit)[-1] < 1 < 4 < plain_z(burst_after.astype(np.int64))[-1]


def test_the_threshold_gives_about_as_many_alerts() -> None:
    records = [m for e in range(30) for m in burst(f"e{e}", NOON + e * 3 * HOUR_MS, 2 + e)]
    found = alerts_of("volume", material(records), like=7)
    assert len(found) == 7
    assert {fired.entity_id for fired in found} == {f"e{e}" for e in range(23, 30)}
    assert all(is_poll(tick_of(fired.at) - 1) for fired in found)
    assert all(fired.at == end_of(tick_of(fired.at) - 1) for fired in found)


def test_a_rule_rests_a_day_for_an_entity() -> None:
    records = burst("e", NOON, 5) + burst("e", NOON + 20 * HOUR_MS, 5)
    assert len(alerts_of("volume", material(records), like=99)) == 1


def test_the_trades_alert_with_their_first_item_of_a_day() -> None:
    items = [trade(1, NOON), trade(2, NOON + HOUR_MS), trade(3, NOON + 30 * HOUR_MS)]
    assert len(alerts_of("trades", material(items), like=0)) == 2
