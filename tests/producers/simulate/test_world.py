"""The simulated world: the same for a seed, labelled throughout, and alive."""

from collections import Counter
from itertools import pairwise

import pytest

from producers.catalogue.load import load_entities
from producers.simulate.run import CAST
from producers.simulate.world import LIFE, SOURCES, World, simulated_world, story
from schemas.clock import HOUR_MS, tick_of
from schemas.codec import decode, encode
from schemas.sources import SOURCE_TYPES
from tests.producers.builders import NOON

N = tick_of(NOON)


@pytest.fixture(scope="module")
def world() -> World:
    return simulated_world(1, NOON, load_entities(CAST), load_entities())


def test_minute_says_the_same_whenever_it_is_asked(world: World) -> None:
    again = simulated_world(1, NOON, load_entities(CAST), load_entities())
    backwards = {n: again.mentions_of(n) for n in range(N + 90, N - 1, -1)}
    assert all(world.mentions_of(n) == backwards[n] for n in backwards)
    other = simulated_world(2, NOON, load_entities(CAST), load_entities())
    assert [other.mentions_of(n) for n in range(N, N + 9)] != [
        world.mentions_of(n) for n in range(N, N + 9)
    ]


def test_mention_is_said_in_its_minute_in_order_and_once(world: World) -> None:
    ids = []
    for n in range(N - 120, N + 600):
        mentions = world.mentions_of(n)
        assert {tick_of(m.known_time) for m in mentions} <= {n}
        assert all(a.known_time <= b.known_time for a, b in pairwise(mentions))
        ids += [m.id for m in mentions]
    assert len(ids) == len(set(ids))


def test_everything_is_labelled_and_nothing_is_linked(world: World) -> None:
    said = [m for n in range(N - 60, N + 400) for m in world.mentions_of(n)]
    assert said
    for mention in said:
        assert mention.title.endswith(" [simulated]")
        assert mention.channel.endswith(" (simulated)")
        assert mention.attributes["simulated"] == "true"
        assert mention.url is None
        assert decode(encode(mention)) == mention


def test_stories_are_told_of_invented_people_only(world: World) -> None:
    names = {entity.name for entity in load_entities(CAST)}
    assert not names & {entity.name for entity in load_entities()}
    for number in range(len(world.cast)):
        assert world.cast[number].name in names
        assert all(world.cast[number].name in m.title for m in story(world, number))


def test_story_comes_from_people_and_reaches_the_trades_hours_later(world: World) -> None:
    said = sorted(story(world, 3), key=lambda m: m.known_time)
    begins = said[0].known_time
    joined = {m.source: m.known_time for m in reversed(said)}
    order = ["reddit", "google-trends", "youtube", "google-news", "trades"]
    assert sorted(joined, key=joined.__getitem__) == order
    assert joined["trades"] - begins >= 4 * HOUR_MS
    assert {SOURCE_TYPES[m.source] for m in said} >= {"social", "search", "video", "news", "trade"}
    assert Counter(m.source for m in said)["reddit"] > sum(
        s.mentions for s in LIFE if s.source == "reddit"
    )  # the bots


def test_before_the_first_story_there_is_only_idle_talk_from_every_counted_source(
    world: World,
) -> None:
    talk = [m for n in range(N - 26 * 60, N) for m in world.mentions_of(n)]
    assert {m.source for m in talk} == set(SOURCES) - {"trades"}
    assert all("talk:" in m.native_id for m in talk)
