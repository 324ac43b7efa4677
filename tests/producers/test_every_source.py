"""The standard suite: what every source promises, over its recorded bodies.

`fixtures/<source>/` holds bodies that can be read; `fixtures/<source>/errors/` those that stand
for an error, which the name of the file begins with: `BudgetSpentError-quota.json`.
"""

import dataclasses
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from producers.base import errors
from producers.base.answers import mentions_in
from producers.base.body import Body
from producers.base.errors import UnreadableBodyError
from producers.base.recorded import recorded_bodies
from producers.base.recovery import recovery_for
from producers.base.source import CalledSource, ListenedSource, PolledSource, Source
from producers.sources import SOURCES, source_named
from schemas.codec import decode, encode
from schemas.errors import HeatError, RetriableError, SettingsError, SkippableError
from schemas.settings import KeysSection
from schemas.sources import SOURCE_TYPES
from tests.producers.builders import NOON

FIXTURES = Path(__file__).parent / "fixtures"
NO_SERVICE_WAITS = 32 * 24 * 3600.0  # no window of ours is longer than a month


def recorded(folder: str) -> list[ParameterSet]:
    """Each body of each source's files in `fixtures/<source>/<folder>`, envelopes opened."""
    return [
        pytest.param(source(), body, file.stem, id=f"{source.facts.name}-{file.stem}-{number}")
        for source in SOURCES
        for file in sorted((FIXTURES / source.facts.name / folder).glob("*.*"))
        for number, body in enumerate(recorded_bodies(file.read_bytes(), NOON, NOON))
    ]


BODIES = [pytest.param(*found.values[:2], id=found.id) for found in recorded("")]
REFUSALS = recorded("errors")
every_source = pytest.mark.parametrize("source", [s() for s in SOURCES], ids=lambda s: s.name)
every_body = pytest.mark.parametrize(("source", "body"), BODIES)


@every_source
def test_source_is_declared_in_the_contract_and_has_a_fixture(source: Source) -> None:
    assert source.source_type == SOURCE_TYPES[source.name]
    assert [file for file in (FIXTURES / source.name).iterdir() if file.is_file()]
    assert source_named(source.name) is type(source)
    assert isinstance(source, PolledSource | CalledSource | ListenedSource)


@every_source
def test_facts_are_fit_to_go_by(source: Source) -> None:
    facts = source.facts
    assert facts.poll_every.total_seconds() >= 60
    assert facts.about
    assert facts.terms
    assert facts.pace.requests > 0
    assert facts.pace.burst >= 1
    assert all(ceiling.amount > 0 for ceiling in facts.ceilings)
    assert len({(c.unit, c.window) for c in facts.ceilings}) == len(facts.ceilings)
    assert facts.usual is None or 0 <= facts.usual[0] <= facts.usual[1]
    for credential in facts.credentials:
        assert credential.key in KeysSection.model_fields
        assert credential.get_it_at.startswith("https://")


def test_sources_are_named_once_and_in_the_order_of_the_contract() -> None:
    names = [source.facts.name for source in SOURCES]
    assert names == [name for name in SOURCE_TYPES if name in names]


@every_source
def test_what_is_asked_is_https_and_the_same_every_time(source: Source) -> None:
    if not isinstance(source, PolledSource):
        pytest.skip("its library or its stream does the asking")
    asked = [str(ask.request.url) for ask in source.asks(NOON)]
    assert asked == [str(ask.request.url) for ask in source.asks(NOON)]
    assert len(set(asked)) == len(asked)
    assert all(url.startswith("https://") for url in asked)


@every_body
def test_body_gives_mentions_with_ids_of_their_own(source: Source, body: Body) -> None:
    mentions = list(source.parse(body))
    assert mentions
    assert len({m.id for m in mentions}) == len(mentions)
    assert {(m.source, m.source_type) for m in mentions} == {(source.name, source.source_type)}
    assert all(m.title or m.text or m.deleted for m in mentions)


@every_body
def test_same_body_gives_the_same_mentions(source: Source, body: Body) -> None:
    first = list(source.parse(body))
    assert first == list(source.parse(body)) == mentions_in(source, body)
    later = dataclasses.replace(body, fetched_at=body.fetched_at + 60_000)
    assert len(list(source.parse(later))) == len(first)


@every_body
def test_nothing_happens_after_we_know_it(source: Source, body: Body) -> None:
    for mention in source.parse(body):
        assert mention.event_time <= mention.known_time == body.fetched_at


@every_body
def test_every_mention_survives_the_codec(source: Source, body: Body) -> None:
    for mention in source.parse(body):
        assert decode(encode(mention)) == mention
        assert mention.url is None or mention.url.startswith("http")


@every_body
def test_truncated_body_gives_less_or_a_named_error(source: Source, body: Body) -> None:
    whole = len(list(source.parse(body)))
    length = len(body.content)
    for end in range(0, length, max(1, length // 23)):
        cut = dataclasses.replace(body, content=body.content[:end])
        try:
            assert len(list(source.parse(cut))) <= whole
        except SkippableError:
            continue


@every_source
@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\xff\xfe", b"<html><body>Sorry</body></html>", b'{"error": 1}', b"blocked"],
)
def test_body_that_is_something_else_is_a_named_error(source: Source, content: bytes) -> None:
    with pytest.raises(UnreadableBodyError):
        list(source.parse(Body(content, NOON)))


@every_source
def test_body_nested_without_an_end_is_a_named_error(source: Source) -> None:
    for nested in (b"[" * 100_000, b'{"data":' * 50_000):
        (body,) = recorded_bodies(nested, NOON)
        for status in (200, 403):
            with pytest.raises(HeatError):
                mentions_in(source, dataclasses.replace(body, status=status))


@every_source
def test_body_of_another_source_is_read_or_refused_by_name(source: Source) -> None:
    for found in BODIES:
        try:
            mentions = mentions_in(source, found.values[1])  # type: ignore[arg-type]
        except HeatError:
            continue
        assert {m.source for m in mentions} <= {source.name}


@pytest.mark.parametrize(("source", "body", "stem"), REFUSALS)
def test_refusal_is_the_error_that_its_name_says(source: Source, body: Body, stem: str) -> None:
    with pytest.raises(HeatError) as refused:
        mentions_in(source, body)
    named = stem.partition("-")[0]
    assert type(refused.value).__name__ == (named if hasattr(errors, named) else "no such error")
    assert recovery_for(refused.value)
    if isinstance(refused.value, RetriableError):
        assert 0 <= refused.value.retry_after <= NO_SERVICE_WAITS


def test_unknown_source_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(SettingsError, match=r"unknown source 'gossip'; one of trades, google-news"):
        source_named("gossip")
