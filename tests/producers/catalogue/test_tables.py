"""Catalogue files of one entity a line: errors name the line, what goes out comes back."""

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producers.catalogue.entity_check import checked
from producers.catalogue.load import CatalogueError, load_entities
from producers.catalogue.tables import read_table, write_table
from schemas.records import ENTITY_TYPES, Entity, Relation

PLAIN = "nova\tperson\t0.9\tNova Reyes\t@nova;Nova\tactress;glass harbor\n"


def file(folder: Path, text: str, name: str = "mine.tsv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_six_plain_columns_need_no_heading(tmp_path: Path) -> None:
    (nova,) = read_table(file(tmp_path, PLAIN))
    assert (nova.id, nova.entity_type, nova.name, nova.prior) == (
        "nova",
        "person",
        "Nova Reyes",
        0.9,
    )
    assert (nova.aliases, nova.context) == (("@nova", "Nova"), ("actress", "glass harbor"))


def test_a_heading_names_columns_in_any_order(tmp_path: Path) -> None:
    text = "id\tname\tType\tcontext_words\n" + "x\tAC\\DC\tgroup\trock\n"
    (band,) = read_table(file(tmp_path, text))
    assert (band.name, band.entity_type, band.context) == ("AC\\DC", "group", ("rock",))


def test_one_popularity_over_one_makes_all_of_them_counts(tmp_path: Path) -> None:
    text = "a\tfilm\t1\tA\t\t\nb\tfilm\t100\tB\t\t\nc\tfilm\t\tC\t\t\nd\tfilm\t9e3\tD\t\t\n"
    few, usual, unknown, many = read_table(file(tmp_path, text))
    assert few.prior < usual.prior == unknown.prior == 0.5 < many.prior < 1


def test_the_unit_of_a_count_does_not_matter(tmp_path: Path) -> None:
    def priors(factor: int) -> list[float]:
        lines = (f"{c}\tfilm\t{c * factor}\tF{c}\t\t\n" for c in (2, 30, 500))
        return [e.prior for e in read_table(file(tmp_path, "".join(lines)))]

    assert priors(1) == pytest.approx(priors(1000))


@pytest.mark.parametrize(
    ("given", "ours"),
    [
        ("Movie", "film"),
        ("creative-work", "film"),
        ("TV series", "show"),
        ("band", "group"),
        ("corporation", "company"),
        ("person", "person"),
    ],
)
def test_other_words_for_our_types_are_understood(tmp_path: Path, given: str, ours: str) -> None:
    (entity,) = read_table(file(tmp_path, f"x\t{given}\t\tXylo\t\t\n"))
    assert entity.entity_type == ours


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("id\ttype\tname\tcolour\nx\tfilm\tX\tred\n", "line 1: unknown column 'colour'"),
        ("id\tname\nx\tX\n", "line 1: column 'type' is missing"),
        (PLAIN + "\n" + PLAIN, "line 3: id 'nova' is already on line 1"),
        (PLAIN + "x\tplanet\t\tX\t\t\n", "line 2: type 'planet'"),
        ("x\tfilm\tmuch\tX\t\t\n", "line 1: popularity: 'much' is no number"),
        ("x\tfilm\t\t\t\t\n", "line 1: name is missing"),
        (PLAIN.strip() + "\textra\n", "line 1: 7 cells for 6 columns"),
    ],
)
def test_a_wrong_table_is_refused_with_its_line(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(CatalogueError) as refusal:
        list(read_table(file(tmp_path, text)))
    assert why in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"id": "x", "type": "film", "name": "X", "colour": 1}', "line 1: unknown key 'colour'"),
        ('{"id": "x", "type": "film", "name": "X"}\n{', "line 2: not JSON"),
        ('{"id": "x", "type": "film"}', "line 1: Object missing required field `name`"),
        ('{"id": "x", "type": "film", "name": "X", "popularity": -1}', "line 1: '-1'"),
        ('["x"]', "line 1: no JSON object"),
    ],
)
def test_wrong_json_lines_are_refused_with_their_line(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(CatalogueError) as refusal:
        list(read_table(file(tmp_path, text, "mine.jsonl")))
    assert why in str(refusal.value)


def test_json_lines_take_the_plain_columns_as_keys(tmp_path: Path) -> None:
    line = '{"id": "x", "type": "film", "popularity": 0.7, "name": "X", "context words": ["y"]}'
    (film,) = read_table(file(tmp_path, line, "mine.jsonl"))
    assert (film.entity_type, film.prior, film.context) == ("film", 0.7, ("y",))


TEXT = (
    st.text("ab;=\\ #@\u00e9\u014d", min_size=1, max_size=8)
    .map(str.strip)
    .filter(lambda text: text and text == " ".join(text.split()))
)
IDS = st.text("abc-", min_size=1, max_size=5)
ENTITY = st.builds(
    Entity,
    id=IDS,
    name=TEXT,
    entity_type=st.sampled_from(ENTITY_TYPES),
    aliases=st.lists(TEXT, max_size=3).map(tuple),
    alias_sources=st.dictionaries(TEXT, TEXT, max_size=2),
    prior=st.floats(0, 1),
    context=st.lists(TEXT, max_size=2).map(tuple),
    ambiguous=st.booleans(),
    verified=st.booleans(),
    test=st.booleans(),
    relations=st.lists(st.builds(Relation, kind=st.just("cast-of"), entity_id=IDS), max_size=2).map(
        tuple
    ),
    merged_into=st.none() | IDS,
    status=st.sampled_from(["active", "merged"]),
    external_ids=st.dictionaries(TEXT, TEXT, max_size=2),
    event_time=st.integers(0, 2**41),
    known_time=st.integers(0, 2**41),
    first_seen=st.integers(0, 2**41),
    source=st.just("catalogue"),
    provenance=TEXT,
)


@pytest.mark.parametrize("ending", ["tsv", "jsonl"])
@settings(max_examples=40, deadline=None)
@given(entity=ENTITY)
def test_what_was_exported_is_read_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, ending: str, entity: Entity
) -> None:
    entity = checked(entity)
    out = io.StringIO()
    write_table([entity], out, as_json=ending == "jsonl")
    path = file(tmp_path_factory.mktemp("tables"), out.getvalue(), f"mine.{ending}")
    assert list(read_table(path)) == [entity]


@pytest.mark.parametrize("ending", ["tsv", "jsonl"])
def test_the_starter_catalogue_goes_out_and_comes_back(tmp_path: Path, ending: str) -> None:
    entities = list(load_entities())
    path = tmp_path / f"all.{ending}"
    with path.open("w", encoding="utf-8") as out:
        assert write_table(entities, out, as_json=ending == "jsonl") == len(entities)
    assert list(read_table(path)) == entities
