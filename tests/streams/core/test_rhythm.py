"""Rhythms are dropped by a floor, now and then; nobody can tell it from dropping each at once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, Millis
from streams.core.config import EvidenceConfig, VelocityConfig
from streams.core.evidence import prune
from streams.core.independence import SHORTEST_PAUSE, _keep_rhythm, _regular
from streams.core.measure import fresh
from streams.core.state import TypeState, forget_rhythms, pack, unpack
from tests.builders import NOON, mention

REMEMBERED = 4  # authors
TYPES = ("social", "video")


class AtOnce:
    """The slow way: what is too old is dropped at every look, from all that is remembered."""

    def __init__(self) -> None:
        self.rhythms: dict[str, dict[int, tuple[Millis, Millis]]] = {name: {} for name in TYPES}

    def regular(self, name: str, author: int, at: Millis) -> bool:
        own = self.rhythms[name]
        if author not in own:
            return False
        last, pause = own.pop(author)
        gap = at - last
        own[author] = max(at, last), gap
        return gap >= SHORTEST_PAUSE and abs(gap - pause) <= SECOND_MS + gap // 100

    def enter(self, name: str, author: int, at: Millis) -> None:
        own = self.rhythms[name]
        own.setdefault(author, (at, 0))
        if len(own) > REMEMBERED:
            del own[next(iter(own))]

    def look(self, now: Millis) -> None:
        self.rhythms = {
            name: {author: told for author, told in own.items() if told[0] >= now - DAY_MS}
            for name, own in self.rhythms.items()
        }


POSTS = st.tuples(
    st.just("post"), st.sampled_from(TYPES), st.integers(1, 7),
    # so long before it was told; much of it is around a day, where it is dropped
    st.sampled_from((5, 60, 23 * 60, 24 * 60 - 1, 24 * 60, 24 * 60 + 1, 26 * 60, 60 * 60)),
    st.booleans(),
)
STEPS = st.one_of(
    POSTS, POSTS, st.tuples(st.just("wait"), st.sampled_from((1, 7, 60, 600, 24 * 60))),
    st.tuples(st.just("look")), st.tuples(st.just("restart")),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(STEPS, min_size=10, max_size=80))
def test_a_rhythm_is_remembered_as_if_each_old_one_were_dropped_at_every_look(
    steps: list[tuple[str, ...]]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("streams.core.independence.REMEMBERED_AUTHORS", REMEMBERED)
        _compare(steps)


def _compare(steps: list[tuple[str, ...]]) -> None:
    state, slow, now = fresh(0), AtOnce(), NOON
    for name in TYPES:
        state.types[name] = TypeState()
    for step in steps:
        match step:
            case "post", str(name), int(author), int(minutes), bool(counts):
                at = now - minutes * MINUTE_MS
                said = mention(known_time=now, event_time=at, author_key=author, source_type=name)
                assert _regular(state, said) == slow.regular(name, author, at)
                if counts:
                    _keep_rhythm(state, state.types[name], author, at)
                    slow.enter(name, author, at)
            case "wait", int(minutes):
                now += minutes * MINUTE_MS
            case "look", :
                for kind in state.types.values():
                    kind.window.add(now - HOUR_MS)  # or it would be dropped with all it holds
                prune(state, now, VelocityConfig(), EvidenceConfig())
                slow.look(now)
            case "restart", :
                state = unpack(pack(state))
    forget_rhythms(state)
    found = {name: list(kind.rhythm.items()) for name, kind in state.types.items()}
    assert found == {name: list(own.items()) for name, own in slow.rhythms.items()}


def test_a_post_of_before_the_floor_counts_until_the_next_look() -> None:
    state, kind = fresh(0), TypeState()
    state.types["social"] = kind
    kind.window.add(NOON)
    _keep_rhythm(state, kind, 1, NOON - 30 * HOUR_MS)
    prune(state, NOON, VelocityConfig(), EvidenceConfig())
    assert kind.rhythm == {}
    _keep_rhythm(state, kind, 1, NOON - 30 * HOUR_MS)
    said = mention(known_time=NOON, event_time=NOON - 28 * HOUR_MS, author_key=1)
    assert not _regular(state, said)
    assert kind.rhythm == {1: (NOON - 28 * HOUR_MS, 2 * HOUR_MS)}
    assert unpack(pack(state)).types["social"].rhythm == kind.rhythm
    prune(state, NOON + MINUTE_MS, VelocityConfig(), EvidenceConfig())
    forget_rhythms(state)
    assert kind.rhythm == {}


@pytest.mark.parametrize("again", [5 * MINUTE_MS, 4 * MINUTE_MS - DAY_MS])
def test_what_is_too_old_but_not_yet_dropped_is_as_if_it_were_not_there(again: Millis) -> None:
    """Within an hour the floor rises from look to look, and nothing is dropped."""
    state, kind, hour = fresh(0), TypeState(), NOON + MINUTE_MS
    state.types["social"] = kind
    kind.window.add(NOON)
    prune(state, hour, VelocityConfig(), EvidenceConfig())
    first = hour + MINUTE_MS - DAY_MS
    _keep_rhythm(state, kind, 1, first)
    _keep_rhythm(state, kind, 2, first)
    prune(state, hour + 5 * MINUTE_MS, VelocityConfig(), EvidenceConfig())
    assert kind.rhythm == {1: (first, 0), 2: (first, 0)}
    _keep_rhythm(state, kind, 1, hour + again)
    assert kind.rhythm[1] == (hour + again, 0)
    said = mention(known_time=hour + 6 * MINUTE_MS, event_time=first + HOUR_MS, author_key=2)
    assert not _regular(state, said)
    assert kind.rhythm == {1: (hour + again, 0)}
