"""The starter catalogue makes a lexicon that knows who is in the news."""

import gzip
import itertools
import json
from pathlib import Path

import pytest

from producers.catalogue.load import load_entities
from streams.core.disambiguate import resolve_text
from streams.core.lexicon import Lexicon

RECORDING = (
    Path(__file__).parents[4]
    / "shared/data/history/newsapi_entertainment_2020-04_06/articles.jsonl.gz"
)
READ = 3_000


@pytest.fixture(scope="module")
def starter() -> Lexicon:
    return Lexicon.from_entities(load_entities())


def test_equal_catalogues_make_equal_lexicons(starter: Lexicon) -> None:
    turned = Lexicon.from_entities(reversed(load_entities()))
    assert turned.spotter.forms == starter.spotter.forms
    assert [turned.form(n) for n in range(len(turned.spotter.forms))] == [
        starter.form(n) for n in range(len(starter.spotter.forms))
    ]
    everybody = range(len(starter.entities))
    assert [*map(turned.related, everybody)] == [*map(starter.related, everybody)]
    assert turned.spotter.owners == starter.spotter.owners


def test_who_vouches_for_whom_is_mutual(starter: Lexicon) -> None:
    numbers = {entity.id: number for number, entity in enumerate(starter.entities)}
    band, guitarist = numbers["queen"], numbers["brian-may"]
    assert guitarist in starter.related(band)
    assert band in starter.related(guitarist)
    for number in numbers.values():
        assert number not in starter.related(number)


def test_an_acronym_in_small_letters_is_a_word(starter: Lexicon) -> None:
    assert [a.entity_id for a in resolve_text("", "SNL opens with Trump", starter).accepted] == [
        "saturday-night-live"
    ]
    assert resolve_text("", "Ask Anna whether the snl works in Rome", starter).accepted == ()


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        ("Kim Kardashian and Kanye West spotted in Calabasas", {"kim-kardashian", "kanye-west"}),
        ("Alia Bhatt's birthday post for Ranbir Kapoor", {"alia-bhatt", "ranbir-kapoor"}),
        ("#BritneySpears speaks out", {"britney-spears"}),
        ("The Queen gives a speech at Windsor", set()),
        ("It is what it is, say friends of the pink house", set()),
        ("Us Weekly asks you", set()),
        ("Royal snub for William", set()),
    ],
)
def test_headlines_name_whom_they_name(starter: Lexicon, headline: str, expected: set[str]) -> None:
    found = resolve_text(headline, "", starter)
    assert {accepted.entity_id for accepted in found.accepted} == expected


@pytest.mark.skipif(not RECORDING.exists(), reason="the shared recording is not on this machine")
def test_most_of_a_real_recording_names_somebody_known(starter: Lexicon) -> None:
    with gzip.open(RECORDING, "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line in itertools.islice(lines, READ)]
    found = [
        resolve_text(a["title"] or "", a["description"] or "", starter, outlet=a["source"])
        for a in articles
    ]
    assert sum(bool(resolution.accepted) for resolution in found) > 0.6 * READ
    assert all(
        len({a.entity_id for a in resolution.accepted}) == len(resolution.accepted)
        for resolution in found
    )
