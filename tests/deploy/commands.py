"""Reads a command line as `heat` would, without running it."""

import shlex
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from deploy.cli.main import build
from producers.sources import BY_NAME as SOURCES

UsageError: Any = typer.BadParameter.__bases__[0]  # typer brings a click of its own
PROGRAMS = {"heat", "producers", "streams", "sinks", "gateway", "deploy.healthy"}


@cache
def tree_of(program: str, command: str | None = None) -> Any:
    """The commands of `heat`, or of `python -m <package>`; None where there are none to read."""
    if program == "heat":
        return typer.main.get_command(build(command))
    if program in {"producers", "sinks"}:
        app = typer.Typer(no_args_is_help=True)
        import_module(f"{program}.cli").register(app)
        return typer.main.get_command(app)
    return None


def check(words: Sequence[str]) -> None:
    """Return when every word is understood. Raises UsageError for one that is not."""
    if words[0] in {"python", "python3"} and words[1] == "-m":
        words = words[2:]
    program, *rest = words
    if program not in PROGRAMS:
        raise UsageError(f"{program} is no program of ours")
    command = tree_of(program, rest[0] if program == "heat" and rest else None)
    if command is None:
        import_module(program)
        return
    _parse(command, program, rest)
    if "run" in words and "sink" not in words:
        _check_source(words[words.index("run") + 1 :])


def _parse(command: Any, name: str, words: list[str]) -> None:
    """Down the groups to the last command, whose arguments are read with their choices."""
    if not isinstance(command, TyperGroup):
        with command.make_context(name, words):
            return
    if words == ["--help"]:
        return
    if not words or words[0] not in command.commands:
        raise UsageError(f"{name}: no command {' '.join(words[:1])}")
    _parse(command.commands[words[0]], f"{name} {words[0]}", words[1:])


def _check_source(words: Sequence[str]) -> None:
    if words and words[0] not in SOURCES:
        raise UsageError(f"no source {words[0]}")


def of_script(script: str) -> Iterator[list[str]]:
    """The commands of a shell script of simple lines; comments, pipes and redirections end one."""
    for line in script.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        ends = [n for n, word in enumerate(words) if word in {"|", ">", ">>", "&&", "&"}]
        if words:
            yield words[: ends[0]] if ends else words
