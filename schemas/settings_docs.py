"""The table of all settings, as the README shows it; made from the sections themselves."""

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from schemas.settings import known_variables, section_fields

MASK = "********"


def settings_markdown() -> str:
    """One row per variable: its name, its default (a secret's is masked) and what it means."""
    fields = section_fields()
    rows = ["| variable | default | meaning |", "| --- | --- | --- |"]
    for variable, meaning in known_variables().items():
        default = shown(fields[variable]) if variable in fields else ""
        cells = (f"`{variable}`", f"`{default}`" if default else "", meaning)
        rows.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(rows)


def shown(field: FieldInfo) -> str:
    """A field's default in words fit for print; empty when nothing is set."""
    default = field.get_default(call_default_factory=True)
    if isinstance(default, SecretStr):
        return MASK
    return "" if default in (None, (), {}, "") else str(default)
