"""Filters: what passes, and what is refused by name."""

import pytest

from gateway.events import to_event
from gateway.subscription import (
    RefusedError,
    SseQuery,
    Subscription,
    TrendsQuery,
    WebSocketQuery,
    parse,
)
from tests.gateway.builders import alert, heat, type_velocity

HEAT = to_event(1, heat("zendaya", 1.2))
FILM = to_event(2, heat("dune", 0.6, entity_type="film", types=(type_velocity("news"),)))
ALERT = to_event(3, alert("zendaya"))
EVENTS = (HEAT, FILM, ALERT)


@pytest.mark.parametrize(
    ("query", "passing"),
    [
        ("", [1, 2, 3]),
        ("kinds=heat", [1, 2]),
        ("kinds=alerts,heat", [1, 2, 3]),
        ("category=film", [2]),
        ("category=film,person&kinds=heat", [1, 2]),
        ("types=news", [2]),
        ("types=news,social", [1, 2, 3]),
        ("min_heat=1.3", [3]),
        ("entity=zendaya", [1, 3]),
        ("entity=zendaya&category=film", []),
    ],
)
def test_all_filters_must_hold(query: str, passing: list[int]) -> None:
    wanted = parse(WebSocketQuery, query).subscription()
    assert [event.seq for event in EVENTS if wanted.wants(event)] == passing


REFUSALS = [
    ("colour=red", "UnknownParameter", "'colour'"),
    ("Kinds=heat", "UnknownParameter", "'Kinds'"),
    ("kinds=heat&kinds=alerts", "DoubledParameter", "'kinds'"),
    ("kinds=velocity", "BadParameter", "'velocity'"),
    ("kinds=", "BadParameter", "'kinds'"),
    ("kinds=heat,heat", "BadParameter", "twice"),
    ("category=dog", "BadParameter", "'dog'"),
    ("types=radio", "BadParameter", "'radio'"),
    ("min_heat=hot", "BadParameter", "'min_heat'"),
    ("min_heat=-1", "BadParameter", "'min_heat'"),
    ("min_heat=nan", "BadParameter", "'min_heat'"),
    ("min_heat=2.6", "Contradiction", "2.5"),
    ("cursor=soon", "BadParameter", "'cursor'"),
    ("cursor=-1", "BadParameter", "'cursor'"),
    ("shape=round", "BadParameter", "'shape'"),
    ("snapshot=yes", "BadParameter", "'snapshot'"),
    ("snapshot=1&cursor=5", "Contradiction", "cursor=5"),
    ("since=2h", "UnknownParameter", "'since'"),
]


@pytest.mark.parametrize(("query", "name", "told"), REFUSALS)
def test_what_cannot_be_served_is_refused_naming_it(query: str, name: str, told: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        parse(WebSocketQuery, query)
    assert refusal.value.name == name
    assert told in refusal.value.detail


def test_an_unknown_parameter_is_told_the_known_ones() -> None:
    with pytest.raises(RefusedError, match="limit"):
        parse(TrendsQuery, "top=5")


def test_each_stream_knows_its_own_parameters() -> None:
    assert parse(SseQuery, "since=2h").since == "2h"
    with pytest.raises(RefusedError):
        parse(SseQuery, "snapshot=1")


def test_no_filter_lets_all_pass() -> None:
    assert all(Subscription().wants(event) for event in EVENTS)
