"""The right pg_dump for a server, and secrets kept off its command line."""

import pytest

from deploy.backup.programs import DumpError, Run, Tool, address, fitting, major_of, tool_for, tools
from schemas.errors import SettingsError

OLD, SAME, NEW = Tool("/a", "15.9"), Tool("/b", "16.2"), Tool("/c", "18.4")


def test_the_oldest_that_is_not_older_than_the_server_is_taken() -> None:
    assert fitting([NEW, OLD, SAME], 16) == SAME
    assert fitting([NEW, OLD], 16) == NEW
    assert fitting([OLD], 16) is None
    assert fitting([], 16) is None


def test_a_server_that_is_too_new_is_named_with_what_there_is() -> None:
    with pytest.raises(SettingsError, match=r"pg_dump 99 or newer is needed.*\(18\."):
        tool_for("pg_dump", 99)


def test_our_package_brings_the_tools_of_its_server() -> None:
    majors = {name: [tool.major for tool in tools(name)] for name in ("pg_dump", "pg_restore")}
    assert all(18 in found for found in majors.values())


def test_a_password_is_on_no_command_line() -> None:
    place, environment = address("postgresql://heat:s3cret@db.example:5433/heat?sslmode=require")
    assert "s3cret" not in place
    assert environment["PGPASSWORD"] == "s3cret"
    assert {"host=db.example", "port=5433", "dbname=heat", "sslmode=require"} <= set(place.split())


def test_the_last_words_of_a_program_that_failed_are_told() -> None:
    tool = tool_for("pg_dump", 18)
    with (
        Run(tool, "postgresql://heat:s3cret@127.0.0.1:1/heat") as run,
        pytest.raises(DumpError, match=r"pg_dump: .*127\.0\.0\.1") as failure,
    ):
        run.finish()
    assert "s3cret" not in str(failure.value)


@pytest.mark.parametrize(
    ("told", "major"), [("18.4", 18), ("15.6 (Debian 15.6-1.pgdg120+2)", 15), ("19beta1", 19)]
)
def test_versions_of_servers_are_read(told: str, major: int) -> None:
    assert major_of(told) == major
