"""pg_dump and pg_restore: which of those on this machine fits a server, and how one is run."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from signal import SIGKILL
from typing import IO, Final

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from deploy.local.child import GUARD
from deploy.local.errors import MissingPartError
from deploy.local.postgres import programs_folder
from deploy.local.settings import child_environment
from schemas.errors import FatalError, HeatError, SettingsError

VERSION: Final = re.compile(r"\b(\d+)(?:\.(\d+))?")
# Secrets of a connection string and the variables that take them off the command line.
HIDDEN: Final = {"password": "PGPASSWORD", "sslpassword": "PGSSLPASSWORD"}
ANSWER_WITHIN_S: Final = 30


class DumpError(HeatError):
    """pg_dump or pg_restore could not; the message is its own last words."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A program and the version that it says it is."""

    path: str
    version: str

    @property
    def major(self) -> int:
        return int(self.version.partition(".")[0])


def fitting(tools: Sequence[Tool], server: int) -> Tool | None:
    """The oldest that is not older than the server: a newer one writes what older ones cannot
    read. Of equals the first."""
    able = [tool for tool in tools if tool.major >= server]
    return min(able, key=lambda tool: tool.major, default=None)


def tool_for(name: str, server: int) -> Tool:
    """Raises SettingsError telling what there is when none fits."""
    found = tools(name)
    tool = fitting(found, server)
    if tool is None:
        there = ", ".join(f"{one.path} ({one.version})" for one in found) or "none"
        raise SettingsError(
            f"{name} {server} or newer is needed, as the server is; here is {there}. The package's"
            " extra `local` brings one, and so does your system's PostgreSQL client package"
        )
    return tool


@cache
def tools(name: str) -> tuple[Tool, ...]:
    """That of our package, if it is installed, and that on the path."""
    found = (_packaged(name), shutil.which(name))
    paths = dict.fromkeys(path for path in found if path is not None)
    return tuple(Tool(path, version) for path in paths if (version := _version(path)))


def _packaged(name: str) -> str | None:
    try:
        path = programs_folder() / name
    except MissingPartError:
        return None
    return str(path) if path.is_file() else None


def _version(path: str) -> str | None:
    try:
        told = subprocess.run(
            [path, "--version"], capture_output=True, text=True, timeout=ANSWER_WITHIN_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = VERSION.search(told.stdout.replace("(PostgreSQL)", ""))
    return found.group(0) if found else None


def address(dsn: str) -> tuple[str, dict[str, str]]:
    """The connection string without its secrets, and the environment that holds them."""
    parts = conninfo_to_dict(dsn)
    secrets = {HIDDEN[name]: str(parts.pop(name)) for name in HIDDEN if name in parts}
    return make_conninfo("", **parts), child_environment(secrets)


class Run:
    """A child that runs beside us; killed at the end of the block when it has not ended, and by
    the kernel when we are. Start it on the main thread: the kernel looks at the thread's end."""

    def __init__(
        self,
        tool: Tool,
        dsn: str,
        *arguments: str,
        feed: IO[bytes] | None = None,
        out: IO[bytes] | None = None,
    ) -> None:
        self._name = Path(tool.path).name
        place, environment = address(dsn)
        guard = (sys.executable, "-I", "-S", str(GUARD), str(os.getpid()), str(int(SIGKILL)), "-")
        self._child = subprocess.Popen(
            [*guard, "--", tool.path, "--no-password", f"--dbname={place}", *arguments],
            env=environment,
            stdin=feed if feed is not None else subprocess.DEVNULL,
            stdout=out if out is not None else subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, *_: object) -> None:
        if self._child.poll() is None:
            self._child.kill()
        self._child.wait()
        if self._child.stderr is not None:
            self._child.stderr.close()

    def finish(self, *, tolerant: bool = False) -> list[str]:
        """Wait; what it complained of. Raises DumpError when it failed and is not let off."""
        _, said = self._child.communicate()
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        if self._child.returncode < 0:
            raise DumpError(f"{self._name} was killed by signal {-self._child.returncode}")
        if self._child.returncode and not tolerant:
            raise DumpError(f"{self._name}: {' '.join(lines[-3:]) or 'no word why'}")
        return lines


def major_of(version: str) -> int:
    found = VERSION.match(version)
    if found is None:
        raise FatalError(f"{version!r} is no version of a server")
    return int(found.group(1))
