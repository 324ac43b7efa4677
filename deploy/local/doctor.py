"""What is wrong with this machine for the embedded stack, and what to do about it. Pure."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Literal

from deploy.local.facts import GIB, Facts
from deploy.local.settings import EXTERNAL

Level = Literal["ok", "warning", "problem"]
OLDEST_PYTHON = (3, 11)
DISK_NEEDED = 2 * GIB
DISK_TIGHT = 5 * GIB
MEMORY_NEEDED = 3 * GIB // 2
PORT_USERS = {9092: "Kafka", 5432: "PostgreSQL", 6379: "Redis", 8080: "the dashboard"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. A problem keeps the stack from running; a warning does not."""

    subject: str
    level: Level
    found: str
    todo: str = ""

    def plain(self) -> dict[str, str]:
        return asdict(self)


def judge(facts: Facts) -> list[Finding]:
    """Every finding, in the order in which a start would meet them."""
    return [
        _python(facts),
        *_system(facts),
        *_lock(facts),
        *_disk(facts),
        _memory(facts),
        *_elsewhere(facts),
        *_kafka(facts),
        *_programs(facts),
        *_ports(facts),
    ]


def is_well(findings: list[Finding]) -> bool:
    """True when nothing keeps the stack from running."""
    return all(finding.level != "problem" for finding in findings)


def _python(facts: Facts) -> Finding:
    version = "Python {}.{}".format(*facts.python)
    if facts.python >= OLDEST_PYTHON:
        return Finding("python", "ok", version)
    return Finding("python", "problem", version, "install Python 3.11 or newer")


def _system(facts: Facts) -> Iterator[Finding]:
    if facts.system != "Linux":
        yield Finding(
            "system",
            "warning",
            f"{facts.system}: children may outlive a killed supervisor",
            "nothing: the next start ends what was left",
        )


def _lock(facts: Facts) -> Iterator[Finding]:
    if facts.locked:
        who = f"process {facts.running}" if facts.running else "a process that is just starting"
        yield Finding("lock", "ok", f"{facts.home} is in use by {who}")
    elif facts.leftovers:
        yield Finding(
            "lock",
            "warning",
            f"an earlier run was killed and left {', '.join(facts.leftovers)}",
            "nothing: `heat up` ends them and goes on; `heat down` only ends them",
        )
    elif facts.unclean:
        yield Finding(
            "lock",
            "warning",
            f"stale lock: an earlier run in {facts.home} ended without stopping",
            "nothing: `heat up` takes it over, and the servers recover their files",
        )
    else:
        yield Finding("lock", "ok", f"{facts.home} is free")


def _disk(facts: Facts) -> Iterator[Finding]:
    for folder, free in facts.disk_free.items():
        found = f"{free / GIB:.1f} GiB free for {folder}"
        if free < DISK_NEEDED:
            todo = "free some space, or name a folder on another disk with HEAT_STACK__HOME"
            yield Finding("disk", "problem", f"disk full: {found}", f"at least 2 GiB: {todo}")
        elif free < DISK_TIGHT:
            yield Finding("disk", "warning", found, "Kafka keeps days of mentions: watch it")
        else:
            yield Finding("disk", "ok", found)


def _memory(facts: Facts) -> Finding:
    found = f"{facts.memory_free / GIB:.1f} GiB available"
    if facts.locked or facts.memory_free >= MEMORY_NEEDED:
        return Finding("memory", "ok", found)
    return Finding(
        "memory", "warning", found, "close something: the whole stack takes about 1.5 GiB"
    )


def _elsewhere(facts: Facts) -> Iterator[Finding]:
    for part in sorted(facts.external):
        variable = EXTERNAL[part]
        if part in facts.unanswered:
            todo = "start it, correct the address, or unset the variable to use the embedded one"
            yield Finding(part, "problem", f"the server of {variable} does not answer", todo)
        else:
            yield Finding(part, "ok", f"the server of {variable} answers")


def _kafka(facts: Facts) -> Iterator[Finding]:
    if "kafka" in facts.external:
        return
    if facts.java_trouble:
        found, _, todo = facts.java_trouble.partition(". ")
        yield Finding("java", "problem", f"no Java: {found}", todo)
    else:
        yield Finding("java", "ok", facts.java)
    yield _jars(facts)


def _jars(facts: Facts) -> Finding:
    if facts.jars_wrong:
        found, _, todo = facts.jars_wrong.partition("\nDelete")
        return Finding("jars", "problem", found, f"Delete{todo}")
    if not facts.jars_missing:
        return Finding("jars", "ok", "all cached and verified: no network needed")
    found = f"{facts.jars_missing} jars are not cached yet"
    if facts.repository_answers:
        return Finding("jars", "ok", f"{found}; the package repository answers, `heat up` fetches")
    return Finding(
        "jars",
        "problem",
        f"no network: {found} and the package repository does not answer",
        f"check the network or the proxy (HTTPS_PROXY), or copy {facts.cache} from a machine "
        "that has it",
    )


def _programs(facts: Facts) -> Iterator[Finding]:
    for part in ("postgres", "redis"):
        if part in facts.external:
            continue
        if part in facts.absent:
            found, _, todo = facts.absent[part].partition(": ")
            yield Finding(part, "problem", found, todo)
        else:
            yield Finding(part, "ok", "installed")


def _ports(facts: Facts) -> Iterator[Finding]:
    for port, holder in facts.taken.items():
        yield Finding(
            "port",
            "warning",
            f"port {port} of {PORT_USERS.get(port, 'ours')} is taken by {holder}",
            "nothing: a free one is chosen; end that process to have the usual one",
        )
    if not facts.taken:
        yield Finding("port", "ok", "the usual ports are free or ours")
