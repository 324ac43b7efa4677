"""Sentences set as traps for a resolver, read with a catalogue as a user would write one.

The first table was written beside the rules. The second came after them: 90 % of it was right at
the first reading. So did the third, mostly everyday words at the head of a sentence: 76 %.
"""

from collections import Counter
from pathlib import Path

import pytest

from producers.catalogue.tables import read_table
from streams.core.disambiguate import Accepted, judge
from streams.core.lexicon import Lexicon
from streams.core.reading import read

FOLDER = Path(__file__).with_name("traps")
SHARE = {"posts.tsv": 0.95, "more.tsv": 0.95, "hardest.tsv": 0.85}


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.from_entities(read_table(FOLDER / "catalogue.tsv"))


def traps(name: str) -> list[tuple[str, str, list[str]]]:
    """Category, post, and what is named in it as `surface=entity`."""
    lines = (FOLDER / name).read_text("utf-8").splitlines()[1:]
    cells = [line.split("\t") for line in lines]
    return [(category, post, [e for e in named.split(";") if e]) for category, post, named in cells]


def named(post: str, lexicon: Lexicon) -> list[str]:
    verdicts = judge(read("", post, None), lexicon)
    return [f"{one.surface}={one.entity_id}" for one in verdicts if isinstance(one, Accepted)]


@pytest.mark.parametrize("name", SHARE)
def test_nearly_every_trap_is_passed(name: str, lexicon: Lexicon) -> None:
    set_up = traps(name)
    failed = [trap for trap in set_up if named(trap[1], lexicon) != trap[2]]
    assert len(set_up) >= 50
    assert len(failed) <= (1 - SHARE[name]) * len(set_up), failed


def test_no_kind_of_trap_is_mostly_fallen_into(lexicon: Lexicon) -> None:
    set_up = traps("posts.tsv")
    all_of_kind = Counter(category for category, _, _ in set_up)
    passed = Counter(kind for kind, post, whom in set_up if named(post, lexicon) == whom)
    assert {
        kind: passed[kind] for kind in all_of_kind if passed[kind] < 0.8 * all_of_kind[kind]
    } == {}
