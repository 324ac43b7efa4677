"""`heat resolve`, as a person runs it on files."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy.cli.main import build
from schemas.errors import SettingsError

CATALOGUE = (
    "id\ttype\tpopularity\tname\taliases\tcontext words\n"
    "nova\tperson\t0.9\tNova Reyes\t@novareyes;La Nova\tharbour\n"
    "it\tfilm\t0.7\tIt\t\tpennywise;clown\n"
    "joe-1\tperson\t0.5\tJoe Doe\t\tguitar\n"
    "joe-2\tperson\t0.5\tJoe Doe\t\tgoalkeeper\n"
)


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    path = tmp_path / "catalogue.tsv"
    path.write_text(CATALOGUE, "utf-8")
    return path


def run(catalogue: Path, *posts: dict[str, Any]) -> list[dict[str, Any]]:
    file = catalogue.with_name("posts.jsonl")
    file.write_text("".join(json.dumps(post) + "\n" for post in posts), "utf-8")
    words = ["resolve", "--catalogue", str(catalogue), "--input", str(file)]
    done = CliRunner().invoke(build("resolve"), words)
    if done.exception is not None:
        raise done.exception
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_spans_are_of_the_text_as_given_in_code_points(catalogue: Path) -> None:
    text = "\U0001f602\U0001f602 caf\u00e9 with Nova Reyes\u2019s band, says #NovaReyes"
    (told,) = run(catalogue, {"id": 7, "text": text, "source": "reddit", "time": 1773489600})
    assert told["id"] == 7
    assert [(span["text"], span["entity"]) for span in told["spans"]] == [
        ("Nova Reyes", "nova"),
        ("NovaReyes", "nova"),
    ]
    assert all(text[span["start"] : span["end"]] == span["text"] for span in told["spans"])


def test_a_line_has_the_promised_keys_and_no_other(catalogue: Path) -> None:
    told = run(
        catalogue,
        {"id": "a", "text": "Nova Reyes and the clown from It"},
        {"id": "b", "text": "Yesterday Joe Doe ate lunch. It was good"},
        {"id": "c", "text": ""},
    )
    assert [line.keys() for line in told] == [{"id", "spans", "unresolved"}] * 3
    named, left = told[0]["spans"], told[1]["unresolved"]
    assert [span["entity"] for span in named] == ["nova", "it"]
    for span in named:
        assert span.keys() == {"start", "end", "text", "entity", "score", "margin", "terms"}
        assert span["score"] == pytest.approx(sum(span["terms"].values()), abs=0.001)
    assert all(name.keys() == {"start", "end", "text", "reason"} for name in left)
    assert [(name["text"], name["reason"]) for name in left] == [
        ("Joe Doe", "ambiguous"),
        ("It", "everyday-word"),
    ]
    assert told[2] == {"id": "c", "spans": [], "unresolved": []}


def test_a_namesake_is_told_by_its_context(catalogue: Path) -> None:
    (told,) = run(catalogue, {"id": 1, "text": "Joe Doe plays the guitar"})
    assert [span["entity"] for span in told["spans"]] == ["joe-1"]


@pytest.mark.parametrize(
    ("post", "complaint"),
    [
        ({"id": 1}, "line 1: .*text"),
        ({"text": "x"}, "line 1: .*id"),
        ({"id": 1, "text": 5}, "line 1: .*text"),
    ],
)
def test_a_bad_post_is_refused_by_line_and_name(
    catalogue: Path, post: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(SettingsError, match=complaint):
        run(catalogue, post)


def test_what_a_name_search_does_not_need_is_passed_over(catalogue: Path) -> None:
    (told,) = run(catalogue, {"id": 1, "text": "x", "author": "ann", "source": None})
    assert told == {"id": 1, "spans": [], "unresolved": []}


def test_a_name_at_the_end_of_a_flood_is_found_and_what_is_beyond_is_told(
    catalogue: Path,
) -> None:
    flood = "\U0001f525" * 100_000
    (told,) = run(catalogue, {"id": 1, "text": f"{flood} Joe Doe plays the guitar"})
    assert [span["start"] for span in told["spans"]] == [100_001]
    (told,) = run(catalogue, {"id": 1, "text": f"{flood}{flood} Joe Doe"})
    assert [left["reason"] for left in told["unresolved"]] == ["beyond-what-is-read"]


def test_a_bad_catalogue_is_refused_by_line_and_name(catalogue: Path) -> None:
    catalogue.write_text(CATALOGUE.replace("popularity", "fame"), "utf-8")
    with pytest.raises(SettingsError, match=r"line 1: .*'fame'"):
        run(catalogue, {"id": 1, "text": "x"})


@pytest.mark.parametrize(("name", "told"), [
    ("empty.tsv", "id\ttype\tname\n"), ("empty.jsonl", ""), ("empty.yml", "entities: []\n"),
])
def test_a_catalogue_without_an_entity_is_refused_by_name(
    catalogue: Path, name: str, told: str
) -> None:
    empty = catalogue.with_name(name)
    empty.write_text(told, "utf-8")
    with pytest.raises(SettingsError, match=f"{name}: there is no entity in it"):
        run(empty, {"id": 1, "text": "Nova Reyes"})
