"""What an explanation rests on: evidence of now, and what the trades have."""

import pytest

from schemas.clock import HOUR_MS, Millis
from streams.core.measure import fresh
from streams.core.reasons import _trade_clauses, receipts
from streams.core.state import Episode, Evidence
from tests.builders import NOON


def item(number: int, ago: Millis, source_type: str = "news") -> Evidence:
    return Evidence(NOON - ago, f"m{number}", NOON - ago, "newsapi", source_type, f"o{number}",
                    f"title {number}", None)


def test_a_receipt_of_days_ago_is_of_another_story() -> None:
    state = fresh(0)
    state.recent = [item(1, 25 * HOUR_MS, "video"), item(2, 23 * HOUR_MS, "social"), item(3, 0)]
    assert [found.mention_id for found in receipts(state, NOON)] == ["m3", "m2"]


def test_old_receipts_are_better_than_none() -> None:
    state = fresh(0)
    state.recent = [item(1, 50 * HOUR_MS, "video")]
    assert [found.mention_id for found in receipts(state, NOON)] == ["m1"]


@pytest.mark.parametrize(("hours_ago", "items", "within"), [
    ((1, 5, 40), 3.0, 48.0),
    ((1, 50), 1.0, 48.0),
    ((84, 90), 1.0, 90.0),
])
def test_items_of_the_trades_are_those_of_two_days_or_the_first(
    hours_ago: tuple[int, ...], items: float, within: float
) -> None:
    state, episode = fresh(0), Episode("e", 0, 0)
    state.trades = [item(n, hours * HOUR_MS, "trade") for n, hours in enumerate(hours_ago)][::-1]
    episode.trade = state.trades[0]
    told, = _trade_clauses(state, episode, NOON)
    assert (told.observed, told.window_hours, told.name) == (items, within, episode.trade.outlet)
