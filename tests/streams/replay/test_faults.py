"""Faults: each does what it says, says how often it did, and is refused when it could not."""

from collections.abc import Callable, Iterator

import pytest
from msgspec.structs import replace

from schemas.clock import DAY_MS, HOUR_MS, MINUTE_MS, TICK_GRACE_MS, iso, tick_of
from schemas.codec import encode
from schemas.errors import FatalError, SettingsError
from schemas.records import Alert, Mention, RawMention, Record
from streams.replay.adversary import injected
from streams.replay.digest import Digest
from streams.replay.fault_words import Scene, length, moment, read_fault, read_faults
from streams.replay.faults import Fault, of, require_fired, with_faults
from streams.replay.reel import Interval, log_of
from tests.builders import NOON
from tests.streams.replay.small_world import BEGINS, SOURCES, events, mentions, reel, whole

SCENE = Scene(SOURCES, mentions()[0].known_time, mentions()[-1].known_time)
OF_REDDIT = [m for m in mentions() if m.source == "reddit"]


def arrivals(shown: Iterator[Interval]) -> list[tuple[int, RawMention]]:
    return [(tick.n, raw) for said, tick in shown for raw in said]


def played(*asked: str) -> tuple[list[tuple[int, RawMention]], list[Fault]]:
    """Where each mention arrives with these faults; nothing of it is from the future."""
    found = [read_fault(text, SCENE) for text in asked]
    log = arrivals(with_faults(reel(), found))
    faults = [read_fault(text, SCENE) for text in asked]
    for _ in log_of(with_faults(reel(), faults)):
        pass
    assert [f.told() for f in faults] == [f.told() for f in found], "a fault draws lots"
    return log, found


def test_a_type_is_what_a_mention_counts_for_and_not_what_its_feed_says() -> None:
    article, clip, trade = (
        replace(mentions()[0], source="newsapi", source_type="news", url=url) for url in
        ("https://paper.example/a", "https://www.youtube.com/watch?v=a", "https://variety.com/a")
    )
    found = {which: [of(which)(raw) for raw in (article, clip, trade)]
             for which in ("", "newsapi", "news", "video", "trade")}
    assert found == {
        "": [True] * 3, "newsapi": [True] * 3, "news": [True, False, False],
        "video": [False, True, False], "trade": [False, False, True],
    }


def test_an_outage_holds_back_what_it_covers_and_tells_it_at_its_end() -> None:
    start, end = BEGINS, BEGINS + 2 * HOUR_MS
    log, (fault,) = played(f"outage:reddit:{iso(start)}:{iso(end)}")
    held = {m.id for m in OF_REDDIT if start <= m.known_time < end}
    assert fault.told() == {
        "fault": f"fault outage:reddit:{iso(start)}:{iso(end)}", "fired": len(held),
        "effect": "held back", "beyond_the_end": 0,
    }
    assert len(held) > 30
    assert {(n, raw.known_time) for n, raw in log if raw.id in held} == {(tick_of(end), end)}
    assert [x for x in log if x[1].id not in held] == [
        x for x in arrivals(reel()) if x[1].id not in held
    ]


def test_what_is_delayed_is_known_later_and_what_is_late_only_arrives_later() -> None:
    shift = 2 * HOUR_MS
    before = {raw.id: (n, raw.known_time) for n, raw in arrivals(reel())}
    delayed = read_faults([], [], ["social=2h"], SCENE)
    late = [read_fault("late:social:2h", SCENE)]
    for faults, known_later, grace in ((delayed, shift, 0), (late, 0, TICK_GRACE_MS)):
        after = {raw.id: (n, raw.known_time) for n, raw in arrivals(with_faults(reel(), faults))}
        assert faults[0].fired == len(OF_REDDIT)
        for mention in OF_REDDIT:
            _, known = before[mention.id]
            assert after[mention.id] == (tick_of(known + shift - grace), known + known_later)


def test_late_mentions_are_lifted_by_the_core() -> None:
    fault = read_fault("late:reddit:30m", SCENE)
    found = [r for _, r in events(with_faults(reel(), [fault])) if isinstance(r, Mention)]
    of_reddit = [m for m in found if m.source == "reddit"]
    assert fault.fired == len(OF_REDDIT)
    assert all(28 * MINUTE_MS < m.late_ms < 30 * MINUTE_MS for m in of_reddit)
    assert {m.late_ms for m in found if m.source == "youtube"} == {0}


def figure(found: list[tuple[str, Record]]) -> str:
    """Over every event, each once, in whatever order."""
    digest = Digest(fold=True)
    for topic, record in found:
        digest.add(topic, getattr(record, "id", ""), encode(record))
    return digest.hex


def test_what_is_late_by_less_than_the_grace_of_a_tick_changes_nothing() -> None:
    """They come behind the others of their interval, and no event tells the difference."""
    faults = [read_fault(f"late:{source}:4s", SCENE) for source in ("reddit", "news")]
    log = arrivals(with_faults(reel(), faults))
    assert all(fault.fired for fault in faults)
    assert log != arrivals(reel()), "nobody came late"
    assert sorted(log, key=repr) == sorted(arrivals(reel()), key=repr)
    again = [read_fault(f"late:{source}:4s", SCENE) for source in ("reddit", "news")]
    assert figure(events(with_faults(reel(), again))) == figure(list(whole()))


def test_a_second_beyond_the_grace_is_another_recording() -> None:
    """The proof above can fail."""
    faults = [read_fault("late:reddit:65s", SCENE)]
    assert figure(events(with_faults(reel(), faults))) != figure(list(whole()))


def test_a_storm_lets_answers_through_at_half_hours() -> None:
    log, (fault,) = played("storm429")
    assert fault.fired == len(mentions())
    assert {raw.known_time % (30 * MINUTE_MS) for _, raw in log} == {0}


def test_a_source_that_is_left_out_says_nothing() -> None:
    faults = read_faults([], ["reddit", "video"], [], SCENE)
    assert {raw.source for _, raw in arrivals(with_faults(reel(), faults))} == {"google-news"}
    assert sum(f.fired for f in faults) == sum(m.source != "google-news" for m in mentions())


def test_a_skewed_clock_dates_wrong_and_moves_nothing() -> None:
    log, (fault,) = played("skew:youtube:-10m")
    moved = {raw.id: raw for _, raw in log}
    assert fault.fired == sum(m.source == "youtube" for m in mentions())
    for mention in mentions():
        shift = -10 * MINUTE_MS if mention.source == "youtube" else 0
        assert moved[mention.id].event_time == mention.event_time + shift
        assert moved[mention.id].known_time == mention.known_time


def test_duplicates_are_told_twice_and_change_no_alert() -> None:
    log, (fault,) = played("duplicates:0.3")
    assert 0.15 * len(mentions()) < fault.fired < 0.45 * len(mentions())
    assert len(log) == len(mentions()) + fault.fired
    again = events(with_faults(reel(), [read_fault("duplicates:0.3", SCENE)]))
    assert opened(again)
    for topic in ("velocity", "heat", "alerts.proposed", "alerts"):
        expected = figure([event for event in whole() if event[0] == topic])
        assert figure([event for event in again if event[0] == topic]) == expected, topic


def test_faults_add_up_and_each_tells_what_it_did() -> None:
    """Each sees what the one before left of the recording."""
    start, end = iso(BEGINS), iso(BEGINS + HOUR_MS)
    log, faults = played(f"outage:reddit:{start}:{end}", "storm429:youtube", "duplicates:0.2",
                         "skew:social:+10m", "late:news:90s")
    assert [fault.effect for fault in faults] == [
        "held back", "held back by 429", "told twice", "dated wrong", "arrived late"]
    assert all(fault.fired for fault in faults)
    told_again = faults[2].fired
    assert len(log) + sum(fault.beyond for fault in faults) == len(mentions()) + told_again
    reddit = [raw for _, raw in log if raw.source == "reddit"]
    assert faults[3].fired == len(reddit) > len(OF_REDDIT), "copies are dated wrong, too"
    assert not [raw for raw in reddit if BEGINS <= raw.known_time < BEGINS + HOUR_MS]


def test_a_fault_of_a_source_that_was_left_out_cannot_fire() -> None:
    faults = read_faults(["storm429:reddit"], ["reddit"], [], SCENE)
    arrivals(with_faults(reel(), faults))
    with pytest.raises(FatalError, match="storm429:reddit never fired: 0 mentions held back"):
        require_fired(faults)


def opened(found: list[tuple[str, object]]) -> list[tuple[str, int]]:
    return [(a.entity_id, a.known_time) for _, a in found
            if isinstance(a, Alert) and a.kind == "opened"]


def test_an_adversary_speaks_and_opens_nothing() -> None:
    at = NOON + DAY_MS
    log, (fault,) = played(f"brigade:Ferry Tolliver:{iso(at)}")
    marked = injected([raw for _, raw in log])
    ours = [raw for _, raw in log if raw.id in marked and "Ferry" in raw.title]
    assert fault.fired == len(ours) == 60
    assert {raw.source for raw in ours} == {"reddit", "youtube"}
    found = events(with_faults(reel(), [read_fault(f"brigade:Ferry Tolliver:{iso(at)}", SCENE)]))
    assert {entity for entity, _ in opened(found)} == {"nova-reyes"}


@pytest.mark.parametrize("fault", [
    read_fault("outage:reddit:2030-01-01:2030-01-02", SCENE),
    *read_faults([], ["charts"], [], SCENE),
])
def test_a_fault_that_touches_nothing_proves_nothing(fault: Fault) -> None:
    arrivals(with_faults(reel(), [fault]))
    with pytest.raises(FatalError, match=f"{fault.asked} never fired: 0 mentions"):
        require_fired([fault])


@pytest.mark.parametrize(("ask", "named"), [
    (lambda: read_fault("flood:reddit", SCENE), "no fault 'flood'; one of outage, storm429"),
    (lambda: read_fault("outage:myspace:2026-03-14:2026-03-15", SCENE), "no source 'myspace'"),
    (lambda: read_fault("outage:reddit:soon:later", SCENE), "<from>:<to> is expected"),
    (lambda: read_fault("outage:reddit:2026-03-15:2026-03-14", SCENE), "ends before it begins"),
    (lambda: read_fault("duplicates:2", SCENE), "not '2'"),
    (lambda: read_fault("duplicates:many", SCENE), "not 'many'"),
    (lambda: read_fault("skew:reddit:soon", SCENE), "'soon' is no length of time"),
    (lambda: read_fault("late:reddit:-5m", SCENE), "nothing arrives before its time"),
    (lambda: read_fault("brigade", SCENE), "whom?"),
    (lambda: read_fault("brigade:Nova Reyes", Scene(("trades", "reddit"), 0, DAY_MS)),
     "speaks as youtube"),
    (lambda: read_faults([], [], ["reddit"], SCENE), "'' is no length"),
    (lambda: read_faults([], ["myspace"], [], SCENE), "google-news, reddit, youtube"),
    (lambda: moment("noon", "--as-of"), "--as-of: 'noon' is no time"),
])
def test_what_is_not_understood_is_refused_by_name(
    ask: Callable[[], object], named: str
) -> None:
    with pytest.raises(SettingsError) as refusal:
        ask()
    assert named in str(refusal.value)


@pytest.mark.parametrize(("text", "millis"), [
    ("90s", 90_000), ("+10m", 600_000), ("-1.5h", -5_400_000), ("2d", 2 * DAY_MS),
])
def test_lengths_have_a_sign_and_a_unit(text: str, millis: int) -> None:
    assert length(text, "here") == millis
