"""Names are looked for by quick ways; they find what the slow ones do."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from streams.core import proposer
from streams.core.proposer import proposals
from streams.core.reading import fields_of

PIECES = ("Nova Reyes", "nova", "#NovaReyes", "#nova_reyes", "\"Late Tide\"", "'1917 2020'", "it's",
          "\u2018Harbour\u2019", "O'Neil", "of the", "IV", "12", "\u00c9toile", "\u0416ar", ". ",
          "de la", "& ", "Ann van Dee", "@Nova", "don't 'go", "\n", "A&B", "x-Y", "'",
          "\"", "#", "\ud800", "\u00d7")
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=14).flatmap(
    lambda pieces: st.sampled_from(["", " "]).map(lambda between: between.join(pieces))
)

# As one would write them: what must not stand before comes first.
WORD = r"(?:\w|['\u2019.&-](?=\w))*"
RUN = re.compile(
    rf"(?<![\w#@]){proposer._CAPITAL}{WORD}"
    rf"(?:{proposer._JOIN}{proposer._CAPITAL}{WORD}| \d{{1,2}}(?!\w))*"
)
QUOTED = re.compile(
    r"[\"\u201c]([^\"\u201c\u201d]{3,60})[\"\u201d]"
    r"|(?<!\w)['\u2018]([^'\u2018\u2019]{3,60})['\u2019](?!\w)"
)


@settings(deadline=None)  # the first call reads the list of words
@given(TEXTS)
@example("'1917 2020' and \"2 3\"")
def test_a_text_that_is_passed_over_proposes_nothing(text: str) -> None:
    quick = proposals(fields_of(text, text))
    with pytest.MonkeyPatch.context() as slow:
        slow.setattr(proposer, "is_plain", lambda _text: False)
        assert proposals(fields_of(text, text)) == quick


@settings(deadline=None)  # the first call reads the list of words
@given(TEXTS)
def test_runs_and_quotations_are_those_of_the_plain_patterns(text: str) -> None:
    assert _spans(proposer._RUN, text) == _spans(RUN, text)
    assert _spans(proposer._QUOTED, text) == _spans(QUOTED, text)
    assert proposer._quotes(text) == bool(re.search(r"[\"\u201c\u2018]|(?<!\w)'", text))


def _spans(pattern: re.Pattern[str], text: str) -> list[tuple[tuple[int, int], ...]]:
    groups = range(pattern.groups + 1)
    return [tuple(found.span(group) for group in groups) for found in pattern.finditer(text)]


@pytest.mark.parametrize("text", ["just some plain words, isn't it? 12", "", "nothing (at all)"])
def test_plain_texts_are_passed_over(text: str) -> None:
    assert proposer.is_plain(text)
