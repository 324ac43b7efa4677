"""Only the jars that were locked are run."""

import hashlib
import re
from pathlib import Path

import pytest

from deploy.local import jars
from deploy.local.errors import JarDigestError, JarFetchError


def _jar(folder: Path, name: str, body: bytes) -> jars.Jar:
    (folder / name).write_bytes(body)
    return jars.Jar(f"org.example:{name}:1", name, hashlib.sha256(body).hexdigest())


def _silent(done: int, wanted: int) -> None:
    pass


def test_lock_names_kafka_its_log_binding_and_a_digest_for_each() -> None:
    locked = jars.read_lock()
    coordinates = {jar.coordinate for jar in locked}
    assert "org.apache.kafka:kafka_2.13:4.3.1" in coordinates
    assert any("slf4j-impl" in coordinate for coordinate in coordinates)
    assert len({jar.file for jar in locked}) == len(locked)
    assert all(re.fullmatch("[0-9a-f]{64}", jar.sha256) for jar in locked)


def test_cached_jars_need_no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locked = [_jar(tmp_path, "a.jar", b"a"), _jar(tmp_path, "b.jar", b"b")]
    monkeypatch.setattr(jars, "_ask_repository", None)  # Not callable: asking would fail.
    assert jars.class_path(_silent, locked, tmp_path) == [tmp_path / "a.jar", tmp_path / "b.jar"]


def test_one_flipped_bit_is_refused_by_name_with_both_digests(tmp_path: Path) -> None:
    jar = _jar(tmp_path, "kafka.jar", b"\x00" * 1000)
    (tmp_path / "kafka.jar").write_bytes(b"\x00" * 999 + b"\x01")
    with pytest.raises(JarDigestError) as refusal:
        jars.class_path(_silent, [jar], tmp_path)
    words = str(refusal.value)
    assert str(tmp_path / "kafka.jar") in words
    assert jar.sha256 in words
    assert jars.digest_of(tmp_path / "kafka.jar") in words
    assert "Delete that file" in words


def test_missing_jar_is_fetched_verified_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = tmp_path / "served"
    served.mkdir()
    jar = _jar(served, "a.jar", b"body")
    asked: list[str] = []

    def repository(coordinate: str, place: Path) -> Path:
        asked.append(coordinate)
        if len(asked) == 1:
            raise ConnectionError("the line dropped")
        place.mkdir()
        return Path((served / "a.jar").rename(place / "a.jar"))

    monkeypatch.setattr(jars, "_ask_repository", repository)
    cache = tmp_path / "cache"
    assert jars.class_path(_silent, [jar], cache) == [cache / "a.jar"]
    assert (cache / "a.jar").read_bytes() == b"body"
    assert len(asked) == 2


def test_fetched_jar_with_another_digest_never_enters_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jar = jars.Jar("org.example:a:1", "a.jar", "0" * 64)

    def repository(coordinate: str, place: Path) -> Path:
        place.mkdir()
        (place / "a.jar").write_bytes(b"something else")
        return place / "a.jar"

    monkeypatch.setattr(jars, "_ask_repository", repository)
    with pytest.raises(JarDigestError):
        jars.class_path(_silent, [jar], tmp_path / "cache")
    assert not (tmp_path / "cache" / "a.jar").exists()


def test_silent_repository_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def repository(coordinate: str, place: Path) -> Path:
        raise ConnectionError("network is unreachable")

    monkeypatch.setattr(jars, "_ask_repository", repository)
    jar = jars.Jar("org.example:a:1", "a.jar", "0" * 64)
    with pytest.raises(JarFetchError, match=r"org.example:a:1 .*unreachable.*HTTPS_PROXY"):
        jars.class_path(_silent, [jar], tmp_path / "cache")
