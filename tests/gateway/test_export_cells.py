"""Cells that no spreadsheet computes, and files that other programs read as they were."""

import csv
import io
from typing import Any

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.export.cells import FORMULA, NUMBER, guarded
from gateway.export.columns import Column, chosen, column
from gateway.export.forms import CsvWriting, writing
from gateway.subscription import RefusedError

COLUMNS = (Column("said", "text"), Column("score", "float"), Column("many", "integer"))
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)


def undone(cell: str) -> str:
    """What the module promises: a formula behind apostrophes loses the first one."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell[1:]) else cell


def read(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+A1", "-cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "\r=1", "\n=1", " =1", "\ufeff=1",
     "\uff1d1", "\uff0b1", "\uff0d1+1", "\uff20x", "\u3000=1", "-", "+1 (555) 0100"],
)  # fmt: skip
def test_what_a_spreadsheet_would_compute_gets_an_apostrophe(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", "-5", "+5.25", "-1e-7", "3 = 3", "a@b", "it's", "'Tis", "“=1”", "#1"]
)
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text


@given(TEXTS)
@example("'=1")
@example("''=1")
@example("'")
def test_a_guarded_text_begins_no_formula_and_can_be_undone(text: str) -> None:
    cell = guarded(text)
    assert not cell.lstrip(" \u3000\ufeff").startswith(("=", "+", "-", "@")) or NUMBER.fullmatch(
        cell
    )
    assert undone(cell) == text


@given(st.lists(st.tuples(st.none() | TEXTS, st.none() | st.floats(), st.none() | st.integers())))
def test_any_rows_are_read_back_by_another_reader(rows: list[tuple[Any, ...]]) -> None:
    made = CsvWriting(COLUMNS, mark=True)
    head, *found = read(made.begin() + made.rows(rows) + made.end())
    assert head == ["said", "score", "many"]
    assert len(found) == len(rows)
    for (said, score, many), cells in zip(rows, found, strict=True):
        assert undone(cells[0]) == (said or "")
        assert cells[1] == ("" if score is None else repr(score))
        assert cells[2] == ("" if many is None else str(many))


def test_a_negative_number_is_a_number_and_missing_is_not_empty(tmp_path: Any) -> None:
    made = CsvWriting(COLUMNS)
    body = made.begin() + made.rows([("", -2.5, -7), (None, None, None), ("=1", 1.0, 1)])
    assert body == b'said,score,many\r\n"",-2.5,-7\r\n,,\r\n"\'=1",1.0,1\r\n'
    file = tmp_path / "cells.csv"
    file.write_bytes(body)
    found = duckdb.execute("SELECT sum(score), sum(many) FROM read_csv(?)", [str(file)]).fetchone()
    assert found == (-1.5, -6)


def test_a_missing_value_alone_on_its_line_is_a_row() -> None:
    made = CsvWriting(COLUMNS[:1])
    assert read(made.begin() + made.rows([(None,), ("a",)])) == [["said"], [""], ["a"]]


@pytest.mark.parametrize("form", ["csv", "json", "jsonl", "parquet"])
def test_rows_in_portions_are_the_rows_at_once(form: str) -> None:
    rows = [(str(n), float(n), n) for n in range(7)]
    whole, parts = writing(form, COLUMNS), writing(form, COLUMNS)
    one = whole.begin() + whole.rows(rows) + whole.end()
    other = parts.begin() + b"".join(parts.rows([row]) for row in rows) + parts.end()
    assert one == other


def test_types_that_are_not_ours_come_as_text() -> None:
    assert column("at", "timestamp with time zone") == Column("at", "time")
    assert column("lead", "interval") == Column("lead", "text", "text")
    assert column("share", "numeric") == Column("share", "float", "float8")


def test_columns_come_in_the_order_asked_for() -> None:
    assert [one.name for one in chosen(COLUMNS, "many,said")] == ["many", "said"]
    assert chosen(COLUMNS, None) == COLUMNS
    with pytest.raises(RefusedError, match="'' is none of said, score, many"):
        chosen(COLUMNS, "said,")
