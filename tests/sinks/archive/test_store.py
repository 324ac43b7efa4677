"""Folder or bucket: what is put is there whole, one of two creates, and errors say what to do."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.errors import SettingsError
from schemas.settings import ArchiveSection
from sinks.archive.store import Store, StoreUnavailableError
from tests.sinks.archive.building import archived, contents, problems, section, some_log
from tests.sinks.archive.s3 import BUCKET, KEY, S3, SECRET, serving


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    with serving() as server:
        yield server


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return Store(section(tmp_path))
    server: S3 = request.getfixturevalue("s3")
    found = server.section()
    return Store(found.model_copy(update={"address": f"{found.address}/{tmp_path.name}"}))


def test_what_is_put_is_there_whole_and_goes_by_its_name(store: Store) -> None:
    large = bytes(range(256)) * 80_000  # 20 MB: in parts
    store.put("a/one", io.BytesIO(large))
    assert store.get("a/one") == large
    assert store.get("a/two") is None
    assert store.rename("a/one", "b/one")
    assert not store.rename("a/one", "b/two")
    assert store.names("") == ["b/one"]
    with store.opened("b/one") as body:
        assert body is not None
        assert body.read() == large
    with store.opened("a/one") as body:
        assert body is None
    store.delete("b/one")
    store.delete("b/one")
    assert store.names("") == []


def test_one_of_two_creates(store: Store) -> None:
    assert store.create("a/1", b"first")
    assert not store.create("a/1", b"second")
    assert store.get("a/1") == b"first"


def test_names_are_in_order_and_can_begin_behind_one(store: Store) -> None:
    for name in ("a/3", "a/1", "ab/1", "a/2"):
        assert store.create(name, b"x")
    assert store.names("a") == ["a/1", "a/2", "a/3"]
    assert store.names("a", after="a/1") == ["a/2", "a/3"]
    assert store.names("nobody") == []
    assert store.folders() == ["a", "ab"]


def test_a_topic_can_be_sealed_and_proved_in_either(store: Store) -> None:
    log = some_log(20)
    archived(store, log)
    assert len(contents(store)) == 20
    assert problems(store) == []


def test_a_bucket_that_is_not_there_is_named(s3: S3) -> None:
    with pytest.raises(SettingsError, match="has no bucket nowhere"):
        Store(s3.section("nowhere")).get("a")
    with pytest.raises(SettingsError, match="has no bucket nowhere"):
        Store(s3.section("nowhere")).names("")
    with pytest.raises(SettingsError, match="has no bucket nowhere"):
        Store(s3.section("nowhere")).create("a", b"")


def test_keys_that_are_refused_are_named_by_their_settings_and_not_told(s3: S3) -> None:
    s3.ask_for_keys()
    try:
        for ask in (lambda: Store(s3.section()).get("a"), lambda: Store(s3.section()).names("")):
            with pytest.raises(SettingsError, match="HEAT_ARCHIVE__ACCESS_KEY_ID") as refusal:
                ask()
            assert "InvalidAccessKeyId" in str(refusal.value)
            assert KEY not in str(refusal.value)
            assert SECRET not in str(refusal.value)
    finally:
        s3.trust_everybody()


def test_a_server_that_is_away_is_waited_for() -> None:
    with serving() as server:
        there = Store(server.section())
        assert there.create("a", b"1")
        server.stop()
        with pytest.raises(StoreUnavailableError, match="does not answer") as outage:
            there.create("b", b"2")
        assert SECRET not in str(outage.value)
        server.start()
        assert there.create("b", b"2")
        assert there.get("a") == b"1"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"address": None}, "HEAT_ARCHIVE__ADDRESS names no folder"),
        ({"address": "ftp://nova/x"}, "ftp:// is neither"),
        ({"address": "s3://"}, "s3://bucket"),
        ({"address": f"s3://{BUCKET}", "access_key_id": "nova"}, "one without the other"),
        ({"address": f"s3://{BUCKET}", "endpoint": "http://a:b@127.0.0.1"}, "keys belong into"),
        ({"address": "/proc/nowhere/at/all"}, "HEAT_ARCHIVE__ADDRESS: /proc/nowhere"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_name(
    changes: dict[str, str | None], told: str
) -> None:
    with pytest.raises(SettingsError, match=told):
        Store(ArchiveSection.model_validate(changes))


def test_a_folder_without_room_is_waited_for(tmp_path: Path) -> None:
    store = Store(section(tmp_path))
    (tmp_path / "a").write_bytes(b"a file where a folder should be")
    with pytest.raises(StoreUnavailableError, match="a/b: "):
        store.create("a/b", b"x")
