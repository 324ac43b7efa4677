"""What this machine is like, as far as the embedded stack cares; doctor.py judges it."""

import platform
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from deploy.local import jars, kafka, ports, postgres, redis, roles, settings
from deploy.local.errors import JarDigestError, JavaMissingError, MissingPartError, StackError
from deploy.local.home import Home
from deploy.local.java import find_java
from deploy.local.stack import probe
from schemas.broker import confluent_options

GIB = 1024**3


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the doctor judges by; a test makes them up."""

    python: tuple[int, int]
    home: Path
    cache: Path
    disk_free: Mapping[str, int]  # folder -> bytes
    memory_free: int
    system: str = "Linux"
    external: frozenset[str] = frozenset()  # parts that the settings place elsewhere
    unanswered: frozenset[str] = frozenset()  # of these, the ones that do not answer
    java: str = ""  # what was found
    java_trouble: str = ""
    absent: Mapping[str, str] = field(default_factory=dict)  # part -> why it cannot start
    jars_missing: int = 0
    jars_wrong: str = ""
    repository_answers: bool | None = None  # None: nobody had to ask
    taken: Mapping[int, str] = field(default_factory=dict)  # usual port -> who holds it
    running: int | None = None  # pid of this home's supervisor
    locked: bool = False
    leftovers: tuple[str, ...] = ()
    unclean: bool = False  # an earlier run ended without stopping


def gather(local: settings.LocalSettings) -> Facts:
    """Look, change nothing but the jar cache's folder of attempts."""
    home = Home(local.stack.home.absolute())
    java, java_trouble = _java()
    missing, wrong = _jars()
    held = home.is_held()
    state = home.read()
    ours = {child.pid for child in state.children} if held and state else set()
    return Facts(
        python=(sys.version_info.major, sys.version_info.minor),
        system=platform.system(),
        home=home.folder,
        cache=jars.cache_folder(),
        disk_free={str(folder): _free(folder) for folder in (home.folder, jars.cache_folder())},
        memory_free=psutil.virtual_memory().available,
        external=frozenset(local.external),
        unanswered=_unanswered(local),
        java=java,
        java_trouble=java_trouble,
        absent=_absent(),
        jars_missing=missing,
        jars_wrong=wrong,
        repository_answers=jars.repository_answers() if missing and not wrong else None,
        taken=_taken(ours),
        running=state.supervisor.pid if held and state else None,
        locked=held,
        leftovers=() if held else tuple(f"{one.name} ({one.pid})" for one in home.leftovers()),
        unclean=not held and state is not None,
    )


def _java() -> tuple[str, str]:
    try:
        java = find_java(settings.java_home())
    except JavaMissingError as error:
        return "", str(error)
    return f"Java {java.major}", ""


def _jars() -> tuple[int, str]:
    locked, folder = jars.read_lock(), jars.cache_folder()
    lacking = jars.missing(locked, folder)
    try:
        jars.verify([jar for jar in locked if jar not in lacking], folder)
    except JarDigestError as error:
        return len(lacking), str(error)
    return len(lacking), ""


def _absent() -> dict[str, str]:
    """Parts whose programs are not installed."""
    found: dict[str, str] = {}
    for part, look in (("postgres", postgres.programs_folder), ("redis", redis.server)):
        try:
            look()
        except MissingPartError as error:
            found[part] = str(error)
    return found


def _unanswered(local: settings.LocalSettings) -> frozenset[str]:
    silent = set()
    for part, address in local.external.items():
        try:
            probe(part, address, confluent_options(local.kafka))
        except StackError:
            silent.add(part)
    return frozenset(silent)


def _free(folder: Path) -> int:
    """Of the disk that the folder is on, or would be on."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def _taken(ours: set[int]) -> dict[int, str]:
    """Usual ports held by somebody who is not our own running stack."""
    usual = {
        kafka.DEFAULT_PORT,
        postgres.DEFAULT_PORT,
        redis.DEFAULT_PORT,
        roles.GATEWAY_DEFAULT_PORT,
    }
    found: dict[int, str] = {}
    for port in sorted(port for port in usual if not ports.is_free(port)):
        holder = _holder(port)
        if holder is None or holder.pid not in ours:
            found[port] = _name(holder)
    return found


def _holder(port: int) -> psutil.Process | None:
    """Who listens there, when the system lets us know."""
    try:
        for link in psutil.net_connections("tcp"):
            if link.laddr and link.laddr.port == port and link.status == psutil.CONN_LISTEN:
                return psutil.Process(link.pid) if link.pid else None
    except (psutil.AccessDenied, psutil.NoSuchProcess):
        pass
    return None


def _name(holder: psutil.Process | None) -> str:
    if holder is None:
        return "a process of another user"
    try:
        return f"{holder.name()} (process {holder.pid})"
    except psutil.NoSuchProcess:
        return "a process that has just ended"
