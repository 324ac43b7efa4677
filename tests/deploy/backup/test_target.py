"""Backups in a bucket of a real S3-compatible server."""

import hashlib
import io
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from deploy.backup.manifest import Manifest, TableCopy, name_of
from deploy.backup.restore import verify
from deploy.backup.target import Target
from schemas.errors import FatalError, HeatError, SettingsError
from schemas.settings import BackupSection
from tests.sinks.archive.s3 import BUCKET, KEY, S3, SECRET, serving
from tests.sinks.builders import NOON

BODY = b"dump" * 6_000_000  # so large that it goes up in parts


@pytest.fixture(scope="module")
def server() -> Iterator[S3]:
    with serving() as server:
        yield server


def section(server: S3, bucket: str = BUCKET) -> BackupSection:
    return BackupSection(
        address=f"s3://{bucket}/nightly",
        endpoint=server.endpoint,
        access_key_id=SecretStr(KEY),
        secret_access_key=SecretStr(SECRET),
    )


def manifest(moment: int = NOON) -> Manifest:
    return Manifest(
        name=name_of("heat", moment), made_at="", server="18.4", tool="18.4", code_version="0",
        size=len(BODY), sha256=hashlib.sha256(BODY).hexdigest(), extensions={},
        tables={"mentions": TableCopy(3, "1/2")},
    )  # fmt: skip


def test_a_backup_goes_up_and_comes_down_whole(server: S3) -> None:
    target = Target(section(server))
    target.add(manifest(), io.BytesIO(BODY))
    assert target.names() == [manifest().name]
    assert target.read("latest") == manifest()
    with target.opened(manifest()) as dump:
        verify(manifest(), dump)
        assert dump.read(8) == BODY[:8]
    with pytest.raises(FatalError, match="already"):
        target.add(manifest(), io.BytesIO(BODY))
    target._delete(manifest().name)
    assert target.names() == []


def test_an_upload_that_was_cut_off_does_not_count(server: S3) -> None:
    target = Target(section(server))
    server.stop()
    try:
        with pytest.raises(HeatError, match=f"backups at s3://{BUCKET}/nightly") as failure:
            target.add(manifest(NOON + 1), io.BytesIO(BODY))
    finally:
        server.start()
    assert SECRET not in str(failure.value)
    assert manifest(NOON + 1).name not in target.names()


def test_a_bucket_that_is_not_there_is_named(server: S3) -> None:
    with pytest.raises(SettingsError, match=r"HEAT_BACKUP__ADDRESS: .* has no bucket nowhere"):
        Target(section(server, "nowhere")).names()


def test_wrong_keys_are_named_and_not_shown(server: S3) -> None:
    target = Target(section(server))
    server.ask_for_keys()
    try:
        with pytest.raises(SettingsError, match="HEAT_BACKUP__ACCESS_KEY_ID") as failure:
            target.names()
    finally:
        server.trust_everybody()
    assert SECRET not in str(failure.value)


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(SettingsError, match="HEAT_BACKUP__ADDRESS"):
        Target(BackupSection(address="ftp://somewhere"))


@pytest.mark.parametrize("damage", [b"{", b"[]", b'{"name": 3}', b"\xff"])
def test_a_damaged_manifest_names_its_backup(
    damage: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    name = name_of("heat", NOON)
    (folder / f"{name}.json").write_bytes(damage)
    with pytest.raises(FatalError, match=f"the manifest of backup {name} is damaged"):
        Target(BackupSection(address=str(folder))).read(name)
