"""The forecast role as a process, and what it says of its health."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def forecasting(environment: Mapping[str, str]) -> Iterator[Callable[[], dict[str, Any]]]:
    health = Path(environment["HEAT_HEALTH_FILE"])
    role = subprocess.Popen([sys.executable, "-m", "streams", "forecast"], env=environment)

    def said() -> dict[str, Any]:
        found: dict[str, Any] = json.loads(health.read_text()) if health.exists() else {}
        return found

    try:
        yield said
    finally:
        role.kill()
        role.wait(10)
