"""What no service promises and some day sends: any field of a body may be anything."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producers.base.body import Body
from producers.sources import source_named
from schemas.codec import decode, encode
from schemas.errors import SkippableError
from tests.producers.builders import NOON

FIXTURES = Path(__file__).parent / "fixtures"
SOURCES = ("google-trends", "tiktok", "youtube")
ODD = (
    None, True, 0, -1, 1e308, 10**40, "", "x", "9" * 400, "\ud800", "a\x00b", "2026-99-99",
    [], {}, [None], [[]], ["x"], {"a": None},
)  # fmt: skip


def documents(source: str) -> list[Any]:
    found = []
    for file in sorted((FIXTURES / source).glob("*.*")):
        text = file.read_text("utf-8")
        body = text.partition("\n")[2] if text.startswith(")]}'") else text
        if body.startswith(("{", "[")):
            found.append(json.loads(body))
    return found


DOCUMENTS = {source: documents(source) for source in SOURCES}


def changed(document: Any, draw: st.DataObject) -> Any:
    """The document with an odd value somewhere."""
    deeper = isinstance(document, dict | list) and document and draw.draw(st.integers(0, 9))
    if not deeper:
        return draw.draw(st.sampled_from(ODD))
    copy = document.copy()
    places = list(copy) if isinstance(copy, dict) else range(len(copy))
    place = draw.draw(st.sampled_from(list(places)))
    copy[place] = changed(copy[place], draw)
    return copy


@pytest.mark.parametrize("name", SOURCES)
@settings(max_examples=80, deadline=None)
@given(draw=st.data())
def test_any_field_may_be_anything(name: str, draw: st.DataObject) -> None:
    document = changed(draw.draw(st.sampled_from(DOCUMENTS[name])), draw)
    body = Body(json.dumps(document).encode(), NOON)
    source = source_named(name)()
    source.refusal(body)
    source.spent(body)
    try:
        mentions = list(source.parse(body))
    except SkippableError:
        return
    for mention in mentions:
        assert mention.event_time <= mention.known_time == NOON
        assert decode(encode(mention)) == mention
