"""The one way in which a role reads its settings from the environment."""

import difflib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Self, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.errors import SettingsError
from schemas.settings.catalogue import SECTIONS
from schemas.settings.roles import LogSection

PREFIX = "HEAT_"
NESTING = "__"
PLAIN_FIELDS = ("health_file",)


def section_fields() -> dict[str, FieldInfo]:
    """The variable of every section's field, such as HEAT_GATEWAY__PORT, and what it declares."""
    return {
        f"{PREFIX}{name}{NESTING}{field}".upper(): about
        for name, section in SECTIONS.items()
        for field, about in section.model_fields.items()
    }


def known_variables() -> dict[str, str]:
    """Every variable that may be set, with what it means."""
    known = {f"{PREFIX}HEALTH_FILE": "file in which a role says how it is"}
    return known | {name: field.description or "" for name, field in section_fields().items()}


def refuse_unknown(environment: Mapping[str, str]) -> None:
    """Raise SettingsError for a HEAT_ variable that means nothing."""
    known = known_variables()
    for variable in sorted(environment):
        # Lower case counts too: the names of settings are read in any case.
        if variable.upper().startswith(PREFIX) and variable.upper() not in known:
            near = difflib.get_close_matches(variable.upper(), known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise SettingsError(f"unknown setting {variable}{hint}")


def refuse_broken_json(environment: Mapping[str, str]) -> None:
    """Raise SettingsError for a list or a mapping of values that is not written as JSON."""
    examples: dict[object, str] = {tuple: '["a", "b"]', dict: '{"a": 1}'}
    for variable, field in section_fields().items():
        example = examples.get(get_origin(field.annotation))
        if example is None or variable not in environment:
            continue
        try:
            json.loads(environment[variable])
        except ValueError:
            shown = _example(field) or example
            raise SettingsError(f"{variable}: should be JSON, such as {shown}") from None


def _example(field: FieldInfo | None) -> str:
    return str(field.examples[0]) if field is not None and field.examples else ""


def refusal(failure: ValidationError) -> str:
    """What is wrong with which variable, where inside it, and how it may look; never its value."""
    first = failure.errors(include_input=False, include_url=False)[0]
    place = [str(part) for part in first["loc"]]
    variable = PREFIX + NESTING.join(place[:2]).upper()
    inside = f"{'.'.join(place[2:])}: " if place[2:] else ""
    example = _example(section_fields().get(variable))
    return f"{variable}: {inside}{first['msg']}{f'; such as {example}' if example else ''}"


class RoleSettings(BaseSettings):
    """Base of every role's settings; subclasses add the sections they need."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter=NESTING,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )
    log: LogSection = LogSection()
    health_file: Path | None = None

    @classmethod
    def load(cls) -> Self:
        """Read the environment. Raises SettingsError naming the variable, never its value."""
        refuse_unknown(os.environ)
        refuse_broken_json({name.upper(): value for name, value in os.environ.items()})
        try:
            return cls()
        except ValidationError as failure:
            raise SettingsError(refusal(failure)) from None
