"""The file in which a process of ours says how it is."""

import json
import os
from pathlib import Path
from typing import Any


def write(path: Path, words: dict[str, Any]) -> None:
    """Replace the file whole: nobody reads half a report."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(words), encoding="utf-8")
    draft.replace(path)
