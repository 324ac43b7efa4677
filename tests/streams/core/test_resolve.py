"""What one text lets out has names of its own: no two records share an id."""

import pytest

from streams.catalogue import build
from streams.core.resolve import resolve
from tests.builders import NOON, entity, raw

DOUBTFUL = entity("orvinda", name="Orvinda", ambiguous=True, prior=0.6, context=("harbour dance",))
CATALOGUE = build(1, [(0, DOUBTFUL)])


@pytest.mark.parametrize("title", [
    "Krus Abhik calls estranged uncle Orvinda a liar on The Kap Show, Orvinda replies",
    "Krus Abhik wants to end the feud with \u2018Big Uncle\u2019 Orvinda, here's what Orvinda says",
])
def test_a_name_that_is_asked_about_is_not_unknown_as_well(title: str) -> None:
    found = resolve(raw("a", title=title, text=""), NOON, CATALOGUE, "h")
    asked = [one.reason for one in found.candidates if one.surface == "Orvinda"]
    assert asked == ["no-context"], found
    ids = [one.id for one in found.candidates]
    assert len(set(ids)) == len(ids)
