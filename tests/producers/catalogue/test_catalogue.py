"""The catalogue: read from a file with errors that name the line, published only where new."""

from pathlib import Path

import pytest

from producers.catalogue.load import STARTER, CatalogueError, load_entities
from producers.catalogue.publish import publish_entities
from schemas.clock import iso
from schemas.records import Entity
from tests.producers.conftest import Log

TEXT = """\
released: 2026-11-01
entities:
  - {id: film-1917, name: 1917, type: film, aliases: [No, 'On'], prior: 0.4, ambiguous: true}
  - id: person-a
    name: Ada Example
    type: person
    context: [actor]
    related: [film-1917]
"""


def file(folder: Path, text: str) -> Path:
    path = folder / "mine.yml"
    path.write_text(text, "utf-8")
    return path


def test_entities_are_read_as_written_and_twice_alike(tmp_path: Path) -> None:
    film, person = load_entities(file(tmp_path, TEXT))
    assert (film.name, film.aliases, film.prior, film.ambiguous) == (
        "1917",
        ("No", "On"),
        0.4,
        True,
    )
    assert (person.context, person.related, person.prior) == (("actor",), ("film-1917",), 0.5)
    assert iso(film.known_time) == iso(film.event_time) == "2026-11-01T00:00:00Z"
    assert load_entities(tmp_path / "mine.yml") == (film, person)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("- {id: a, name: A, type: planet}", "line 1 (a): type 'planet'"),
        ("- {id: a, name: A, type: film}\n- {id: a, name: B, type: film}", "line 2: id 'a'"),
        ("- {id: a, name: A, type: film, colour: red}", "unknown key 'colour'"),
        ("- {id: a, id: b, name: A, type: film}", "'id' is given twice"),
        ("- {id: a, type: film}", "name is missing (a)"),
        ("- {id: a, name: A, type: film, prior: high}", "prior 'high'"),
        ("- {id: a, name: A, type: film, ambiguous: maybe}", "ambiguous 'maybe'"),
        ("- {id: a, name: A, type: film, aliases: B}", "aliases is no list"),
        ("- {id: a, name: A, type: film, related: [z]}", "related to unknown id 'z'"),
        ("- just text", "line 1: an entity is"),
        ("released: soon\nentities: []", "`released: soon` is no date"),
        ("entitys: []", "unknown key 'entitys'"),
        ("[", "not YAML"),
        ("", "neither a list"),
    ],
)
def test_file_that_is_wrong_is_refused_with_its_line_and_id(
    tmp_path: Path, text: str, why: str
) -> None:
    with pytest.raises(CatalogueError) as refusal:
        load_entities(file(tmp_path, text))
    assert why in str(refusal.value)


def test_file_that_is_absent_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"none\.yml: No such file"):
        load_entities(tmp_path / "none.yml")


@pytest.mark.skipif(not STARTER.exists(), reason="no starter catalogue yet")
def test_starter_catalogue_is_readable() -> None:
    assert len(load_entities()) > 100


def test_publishing_again_writes_nothing(log: Log, tmp_path: Path) -> None:
    path = file(tmp_path, TEXT)
    first = publish_entities(load_entities(path), log.kafka)
    again = publish_entities(load_entities(path), log.kafka)
    assert (first.published, first.unchanged) == (2, 0)
    assert (again.published, again.unchanged) == (0, 2)
    assert first.version == again.version == len(log.messages("entities"))


def test_only_the_entity_that_changed_is_published(log: Log, tmp_path: Path) -> None:
    publish_entities(load_entities(file(tmp_path, TEXT)), log.kafka)
    changed = load_entities(file(tmp_path, TEXT.replace("Ada Example", "Ada Other")))
    assert publish_entities(changed, log.kafka).published == 1
    newest = log.records("entities")[-1]
    assert isinstance(newest, Entity)
    assert newest.name == "Ada Other"
