"""The place of an archive: a local folder, or a bucket of an S3-compatible server.

What is put is there whole or not at all, and `create` lets one of two writers win; the archive
needs no other promise. Errors are told by what to do about them, and never quote a key.
"""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, S3Store

from schemas.clock import Millis, millis
from schemas.errors import FatalError, HeatError, RetriableError, SettingsError
from schemas.settings import ArchiveSection

ANSWER_WITHIN_S: Final = 30
SIMPLE_PUT_BYTES: Final = 16 * 1024 * 1024  # above it in parts
_CODE: Final = re.compile(r"<Code>(\w+)</Code>")
_OS_ERROR: Final = re.compile(r"\(os error (\d+)\)")
_REFUSALS: Final = frozenset(
    {
        "InvalidAccessKeyId",
        "SignatureDoesNotMatch",
        "AccessDenied",
        "InvalidToken",
        "ExpiredToken",
        "AuthorizationHeaderMalformed",
    }
)
KEYS: Final = "HEAT_ARCHIVE__ACCESS_KEY_ID and HEAT_ARCHIVE__SECRET_ACCESS_KEY"
ADDRESS: Final = "HEAT_ARCHIVE__ADDRESS"


class StoreUnavailableError(RetriableError):
    """The store does not answer now, or has no room."""


class Store:
    """Files by their path. Every call has a deadline."""

    def __init__(self, section: ArchiveSection) -> None:
        """Raises SettingsError for an address that nothing can be at."""
        if not section.address:
            raise SettingsError(f"{ADDRESS} names no folder and no s3:// address")
        self.address = section.address
        scheme = urlsplit(section.address).scheme
        self.folder = None if scheme == "s3" else _folder(section.address, scheme)
        self._at: Any = _bucket(section) if self.folder is None else _local(self.folder)
        self._server = section.endpoint or f"S3 in {section.region}"

    def put(self, path: str, body: IO[bytes]) -> None:
        """All of the file, over what may be there."""
        size = body.seek(0, os.SEEK_END)
        body.seek(0)
        with self._told(path):
            obstore.put(self._at, path, body, use_multipart=size > SIMPLE_PUT_BYTES)
            self._settle(path)

    def create(self, path: str, body: bytes) -> bool:
        """False when somebody else has made it."""
        with self._told(path):
            try:
                obstore.put(self._at, path, body, mode="create")
            except AlreadyExistsError:
                return False
            self._settle(path)
        return True

    def get(self, path: str) -> bytes | None:
        """None when it is not there."""
        with self._told(path):
            try:
                return bytes(obstore.get(self._at, path).bytes())
            except FileNotFoundError as error:
                self._require_bucket(error)
                return None

    @contextmanager
    def opened(self, path: str) -> Iterator[IO[bytes] | None]:
        """The file to read from, wherever in it; None when it is not there."""
        with tempfile.TemporaryFile() as copy:
            with self._told(path):
                try:
                    for part in obstore.get(self._at, path).stream():
                        copy.write(part)
                except FileNotFoundError as error:
                    self._require_bucket(error)
                    found = None
                else:
                    copy.seek(0)
                    found = copy
            yield found

    def names(self, prefix: str, after: str = "") -> list[str]:
        """Every path under the folder, in order; only those behind `after`."""
        return [path for path, _ in self.dated(prefix, after)]

    def dated(self, prefix: str, after: str = "") -> list[tuple[str, Millis]]:
        """The paths under the folder with the times at which they were put."""
        with self._told(prefix):
            listing = obstore.list(self._at, prefix or None, offset=after or None)
            return sorted(
                (one["path"], millis(one["last_modified"])) for chunk in listing for one in chunk
            )

    def folders(self) -> list[str]:
        """The names at the top."""
        with self._told(""):
            return sorted(obstore.list_with_delimiter(self._at)["common_prefixes"])

    def rename(self, old: str, new: str) -> bool:
        """False when there is nothing of the old name."""
        with self._told(old):
            try:
                obstore.rename(self._at, old, new)
            except FileNotFoundError as error:
                self._require_bucket(error)
                return False
            self._settle(new)
        return True

    def delete(self, path: str) -> None:
        """Also of what is gone already."""
        with self._told(path):
            try:
                obstore.delete(self._at, path)
            except FileNotFoundError as error:
                self._require_bucket(error)

    def _settle(self, path: str) -> None:
        """On the disk, and its name, too, before anything counts on it."""
        if self.folder is None:
            return
        for place in (self.folder / path, (self.folder / path).parent):
            handle = os.open(place, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def _require_bucket(self, error: FileNotFoundError) -> None:
        if "NoSuchBucket" in str(error):
            raise self._classed(error, "")

    @contextmanager
    def _told(self, path: str) -> Iterator[None]:
        try:
            yield
        except (BaseError, OSError) as error:
            raise self._classed(error, path) from None

    def _classed(self, error: Exception, path: str) -> HeatError:
        """What to do about it. The library's own words quote addresses and whole answers."""
        said = str(error)
        found = _CODE.search(said)
        code = found.group(1) if found else ""
        if code == "NoSuchBucket":
            return SettingsError(f"{ADDRESS}: {self._server} has no bucket {self._bucket}")
        if code in _REFUSALS or " 401 " in said or " 403 " in said:
            return SettingsError(f"{KEYS}: {self._server} refuses them ({code or 'no right'})")
        if self.folder is not None:
            number = _OS_ERROR.search(said)
            why = os.strerror(int(number.group(1))) if number else said.splitlines()[0]
            return StoreUnavailableError(f"{self.folder / path}: {why}")
        if isinstance(error, FileNotFoundError):
            return FatalError(f"{self.address}: {path} is gone")
        why = code or "it does not answer"
        return StoreUnavailableError(f"archive {self.address} at {self._server}: {why}")

    @property
    def _bucket(self) -> str:
        return urlsplit(self.address).netloc


def _folder(address: str, scheme: str) -> Path:
    if scheme not in ("", "file"):
        raise SettingsError(f"{ADDRESS}: {scheme}:// is neither a folder nor s3://")
    return Path(address.removeprefix("file://")).expanduser().absolute()


def _local(folder: Path) -> LocalStore:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"{ADDRESS}: {folder}: {error.strerror}") from None
    return LocalStore(folder)


def _bucket(section: ArchiveSection) -> S3Store:
    where = urlsplit(section.address or "")
    if not where.netloc or "@" in where.netloc:
        raise SettingsError(f"{ADDRESS}: s3://bucket or s3://bucket/prefix is expected")
    if "@" in (section.endpoint or ""):
        raise SettingsError(f"HEAT_ARCHIVE__ENDPOINT: keys belong into {KEYS}")
    if (section.access_key_id is None) != (section.secret_access_key is None):
        raise SettingsError(f"{KEYS}: one without the other")
    more: dict[str, Any] = {}
    if section.endpoint:
        more["endpoint"] = section.endpoint.rstrip("/")
    if section.access_key_id and section.secret_access_key:
        more["access_key_id"] = section.access_key_id.get_secret_value()
        more["secret_access_key"] = section.secret_access_key.get_secret_value()
    return S3Store(
        where.netloc,
        prefix=where.path.strip("/") or None,
        region=section.region,
        virtual_hosted_style_request=not section.endpoint,
        client_options={
            "allow_http": True,
            "timeout": f"{ANSWER_WITHIN_S}s",
            "connect_timeout": "5s",
        },
        retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=ANSWER_WITHIN_S)},
        **more,
    )
