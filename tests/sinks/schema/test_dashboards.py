"""Every query of the Grafana dashboard and the Metabase questions runs, and finds what is there."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from sinks.alerts import ALERTS
from sinks.audit import AUDIT
from sinks.budget import BUDGET
from sinks.entities import ENTITIES
from sinks.health import HEALTH
from sinks.heat import HEAT
from sinks.mentions import MENTIONS
from tests.schemas.examples import newest_examples
from tests.sinks.builders import alert, heat, mention
from tests.sinks.schema.conftest import copied
from tests.sinks.schema.rows import Session, write

DEPLOY: Final = Path(__file__).parents[3] / "deploy"
DASHBOARD: Final = json.loads((DEPLOY / "grafana" / "heat.json").read_text("utf-8"))
QUESTIONS: Final = json.loads((DEPLOY / "metabase" / "questions.json").read_text("utf-8"))
SPAN: Final = "BETWEEN '2000-01-01T00:00:00Z' AND '2100-01-01T00:00:00Z'"
MACROS: Final = (
    (re.compile(r"\$__timeFilter\((\w+)\)"), rf"\1 {SPAN}"),
    (re.compile(r"\$__timeTo\(\)"), "'2000-01-01T00:00:00Z'"),
    (re.compile(r"\$entity"), "person-1"),
)
OPTIONAL: Final = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
PARAMETER: Final = re.compile(r"\{\{(\w+)\}\}")


def grafana() -> Iterator[tuple[str, str]]:
    """Title and SQL of every panel, variable and annotation."""
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["rawSql"]
    for variable in DASHBOARD["templating"]["list"]:
        if variable["type"] == "query":
            yield variable["name"], variable["query"]
    for note in DASHBOARD["annotations"]["list"]:
        yield note["name"], note["target"]["rawSql"]


def metabase() -> Iterator[tuple[str, str]]:
    for question in QUESTIONS:
        yield question["name"], question["dataset_query"]["native"]["query"]


def expanded(sql: str) -> str:
    """As Grafana sends it."""
    for macro, plain in MACROS:
        sql = macro.sub(plain, sql)
    assert "$" not in sql
    return sql


def filled(sql: str, optional: bool) -> str:
    """As Metabase sends it, with its optional parts or without."""
    kept = OPTIONAL.sub(r"\1" if optional else "", sql)
    return PARAMETER.sub("'Zendaya'", kept)


@pytest.fixture(scope="module")
def world(postgres_server: str, templates: Any) -> Iterator[Session]:
    """A row of everything; the module only reads it."""
    known = {record.schema_name: record for record in newest_examples()}
    with (
        copied(postgres_server, templates("postgresql"), None) as dsn,
        psycopg.connect(dsn, autocommit=True) as session,
    ):
        of = {"entity_id": "person-1"}
        write(session, HEAT, [heat(1, **of)])
        write(session, MENTIONS, [mention(1, **of)])
        write(session, ALERTS, [alert(0), alert(1)])
        for table, name in (
            (AUDIT, "audit"), (BUDGET, "budget"), (HEALTH, "health"), (ENTITIES, "entity"),
        ):  # fmt: skip
            write(session, table, [known[name]])
        session.execute("UPDATE entities SET id = 'person-1', name = 'Zendaya'")
        session.execute("UPDATE audit SET test = false; UPDATE health SET test = false")
        session.execute("UPDATE budget SET test = false")
        yield session


@pytest.mark.parametrize(("title", "sql"), [*grafana()], ids=lambda text: str(text)[:40])
def test_a_panel_of_the_dashboard_has_rows(world: Session, title: str, sql: str) -> None:
    assert world.execute(expanded(sql).encode()).fetchall() != []


@pytest.mark.parametrize("optional", [True, False])
@pytest.mark.parametrize(("name", "sql"), [*metabase()], ids=lambda text: str(text)[:40])
def test_a_question_has_rows(world: Session, name: str, sql: str, optional: bool) -> None:
    assert world.execute(filled(sql, optional).encode()).fetchall() != []


def test_panels_of_a_time_series_have_a_time_and_numbers(world: Session) -> None:
    """Grafana draws a column named time; of the others it takes numbers, and names for lines."""
    for panel in DASHBOARD["panels"]:
        target = panel["targets"][0]
        if target["format"] == "time_series":
            columns = world.execute(expanded(target["rawSql"]).encode()).description or []
            kinds = {column.name: column.type_code for column in columns}
            assert kinds.pop("time") == 1184  # timestamptz
            assert set(kinds.values()) <= {20, 25, 701, 1700}  # int8, text, float8, numeric


def test_the_dashboard_follows_its_data_source() -> None:
    """No uid of anybody's own Grafana is in it, and no panel covers another one."""
    panels = DASHBOARD["panels"]
    assert {panel["datasource"]["uid"] for panel in panels} == {"${datasource}"}
    assert len({panel["id"] for panel in panels}) == len(panels)
    places = [
        (x, y)
        for place in (panel["gridPos"] for panel in panels)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(set(places)) == len(places)
    assert all(x < 24 for x, _ in places)


def test_questions_declare_the_parameters_that_they_use() -> None:
    for question in QUESTIONS:
        native = question["dataset_query"]["native"]
        assert set(PARAMETER.findall(native["query"])) == set(native["template-tags"])


def test_the_expansion_bites() -> None:
    assert expanded("SELECT 1 WHERE $__timeFilter(day)") == f"SELECT 1 WHERE day {SPAN}"
    with pytest.raises(AssertionError):
        expanded("SELECT $__unknown()")
    assert filled("a [[AND b = {{c}}]]", optional=False) == "a "
