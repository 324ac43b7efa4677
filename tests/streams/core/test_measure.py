"""One entity from its first mention to the end of its episode."""

import msgspec
import pytest

from schemas.clock import DAY_MS, HOUR_MS, INTERVAL_MS, POLL_TICKS, end_of
from schemas.records import Alert, Heat, Mention, Velocity
from streams.core.config import configure
from streams.core.measure import Lineage, next_poll
from streams.core.state import pack, unpack
from tests.streams.core.stories import BEGIN, CONFIG, DAY, Story, both, steady
from tests.streams.core.worlds import mention


def test_two_types_and_two_polls_open_one_alert() -> None:
    story = Story()
    story.play(40, both(story, 12))
    assert story.kinds == ["opened"]
    alert = next(e for e in story.out if isinstance(e, Alert))
    assert alert.spread_types == 2
    assert (alert.tick - BEGIN) // POLL_TICKS >= 1
    assert alert.headline == "Nova spiking now"
    beside = next(e for e in story.out if isinstance(e, Heat) and e.tick == alert.tick)
    assert beside.episode_state == "open"


def test_one_type_alone_opens_nothing() -> None:
    story = Story()
    story.play(60, story.burst(40))
    assert story.kinds == []
    assert any(isinstance(e, Heat) and e.heat > 1.0 for e in story.out)


def test_a_second_poll_without_new_evidence_proves_nothing() -> None:
    story = Story()
    first_minute = [msgspec.structs.replace(m, known_time=BEGIN * INTERVAL_MS + 1)
                    for m in both(story, 12)]
    story.play(60, first_minute)
    assert story.kinds == []


@pytest.mark.parametrize("changes", [
    {"author_key": 7}, {"text_key": 7}, {"about": "passing"}, {"spam": 0.95}, {"test": True},
    {"source_type": "trade"},
])
def test_what_is_not_independent_evidence_opens_nothing(changes: dict[str, object]) -> None:
    story = Story()
    mentions = [msgspec.structs.replace(m, **changes) for m in both(story, 30)]
    story.play(60, mentions)
    assert story.kinds == []
    assert all(e.mentions <= 2 for e in story.out if isinstance(e, Heat))


def test_an_episode_has_one_alert_and_cools_once() -> None:
    story = Story()
    story.play(40, both(story, 12))
    story.play(3 * DAY)
    assert story.kinds == ["opened", "cooled"]
    assert story.state.episode is None
    assert len(story.state.past) == 1


def moved(story: Story, intensity: float) -> list[Mention]:
    """A burst of two types, as moving as told."""
    return [msgspec.structs.replace(m, intensity=intensity) for m in both(story, 12)]


def test_an_update_by_another_type_does_not_say_that_fading_heat_rises() -> None:
    story = Story()
    story.play(40, moved(story, 1.0))
    story.play(13 * 60)
    story.play(40, moved(story, 0.0) + story.burst(12, "youtube", "video", intensity=0.0))
    updated = next(e for e in story.out if isinstance(e, Alert) and e.kind == "updated")
    highest = max(e.raw_heat for e in story.out if isinstance(e, Heat) and e.tick <= updated.tick)
    told = next(e for e in story.out if isinstance(e, Heat) and e.tick == updated.tick)
    assert told.raw_heat < highest
    assert updated.headline == "Nova now on 3 types of source"


def test_a_trade_item_confirms_and_sets_the_lead() -> None:
    story = Story()
    story.play(40, both(story, 12))
    opened = next(e for e in story.out if isinstance(e, Alert))
    story.play(3 * 60)
    item = mention(9000, "nova", story.n * INTERVAL_MS, "trades", outlet="variety.com")
    story.play(10, [item])
    assert story.kinds == ["opened", "confirmed"]
    confirmed = story.out[-1]
    assert isinstance(confirmed, Alert)
    assert confirmed.trade is not None
    assert confirmed.trade.lead_ms == item.event_time - opened.known_time
    assert confirmed.trade.lead_ms > 2 * HOUR_MS


def test_trades_that_had_it_long_before_silence_a_fading_story() -> None:
    story = Story()
    old = mention(1, "nova", story.n * INTERVAL_MS, "trades",
                  event_time=story.n * INTERVAL_MS - 30 * HOUR_MS)
    story.play(5, [old])
    one_type = story.burst(60)
    story.play(40, one_type)
    assert story.kinds == []
    story.play(11 * 60)
    story.play(40, both(story, 8))
    assert story.kinds == []


def test_a_name_that_alerts_often_meets_a_higher_bar() -> None:
    story = Story()
    for _ in range(14 * 4):
        story.play(6 * 60, story.burst(4))
    story.play(40, both(story, 40))
    assert story.kinds == ["opened"]
    assert story.state.habit > 0.2


def test_a_changed_threshold_changes_the_gate() -> None:
    strict = Story(configure({"gates.detection": 50.0, "gates.quiet": 50.0}))
    strict.play(40, both(strict, 12))
    assert strict.kinds == []
    literal = Story(configure({"gates.gate": "literal"}))
    literal.play(40, both(literal, 12))
    assert literal.kinds == ["opened"]


def test_the_steps_of_an_alert_are_numbered_from_the_opening() -> None:
    story = Story()
    story.play(40, both(story, 12))
    story.play(2 * DAY)
    steps = [e for e in story.out if isinstance(e, Alert)]
    assert [s.step for s in steps] == list(range(len(steps)))
    assert steps[0].kind == "opened"
    assert len({s.alert_id for s in steps}) == 1


def test_heat_is_the_sum_of_its_published_components() -> None:
    story = Story()
    story.play(40, both(story, 12))
    for heat in (e for e in story.out if isinstance(e, Heat)):
        total = 0.5 * heat.velocity_z + 0.3 * heat.spread + 0.2 * heat.affect
        assert heat.raw_heat == pytest.approx(total)
        assert heat.heat == pytest.approx(heat.raw_heat * heat.freshness)
        assert 0.0 <= heat.heat <= 2.5
        assert heat.velocity_z <= 4.0
        assert heat.display == round(100 * heat.heat / 2.5, 1)


def test_reasons_and_receipts_name_their_evidence() -> None:
    story = Story()
    story.play(40, both(story, 12))
    heat = [e for e in story.out if isinstance(e, Heat)][-1]
    assert {r.clause for r in heat.reasons} == {"velocity", "spread", "affect", "gate"}
    assert {r.source_type for r in heat.receipts} == {"social", "news"}
    known = {f"{n:08d}" for n in range(1, story.number + 1)}
    assert {i for r in heat.reasons for i in r.mention_ids} <= known


def test_a_confirmation_of_what_fell_silent_names_the_trade() -> None:
    story = Story()
    story.play(40, both(story, 12))
    story.play(14 * 60)
    item = mention(9000, "nova", story.n * INTERVAL_MS, "trades", outlet="variety.com")
    story.play(10, [item])
    told = next(e for e in story.out if isinstance(e, Alert) and e.kind == "confirmed")
    assert told.mentions == 0
    assert [(r.clause, r.mention_ids) for r in told.reasons] == [("trade", (item.id,))]


def test_velocity_is_told_beside_heat() -> None:
    story = Story()
    story.play(40, both(story, 12))
    heats = [e for e in story.out if isinstance(e, Heat)]
    speeds = [e for e in story.out if isinstance(e, Velocity)]
    assert [h.tick for h in heats] == [v.tick for v in speeds]
    assert all(h.tick % POLL_TICKS == 0 and h.known_time == end_of(h.tick) for h in heats)


def test_a_quiet_name_is_forgotten() -> None:
    story = Story()
    story.play(40, both(story, 12))
    story.play(20 * DAY)
    assert story.state.due == 0
    assert not story.state.types
    assert story.out[-1].heat == 0.0 or isinstance(story.out[-1], Alert)  # type: ignore[attr-defined]


def test_a_state_survives_its_row() -> None:
    story = Story()
    story.play(40, both(story, 12))
    assert unpack(pack(story.state)) == story.state


def test_old_news_fills_its_bucket_and_proves_nothing_new() -> None:
    story = Story()
    old = [msgspec.structs.replace(m, event_time=m.known_time - 2 * DAY_MS)
           for m in both(story, 20)]
    story.play(60, old)
    assert story.kinds == []
    assert story.state.folded == 0


@pytest.mark.parametrize(("n", "poll"), [(10, 10), (11, 15), (14, 15), (15, 15)])
def test_the_next_poll_is_the_first_at_or_after(n: int, poll: int) -> None:
    assert next_poll(n) == poll


def test_a_steady_name_is_no_burst_on_the_first_day() -> None:
    story = Story()
    story.lineage = Lineage(CONFIG.hash, BEGIN)  # observation begins with the first mention
    story.play(3 * DAY, steady(72, BEGIN))
    assert story.kinds == []


def test_copies_of_old_news_count_once() -> None:
    story = Story()
    old = (BEGIN - 60 * 60) * INTERVAL_MS
    copies = [mention(k, "nova", (BEGIN + 10 * k) * INTERVAL_MS, event_time=old, text_key=7)
              for k in range(1, 20)]
    story.play(4 * 60, copies)
    assert sum(story.state.types["social"].window.hours.values()) == 1


def test_of_many_trade_items_the_earliest_sets_the_clock() -> None:
    story = Story()
    items = [mention(8000 + k, "nova", (BEGIN + 60 * k) * INTERVAL_MS, "trades") for k in range(24)]
    story.play(24 * 60, items)
    story.play(40, both(story, 12))
    alert = next(e for e in story.out if isinstance(e, Alert))
    assert alert.trade is not None
    assert alert.trade.event_time == items[0].event_time


def test_heat_goes_on_fading_when_the_episode_is_over() -> None:
    story = Story()
    story.play(40, both(story, 12))
    story.play(36 * 60)
    assert story.state.episode is None
    later = story.play(40, both(story, 1))
    heats = [e for e in later if isinstance(e, Heat)]
    assert heats
    assert all(e.freshness < 0.3 and e.hours_since_peak > 30 for e in heats)
