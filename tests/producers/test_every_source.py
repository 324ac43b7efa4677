"""The standard suite: what every source promises, over its recorded bodies."""

from pathlib import Path

import pytest

from producers.base.body import Body
from producers.base.errors import UnreadableBodyError
from producers.base.source import PolledSource, Source
from producers.sources import SOURCES, source_named
from schemas.codec import decode, encode
from schemas.errors import SettingsError, SkippableError
from schemas.sources import SOURCE_TYPES
from tests.producers.builders import NOON

FIXTURES = Path(__file__).parent / "fixtures"
BODIES = [
    pytest.param(source(), body.read_bytes(), id=f"{source.facts.name}-{body.stem}")
    for source in SOURCES
    for body in sorted((FIXTURES / source.facts.name).iterdir())
]
every_source = pytest.mark.parametrize("source", [s() for s in SOURCES], ids=lambda s: s.name)
every_body = pytest.mark.parametrize(("source", "body"), BODIES)


@every_source
def test_source_is_declared_in_the_contract_and_has_a_fixture(source: Source) -> None:
    assert source.source_type == SOURCE_TYPES[source.name]
    assert source.facts.poll_every.total_seconds() >= 60
    assert list((FIXTURES / source.name).iterdir())
    assert source_named(source.name) is type(source)


@every_source
def test_what_is_asked_is_https_and_the_same_every_time(source: Source) -> None:
    if not isinstance(source, PolledSource):
        pytest.skip("its library or its stream does the asking")
    asked = [str(ask.request.url) for ask in source.asks(NOON)]
    assert asked == [str(ask.request.url) for ask in source.asks(NOON)]
    assert asked
    assert len(set(asked)) == len(asked)
    assert all(url.startswith("https://") for url in asked)


@every_body
def test_body_gives_mentions_with_ids_of_their_own(source: Source, body: bytes) -> None:
    mentions = list(source.parse(Body(body, NOON)))
    assert mentions
    assert len({m.id for m in mentions}) == len(mentions)
    assert {(m.source, m.source_type) for m in mentions} == {(source.name, source.source_type)}
    assert all(m.title or m.text for m in mentions)


@every_body
def test_same_body_gives_the_same_mentions(source: Source, body: bytes) -> None:
    later = list(source.parse(Body(body, NOON + 60_000)))
    assert list(source.parse(Body(body, NOON))) == list(source.parse(Body(body, NOON)))
    assert [m.id for m in source.parse(Body(body, NOON))] == [m.id for m in later]


@every_body
def test_nothing_happens_after_we_know_it(source: Source, body: bytes) -> None:
    for mention in source.parse(Body(body, NOON)):
        assert mention.event_time <= mention.known_time == NOON


@every_body
def test_every_mention_survives_the_codec(source: Source, body: bytes) -> None:
    for mention in source.parse(Body(body, NOON)):
        assert decode(encode(mention)) == mention
        assert mention.url is None or mention.url.startswith("http")


@every_body
def test_truncated_body_gives_less_or_a_named_error(source: Source, body: bytes) -> None:
    whole = {m.id for m in source.parse(Body(body, NOON))}
    for end in range(0, len(body), max(1, len(body) // 23)):
        try:
            cut = list(source.parse(Body(body[:end], NOON)))
        except SkippableError:
            continue
        assert len(cut) <= len(whole)


@every_source
@pytest.mark.parametrize(
    "body", [b"", b"\x00\xff\xfe", b"<html><body>Sorry</body></html>", b'{"error": 1}', b"blocked"]
)
def test_body_that_is_something_else_is_a_named_error(source: Source, body: bytes) -> None:
    with pytest.raises(UnreadableBodyError):
        list(source.parse(Body(body, NOON)))


def test_unknown_source_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(SettingsError, match=r"unknown source 'gossip'; one of trades, google-news"):
        source_named("gossip")
