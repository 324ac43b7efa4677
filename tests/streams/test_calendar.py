"""Calendar files: what comes with the package, one's own, and what is refused."""

from pathlib import Path

import pytest

from producers.catalogue.load import STARTER, load_entities
from schemas.errors import SettingsError
from schemas.settings import StreamSection
from streams.calendar import load_tentpoles
from streams.settings import StreamSettings


def test_the_packaged_calendar_speaks_of_entities_that_the_catalogue_has() -> None:
    known = {entity.id for entity in load_entities(STARTER)}
    named = {one for tentpole in load_tentpoles() for one in tentpole.entities}
    assert named
    assert named - known == set()


def test_own_events_are_added_and_replace_those_of_the_same_name(tmp_path: Path) -> None:
    own = tmp_path / "own.yml"
    own.write_text(
        "tentpoles:\n"
        "  - {name: Met Gala, entities: [met-gala], starts: [2031-05-05], bar: 2.0}\n"
        "  - {name: Our finale, entities: [glass-harbor], starts: ['06-20'], days: 2}\n"
    )
    found = {tentpole.name: tentpole for tentpole in load_tentpoles(own)}
    assert found["Met Gala"].starts == ("2031-05-05",)
    assert found["Our finale"].days == 2
    assert len(found) == len(load_tentpoles()) + 1


def test_the_calendar_is_part_of_the_configuration_and_of_its_hash(tmp_path: Path) -> None:
    own = tmp_path / "own.yml"
    own.write_text("tentpoles: [{name: Ours, entities: [a], starts: [2031-05-05]}]")
    plain, with_own = (
        StreamSettings(stream=StreamSection(calendar=path)).core for path in (None, own)
    )
    assert "Ours" in {tentpole.name for tentpole in with_own.calendar.tentpoles}
    assert plain.hash != with_own.hash


@pytest.mark.parametrize(("text", "named"), [
    ("tentpoles: [{name: Gala, entities: [a], starts: [05-32]}]", "'05-32' is no day"),
    ("tentpoles: [{name: Gala, entities: [a], starts: soon}]", "entry 1 (Gala)"),
    ("tentpoles: [{entities: [a], starts: ['05-01']}]", "entry 1 (without a name)"),
    ("tentpoles: [{name: Gala, entities: [a], starts: ['05-01'], colour: red}]", "colour"),
    ("tentpoles: [{name: Gala, entities: [a], starts: ['05-01'], days: 0}]", ">= 1 - at `$.days`"),
    ("tentpoles: {a: 1}", "a list is expected"),
    ("events: []", "one key is expected"),
    ("- [", "own.yml"),
])
def test_a_calendar_that_cannot_be_meant_is_refused_by_name(
    tmp_path: Path, text: str, named: str
) -> None:
    own = tmp_path / "own.yml"
    own.write_text(text)
    with pytest.raises(SettingsError) as refusal:
        load_tentpoles(own)
    assert named in str(refusal.value)
    assert "own.yml" in str(refusal.value)
