"""Exit 0 when a role's health file says that it works; a container's health check.

`python -m deploy.healthy <file>`. A role that works with less than it wants (`degraded`: one feed
of several is away, say) is at work: ending it would mend nothing.
"""

import json
import sys
from pathlib import Path

ALIVE = frozenset({"ok", "degraded"})


def verdict(words: str) -> tuple[bool, str]:
    """Whether the file's words are those of a role at work, and what they say."""
    try:
        told = json.loads(words)
    except ValueError:
        return False, "not a health file"
    if not isinstance(told, dict):
        return False, "not a health file"
    status = str(told.get("status", "silent"))
    return status in ALIVE, " ".join(filter(None, (status, str(told.get("detail") or ""))))


def main(arguments: list[str]) -> int:
    """0 at work, 1 not, 2 wrong usage."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m deploy.healthy <health file>\n")
        return 2
    try:
        words = Path(arguments[0]).read_text("utf-8")
    except OSError as error:
        sys.stderr.write(f"{arguments[0]}: {error.strerror}\n")
        return 1
    alive, said = verdict(words)
    sys.stdout.write(f"{said}\n")
    return 0 if alive else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
