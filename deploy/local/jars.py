"""The jars Kafka runs on: a locked list, one cache per user, verified at every start."""

import contextlib
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import platformdirs
from filelock import FileLock, Timeout

from deploy.local.errors import JarDigestError, JarFetchError, MissingPartError

LOCK_FILE = Path(__file__).with_name("jars.lock")
TRIES = 3
AT_ONCE = 6
FETCH_WITHIN = 600.0

# Called with (jars there, jars wanted) after each jar.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Jar:
    """One line of the lock: `group:artifact:version file.jar sha256`."""

    coordinate: str
    file: str
    sha256: str


def read_lock(lock: Path = LOCK_FILE) -> tuple[Jar, ...]:
    """The locked jars, in class path order."""
    lines = lock.read_text(encoding="ascii").splitlines()
    return tuple(Jar(*line.split()) for line in lines if line.strip() and not line.startswith("#"))


def cache_folder() -> Path:
    """Where this user's jars are kept."""
    return platformdirs.user_cache_path("heat") / "jars"


def digest_of(file: Path) -> str:
    with file.open("rb") as body:
        return hashlib.file_digest(body, "sha256").hexdigest()


def missing(jars: Iterable[Jar], folder: Path) -> list[Jar]:
    """Those not in the cache."""
    return [jar for jar in jars if not (folder / jar.file).exists()]


def verify(jars: Iterable[Jar], folder: Path) -> None:
    """Raise for the first file that is not the one locked."""
    for jar in jars:
        _verify_file(jar, folder / jar.file)


def _verify_file(jar: Jar, file: Path) -> None:
    found = digest_of(file)
    if found != jar.sha256:
        raise JarDigestError(
            f"{file} is not the file that was locked ({jar.coordinate}).\n"
            f"    expected SHA-256 {jar.sha256}\n"
            f"    found            {found}\n"
            "Delete that file and start again to fetch it anew. If it comes back the same, "
            "what your package repository serves has changed: do not run it, tell the maintainers."
        )


def class_path(
    progress: Progress,
    jars: Sequence[Jar] | None = None,
    folder: Path | None = None,
    say: Callable[[str], None] = lambda words: None,
) -> list[Path]:
    """Every jar, verified; what is missing is fetched first, by one process at a time."""
    jars = read_lock() if jars is None else jars
    folder = cache_folder() if folder is None else folder
    if missing(jars, folder):
        folder.mkdir(parents=True, exist_ok=True)
        with _fetching_alone(folder, say):
            _fetch(missing(jars, folder), folder, progress)
    verify(jars, folder)
    return [folder / jar.file for jar in jars]


@contextlib.contextmanager
def _fetching_alone(folder: Path, say: Callable[[str], None]) -> Iterator[None]:
    """One process fetches; the others wait, say so, and find the jars there."""
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say(f"Waiting for another process that is fetching jars into {folder}")
        try:
            lock.acquire(timeout=FETCH_WITHIN)
        except Timeout as error:
            raise JarFetchError(
                f"another process has been fetching jars into {folder} for {FETCH_WITHIN:.0f} s. "
                "End it, or wait for it, and start again."
            ) from error
    try:
        yield
    finally:
        lock.release()


def _fetch(wanted: Sequence[Jar], folder: Path, progress: Progress) -> None:
    """All or an error; a jar appears in the cache whole and verified, or not at all."""
    if not wanted:
        return
    progress(0, len(wanted))
    with (
        tempfile.TemporaryDirectory(dir=folder, prefix=".fetch-") as staging,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        fetches = [pool.submit(_fetch_one, jar, Path(staging), folder) for jar in wanted]
        try:
            for count, fetch in enumerate(as_completed(fetches, timeout=FETCH_WITHIN), start=1):
                fetch.result()
                progress(count, len(wanted))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _fetch_one(jar: Jar, staging: Path, folder: Path) -> None:
    """Several tries, each into a folder of its own: jgo does not clean up after a broken one."""
    trouble: Exception | None = None
    for attempt in range(TRIES):
        place = staging / f"{jar.file}-{attempt}"
        try:
            fetched = _ask_repository(jar.coordinate, place)
        except (OSError, RuntimeError) as error:  # requests' errors are OSErrors
            trouble = error
            continue
        _verify_file(jar, fetched)
        shutil.move(fetched, folder / jar.file)
        return
    raise JarFetchError(
        f"the package repository did not deliver {jar.coordinate} ({trouble}). Check the network "
        f"(a proxy is named by HTTPS_PROXY), or copy {folder} from a machine that has it."
    ) from trouble


def _ask_repository(coordinate: str, place: Path) -> Path:
    """The repositories are jgo's, with those of the user's own jgo configuration."""
    try:
        from jgo.config import GlobalSettings
        from jgo.constants import MAVEN_CENTRAL_URL
        from jgo.maven import MavenContext
    except ImportError as error:
        raise MissingPartError(
            "fetching Kafka needs the package `jgo`: install the extra `local`"
        ) from error
    repositories = {"central": MAVEN_CENTRAL_URL, **GlobalSettings.load().repositories}
    context = MavenContext(repo_cache=place, remote_repos=repositories, timeout=30)
    return Path(context.create_dependency(coordinate).artifact.resolve())


def repository_answers() -> bool:
    """True when the package repository hands out one small file now."""
    smallest = next(jar for jar in read_lock() if ":jspecify:" in jar.coordinate)
    with tempfile.TemporaryDirectory() as place:
        try:
            _ask_repository(smallest.coordinate, Path(place))
        except (OSError, RuntimeError, MissingPartError):
            return False
    return True
