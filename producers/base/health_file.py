"""The file in which a role says how it is, for whoever supervises it."""

import contextlib
import json
import os
from collections.abc import Callable
from pathlib import Path

Tell = Callable[[str, str], None]


def teller(file: Path | None, role: str) -> Tell:
    """A function (status, detail) that replaces the file as a whole; does nothing without one."""

    def tell(status: str, detail: str = "") -> None:
        if file is None:
            return
        told = {"status": status, "role": role, "pid": os.getpid(), "detail": detail}
        fresh = file.with_name(f"{file.name}.{os.getpid()}")
        with contextlib.suppress(OSError):  # A full disk must not end the role.
            file.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(json.dumps(told), "utf-8")
            fresh.replace(file)

    return tell
