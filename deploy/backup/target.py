"""The place of the backups, by their names: a folder or a bucket of an S3-compatible server."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Final

from deploy.backup.manifest import (
    DUMP,
    MANIFEST,
    Manifest,
    database_of,
    decode,
    encode,
    made_at,
)
from deploy.backup.rotation import Keep, kept
from schemas.clock import DAY_MS, Millis
from schemas.errors import FatalError, HeatError, SettingsError
from schemas.settings import ArchiveSection, BackupSection
from sinks.archive.store import Store

ABANDONED_AFTER: Final = DAY_MS


class BackupStore(Store):
    """The store of the archive, with errors that name the settings of the backups."""

    def __init__(self, section: BackupSection) -> None:
        same = section.model_dump(exclude={"keep_daily", "keep_weekly", "keep_monthly"})
        try:
            super().__init__(ArchiveSection.model_validate(same))
        except HeatError as error:
            raise renamed(error) from None

    def _classed(self, error: Exception, path: str) -> HeatError:
        return renamed(super()._classed(error, path))


def renamed(error: HeatError) -> HeatError:
    words = str(error).replace("HEAT_ARCHIVE__", "HEAT_BACKUP__")
    return type(error)(words.replace("archive ", "backups at ", 1))


class Target:
    """The backups there are. One counts from the moment that its manifest is there."""

    def __init__(self, section: BackupSection) -> None:
        self._store = BackupStore(section)
        self._keep = Keep(section.keep_daily, section.keep_weekly, section.keep_monthly)
        self.address = self._store.address

    def names(self) -> list[str]:
        """Of the backups that count, the oldest first."""
        found = [path.removesuffix(MANIFEST) for path in self._paths() if path.endswith(MANIFEST)]
        return sorted((n for n in found if made_at(n) is not None), key=lambda n: (made_at(n), n))

    def add(self, manifest: Manifest, dump: IO[bytes]) -> None:
        """The dump first; with the manifest it counts."""
        self._store.put(manifest.name + DUMP, dump)
        if not self._store.create(manifest.name + MANIFEST, encode(manifest)):
            raise FatalError(f"there is a backup {manifest.name} already")

    def read(self, name: str) -> Manifest:
        """Of the named backup, or the newest. Raises SettingsError when there is none."""
        names = self.names()
        if not names:
            raise SettingsError(f"there is no backup at {self.address}")
        wanted = names[-1] if name == "latest" else name
        body = self._store.get(wanted + MANIFEST) if made_at(wanted) is not None else None
        if body is None:
            raise SettingsError(f"no backup {name} at {self.address}; the newest is {names[-1]}")
        return decode(wanted, body)

    @contextmanager
    def opened(self, manifest: Manifest) -> Iterator[IO[bytes]]:
        """The dump, to read from. Raises FatalError when it is gone."""
        with self._store.opened(manifest.name + DUMP) as dump:
            if dump is None:
                raise FatalError(f"the dump of backup {manifest.name} is gone")
            yield dump

    def rotate(self, database: str, now: Millis) -> list[str]:
        """Delete what the order does not keep of this database, and dumps that never counted."""
        names = {made_at(n): n for n in self.names() if database_of(n) == database}
        stay = kept([moment for moment in names if moment is not None], now, self._keep)
        gone = [name for moment, name in names.items() if moment not in stay]
        for name in gone:
            self._delete(name)
        for path in self._abandoned(now):
            self._store.delete(path)
        return gone

    def _delete(self, name: str) -> None:
        """The manifest first: a backup that is half gone must not count."""
        self._store.delete(name + MANIFEST)
        self._store.delete(name + DUMP)

    def _abandoned(self, now: Millis) -> list[str]:
        counting = set(self.names())
        return [
            path
            for path, put_at in self._store.dated("")
            if path.endswith(DUMP)
            and made_at(path.removesuffix(DUMP)) is not None
            and path.removesuffix(DUMP) not in counting
            and now - put_at > ABANDONED_AFTER
        ]

    def _paths(self) -> list[Any]:
        return [path for path in self._store.names("") if "/" not in path]
