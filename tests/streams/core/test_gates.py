"""Every gate at its edge: what just passes, what just does not, and which one says so."""

from typing import Any

import msgspec
import pytest

from schemas.ids import short_key
from streams.core import gates
from streams.core.config import CoreConfig, configure
from streams.core.state import TypeState
from streams.core.windows import Window, bucket_hour
from tests.streams.core.at_the_gate import (
    CONFIG,
    HOUR,
    NAME,
    NOW,
    QUIET,
    N,
    episode,
    poll,
    refused,
    saying,
    spoken,
    voices,
)


@pytest.mark.parametrize(("counts", "enough"), [
    ({"video": 5}, True), ({"video": 6}, True), ({"video": 4}, False), ({}, False),
    ({"news": 3, "video": 1}, True), ({"news": 2, "video": 1}, False),
    ({"news": 4, "video": 1}, True), ({"video": 3, "search": 2}, True),
    ({"news": 3}, False), ({"news": 3, "video": 0}, False),
    ({"video": 2, "search": 2}, True), ({"video": 2, "search": 1}, False),
    ({"video": 4, "search": 1}, False), ({"video": 5, "search": 1}, True),
    ({"video": 2, "social": 2}, False), ({"video": 2, "social": 3}, True),
    ({"video": 2, "search": 2, "charts": 2}, True), ({"video": 1, "search": 2, "news": 2}, True),
])
def test_voices_are_enough_at_five_or_beside_others_at_fewer(
    counts: dict[str, int], enough: bool
) -> None:
    assert gates.enough_voices(voices(**counts), NOW, CONFIG) is enough


@pytest.mark.parametrize(("ago", "heard"), [(0, True), (24, True), (25, False)])
def test_voices_are_those_of_a_day(ago: int, heard: bool) -> None:
    state = voices()
    state.types["news"] = TypeState(authors={HOUR - ago: [1, 2, 3, 4, 5]})
    assert gates.enough_voices(state, NOW, CONFIG) is heard


def test_nobody_is_told_below_the_bar() -> None:
    state = voices(news=5)
    assert refused(state, poll(QUIET))[0] is None
    told, seen = refused(state, poll(QUIET - 1e-9, types=0))
    assert (told, seen.bar) == ("bar", QUIET)


@pytest.mark.parametrize(("recent", "before", "rises"), [
    ((0,), (), True), ((5,), (), True), ((), (6,), False), ((), (), False),
    ((0,), (6,) * 12, True), ((0,), (6,) * 13, False),
    ((0,), (77,) * 13, False), ((0,), (78,) * 13, True),
    ((0, 5), (6,) * 24, True), ((0, 5), (6,) * 25, False),
])
def test_rising_is_half_an_hour_no_quieter_than_the_six_hours_before(
    recent: tuple[int, ...], before: tuple[int, ...], rises: bool
) -> None:
    state = voices(news=5)
    state.types["news"].window = spoken(*recent, *before)
    assert gates.rising(state, NOW) is rises
    assert refused(state, poll())[0] == (None if rises else "rising")


def test_the_literal_gate_does_not_ask_for_a_rise() -> None:
    state = voices(news=5)
    state.types["news"].window = spoken(6)
    assert refused(state, poll())[0] == "rising"
    assert refused(state, poll(), config=configure({"gates.gate": "literal"}))[0] is None


def test_one_type_that_rises_is_enough_and_none_is_not() -> None:
    state = voices(news=5, social=5)
    state.types["news"].window = spoken(10, 10, 10)
    assert gates.rising(state, NOW)
    state.types["social"].window = Window()
    assert not gates.rising(state, NOW)


@pytest.mark.parametrize(("ago", "rises"), [(0, True), (1, True), (2, False)])
def test_a_level_of_this_hour_or_the_last_rises_without_a_mention(ago: int, rises: bool) -> None:
    hour = bucket_hour(NOW)
    state = voices()
    told = {"a": {hour - 30: 9, hour - 9: 9}, "b": {hour - ago: 9}}
    state.types["search"] = TypeState(levels=told)
    assert gates.rising(state, NOW) is rises


def test_one_type_is_too_few() -> None:
    assert refused(voices(news=5), poll(types=1))[0] == "types"
    assert refused(voices(news=5), poll(types=3))[0] is None
    assert refused(voices(news=1), poll(types=1))[0] == "types"


def test_too_few_voices_are_refused_before_anybody_is_silenced() -> None:
    mute = configure({"gates.silent_entities": [NAME]})
    told, seen = refused(voices(news=2), poll(), config=mute)
    assert (told, seen.label) == ("voices", None)


@pytest.mark.parametrize("changes", [
    {"gates.silent_entities": [NAME]}, {"gates.silent_types": ["person"]},
])
def test_the_silenced_are_labelled_so(changes: dict[str, Any]) -> None:
    told, seen = refused(voices(news=5), poll(), config=configure(changes))
    assert (told, seen.label) == ("silent", gates.SILENT)
    assert gates.SILENT == "silent"


def gala(bar: float) -> CoreConfig:
    days = [f"{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, 32, 2)]
    event = {"name": "Lantern Gala", "entities": [NAME], "starts": days, "bar": bar}
    return configure({"calendar.tentpoles": [event]})


def test_on_the_day_of_an_event_the_bar_is_a_multiple() -> None:
    told, seen = refused(voices(news=5), poll(3.0), config=gala(1.5))
    assert (told, seen.label, seen.bar) == (None, "Lantern Gala", 3.0)
    told, seen = refused(voices(news=5), poll(3.0 - 1e-9), config=gala(1.5))
    assert (told, seen.label, seen.bar) == ("scheduled", "Lantern Gala", 3.0)
    told, seen = refused(voices(news=5), poll(3.0 - 1e-9), name="other", config=gala(1.5))
    assert (told, seen.label, seen.bar) == (None, None, QUIET)


def test_what_the_story_says_of_an_occasion_is_expected_too() -> None:
    state = voices(news=5)
    state.folded = 5
    state.said = [saying(n, short_key("birthday"), short_key("wishes")) for n in range(5)]
    told, seen = refused(state, poll(3.0))
    assert (told, seen.label, seen.bar) == (None, "birthday", 3.0)
    assert refused(state, poll(2.9))[0] == "scheduled"


def test_many_stories_are_the_last_refusal() -> None:
    state = voices(news=5)
    state.folded = 5
    state.said = [saying(n, 10 * n, 10 * n + 1, 10 * n + 2) for n in range(1, 6)]
    told, seen = refused(state, poll())
    assert (told, seen.cohesion, seen.story_items) == ("story", 0.2, 1)


def test_the_evidence_is_asked_again_only_when_there_is_more() -> None:
    state, seen = voices(), episode()
    state.folded, state.said = 2, [saying(1, 5, 6, 7), saying(2, 5, 6, 7)]
    found = gates.look(state, seen, NOW)
    assert found is not None
    assert (seen.story_folded, seen.story_items, seen.cohesion) == (2, 2, 1.0)
    state.said = []
    assert gates.look(state, seen, NOW) is None
    assert seen.story_items == 2
    state.folded = 3
    assert gates.look(state, seen, NOW) == (0, 0, None)
    assert (seen.story_folded, seen.story_items, seen.cohesion) == (3, 0, None)


@pytest.mark.parametrize(("items", "share", "one"), [
    (4, 0.1, True), (3, 0.1, False), (3, 0.6, True), (3, 0.7, True), (3, 0.59, False),
    (0, None, True), (9, 0.0, True),
])
def test_one_story_is_four_texts_or_most_of_them(
    items: int, share: float | None, one: bool
) -> None:
    seen = msgspec.structs.replace(episode(), story_items=items, cohesion=share)
    assert gates.of_one_story(seen, CONFIG) is one


def test_what_is_said_now_is_not_what_is_usual() -> None:
    assert gates.usual(voices(news=1), NOW) == 0.0


def test_the_habit_that_is_told_is_the_one_in_the_bar() -> None:
    state = voices(news=5)
    state.habit, state.habit_tick = 0.5, N
    _, found = refused(state, poll())
    assert (found.bar, found.habit) == (QUIET + 0.5, 0.5)
    _, literal = refused(state, poll(), config=configure({"gates.gate": "literal"}))
    assert (literal.bar, literal.habit) == (2.5, 0.0)
