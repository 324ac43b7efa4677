"""Becomes a child program that cannot outlive the process that started it.

Run by path, not imported: `python -I -S guard.py PARENT SIGNAL ACCOUNT -- PROGRAM ARGUMENTS...`.
A small process of its own, because code between fork and exec in a threaded parent may lock up.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAPABILITY_VERSION_3 = 0x20080522
CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def die_with(parent: int, signal_number: int) -> None:
    """Ask the kernel for `signal_number` when the parent ends; leave at once if it has already."""
    if sys.platform == "linux":
        _libc().prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(f"process {parent} that asked for this program has ended")


def _held_capabilities() -> int:
    with open("/proc/self/status", encoding="ascii") as status:
        held = next(line for line in status if line.startswith("CapEff:"))
    return int(held.split()[1], 16)


def become(uid: int, gid: int) -> None:
    """Give up root, but keep the right to pass through folders closed to others.

    A server that refuses to run as root then still reaches its program and its own folder below
    a private home directory, and no folder's mode has to be loosened for it.
    """
    held = _held_capabilities()
    kept = [cap for cap in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE) if held >> cap & 1][:1]
    libc = _libc()
    libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    for cap in kept:
        mask = 1 << cap
        header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
        # effective, permitted, inheritable; the second triple holds capabilities 32 and above
        sets = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)
        libc.capset(header, sets)
        libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0)


def main() -> None:
    parent, signal_number, account, _, *argv = sys.argv[1:]
    if account != "-":
        uid, gid = account.split(":")
        become(int(uid), int(gid))
    # After the change of account, which would clear it.
    die_with(int(parent), int(signal_number))
    try:
        os.execvp(argv[0], argv)  # noqa: S606 - becoming another program is its work
    except OSError as error:
        sys.exit(f"cannot start {argv[0]}: {error.strerror}")


if __name__ == "__main__":
    main()
