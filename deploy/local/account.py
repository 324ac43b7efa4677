"""Whom a server runs as when we are root and it refuses to be."""

import os
import pwd
from pathlib import Path

NOBODY = "nobody"


def for_server() -> tuple[int, int] | None:
    """uid and gid of an account without rights; None when we are an ordinary user already."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam(NOBODY)
    return nobody.pw_uid, nobody.pw_gid


def hand_over(folder: Path, account: tuple[int, int] | None) -> None:
    """Make the folder, closed to others, and give it with all in it to the account."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    for path in (folder, *folder.rglob("*")):
        give(path, account)


def give(path: Path, account: tuple[int, int] | None) -> None:
    """Make the account the owner, where that is not so yet."""
    if account is not None and path.stat(follow_symlinks=False).st_uid != account[0]:
        os.chown(path, *account, follow_symlinks=False)
