"""The README's table of settings is made from the settings."""

from pydantic import Field, SecretStr

from schemas.settings import Section, known_variables
from schemas.settings_docs import MASK, settings_markdown, shown


def rows() -> list[list[str]]:
    lines = settings_markdown().splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_every_variable_has_one_row() -> None:
    assert [row[0].strip("`") for row in rows()] == list(known_variables())


def test_every_row_has_three_cells_and_a_meaning() -> None:
    assert {len(row) for row in rows()} == {3}
    assert all(row[2] for row in rows())


def test_a_secret_s_default_is_masked() -> None:
    defaults = {row[0].strip("`"): row[1].strip("`") for row in rows()}
    assert defaults["HEAT_DATABASE__DSN"] == defaults["HEAT_REDIS__URL"] == MASK
    assert "postgresql://" not in settings_markdown()
    assert defaults["HEAT_GATEWAY__PORT"] == "8080"
    assert defaults["HEAT_KAFKA__SASL_PASSWORD"] == ""


def test_what_is_not_set_is_left_empty() -> None:
    class Odd(Section):
        key: SecretStr = Field(SecretStr("pa55"))
        words: tuple[str, ...] = ("a",)
        names: dict[str, str] = Field(default_factory=dict)
        limit: int = 0

    said = {name: shown(field) for name, field in Odd.model_fields.items()}
    assert said == {"key": MASK, "words": "('a',)", "names": "", "limit": "0"}
