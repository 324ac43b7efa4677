"""Any one field of a real shape may be missing or of another type: it costs one record at most."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from producers.base.body import Body
from producers.base.source import Source
from producers.newsapi.source import NewsApiSource
from producers.reddit.source import RedditSource
from producers.x.source import XSource
from schemas.codec import decode, encode
from tests.producers.builders import NOON

FIXTURES = Path(__file__).parent / "fixtures"
ODD = (None, "", " ", 0, -1, 1e300, True, [], {}, ["x"], {"x": None}, "\ud83c", "x" * 30_000,
       "&amp;#x41;", "http://[", "1970-01-01T00:00:00Z", 99999999999999999999)  # fmt: skip
RECORDS: tuple[tuple[Source, str, tuple[Any, ...]], ...] = (
    (RedditSource(), "reddit/new.json", ("data", "children")),
    (RedditSource(), "reddit/comments.json", ("data", "children")),
    (NewsApiSource(), "newsapi/everything.json", ("articles",)),
    (XSource(), "x/search.json", ("data",)),
    (XSource(), "x/version1.json", ("statuses",)),
)
REMOVED = object()


def places(node: Any, so_far: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every field of a record."""
    if isinstance(node, dict | list):
        for name, inner in node.items() if isinstance(node, dict) else enumerate(node):
            yield (*so_far, name)
            yield from places(inner, (*so_far, name))


def changed(record: Any, place: tuple[Any, ...], value: Any) -> Any:
    record = copy.deepcopy(record)
    node = record
    for name in place[:-1]:
        node = node[name]
    if value is REMOVED:
        del node[place[-1]]
    else:
        node[place[-1]] = value
    return record


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(RECORDS), st.data())
def test_one_odd_field_costs_its_own_record_at_most(
    kind: tuple[Source, str, tuple[Any, ...]], data: st.DataObject
) -> None:
    source, name, way = kind
    whole = json.loads((FIXTURES / name).read_bytes())
    records = whole
    for step in way:
        records = records[step]
    number = data.draw(st.integers(0, len(records) - 1))
    place = data.draw(st.sampled_from(list(places(records[number]))))
    value = data.draw(st.sampled_from((*ODD, REMOVED)))
    untouched = {m.id: m for m in source.parse(Body(json.dumps(whole).encode(), NOON))}
    records[number] = changed(records[number], place, value)
    told = list(source.parse(Body(json.dumps(whole).encode(), NOON)))
    kept = sum(untouched.get(mention.id) == mention for mention in told)
    assert kept >= len(untouched) - 1
    for mention in told:
        assert decode(encode(mention)) == mention
        assert mention.event_time <= mention.known_time == NOON
        assert mention.url is None or mention.url.startswith(("http://", "https://"))
