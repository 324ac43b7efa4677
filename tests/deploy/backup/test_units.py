"""The units for systemd: commands that exist, times that are times, a service for each timer."""

import configparser
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli.main import build
from schemas.settings import known_variables

UNITS = Path(__file__).parents[3] / "deploy" / "systemd"
CALENDAR = re.compile(r"((Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?\*-\*-\* \d\d:\d\d:\d\d UTC")


def read(unit: Path) -> configparser.ConfigParser:
    parsed = configparser.ConfigParser(interpolation=None, strict=False)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]  # names in their own case
    parsed.read_string(unit.read_text("utf-8"))
    return parsed


@pytest.mark.parametrize("unit", sorted(UNITS.glob("*.service")), ids=lambda unit: unit.name)
def test_a_service_runs_a_command_there_is(unit: Path) -> None:
    program, *words = shlex.split(read(unit)["Service"]["ExecStart"])
    assert program.endswith("/bin/heat")
    # Words that are not understood are refused before the help is shown.
    assert CliRunner().invoke(build(words[0]), [*words, "--help"]).exit_code == 0
    named = set(re.findall(r"HEAT_\w+", unit.read_text("utf-8")))
    assert named <= set(known_variables())


@pytest.mark.parametrize("unit", sorted(UNITS.glob("*.timer")), ids=lambda unit: unit.name)
def test_a_timer_has_a_time_and_a_service(unit: Path) -> None:
    assert unit.with_suffix(".service").is_file()
    assert CALENDAR.fullmatch(read(unit)["Timer"]["OnCalendar"])


def test_there_are_units_to_look_at() -> None:
    assert {unit.stem for unit in UNITS.glob("heat-*.timer")} >= {"heat-backup", "heat-drill"}
