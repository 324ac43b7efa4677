"""Names that a text uses and no catalogue has; real tweets say how many are found."""

from pathlib import Path

import pytest

from schemas.records import RawMention
from streams.core.left_out import Heard, left_out
from streams.core.lexicon import Lexicon
from streams.core.proposer import name_key, proposals
from streams.core.reading import read
from streams.core.resolve import Catalogue, resolve
from tests.builders import NOON

TWEETS = Path(__file__).parents[4] / "shared" / "data" / "quality" / "wnut17"
NOBODY = Catalogue(1, Lexicon([]))


def names(text: str, title: str = "") -> list[str]:
    return [one.surface for one in proposals(read(title, text, None))]


@pytest.mark.parametrize(("text", "found"), [
    ("I saw Mira Solanas at the premiere", ["Mira Solanas"]),
    ("Mira Solanas was there and so was I, said Bo", ["Mira Solanas"]),
    ("listening to 'Glass Harbor' again, what a song by Them", ["Glass Harbor"]),
    ("omg #LanternParade is trending", ["#LanternParade"]),
    ("omg #sunday #love is trending", []),
    ("everyone loves Zendaya's new look", ["Zendaya"]),
    ("The new show from Queen of the Desert is out", ["Queen of the Desert"]),
    ("HATE MY MOTHER SO MUCH", []),
    ("I will be there on Monday in May with Twitter", []),
    ("what a day", []),
    ("Watching is fun. When is it?", []),
])
def test_names_are_proposed_and_plain_words_are_not(text: str, found: list[str]) -> None:
    assert names(text) == found


def test_spans_are_of_the_text_as_given_and_known_ones_are_left_out() -> None:
    text = "caf\u00e9 with Mira Solanas and Bo Lindqvist, then home"
    both = proposals(read("", text, None))
    assert [text[one.start : one.end] for one in both] == ["Mira Solanas", "Bo Lindqvist"]
    rest = proposals(read("", text, None), [("text", both[0].start, both[0].end)])
    assert rest == both[1:]


def test_all_spellings_of_a_name_have_one_key() -> None:
    spellings = ("#NovaReyes", "Nova Reyes", "NOVA REYES", "Nova Reyes's", "N\u00f3va  Reyes")
    assert {name_key(one) for one in spellings} == {"nova reyes"}


def test_odd_texts_are_read_in_a_moment() -> None:
    odd = ("A " * 50_000, "#" * 50_000, "'A" * 20_000, "Aa." * 20_000, "\u202eZ\u200b" * 9000)
    for text in odd:
        assert len(names(text)) <= 12


def raw(title: str, kind: str = "article", **changes: object) -> RawMention:
    fields = {"id": "r", "event_time": NOON, "known_time": NOON, "source": "reddit",
              "source_type": "social", "native_id": "n", "author": "kim"}
    return RawMention(title=title, kind=kind, **{**fields, **changes})  # type: ignore[arg-type]


def test_what_a_trend_or_a_chart_lists_is_a_name_whatever_its_case() -> None:
    found = resolve(raw("lantern parade", "trend"), NOON, NOBODY, "c").candidates
    assert [(one.surface, one.reason) for one in found] == [
        ("", "no-known-name"), ("lantern parade", "unknown-name"),
    ]
    assert found[1].author_key != 0


def test_places_platforms_and_everyday_words_are_no_discovery() -> None:
    title = "people in New York and Hollywood love Florida with Mira Solanas"
    found = resolve(raw(title), NOON, NOBODY, "c").candidates
    assert [one.surface for one in found] == ["", "Mira Solanas"]


def test_a_text_that_was_taken_back_proposes_nothing() -> None:
    gone = raw("Mira Solanas sings with Bo Lindqvist", deleted=True)
    expected = left_out(Heard(gone, NOON, 1, "c"), "deleted-upstream")
    assert resolve(gone, NOON, NOBODY, "c").candidates == (expected,)


@pytest.mark.skipif(not TWEETS.exists(), reason="the tweets of WNUT-17 are not here")
def test_of_names_in_real_posts_a_third_or_more_are_found_and_half_or_more_are_names() -> None:
    from tests.bench.quality.proposer_wnut import score

    precision, recall = score(TWEETS / "emerging.dev.conll")
    assert precision >= 0.55
    assert recall >= 0.37
