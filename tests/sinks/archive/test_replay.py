"""What a topic held can be replayed from its archive, to the same bytes."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest
from msgspec import to_builtins
from msgspec.structs import replace

from deploy.replay.recording import manifest as seals
from deploy.replay.recording.container import entries
from deploy.replay.recording.from_archive import is_archive, record_archive
from deploy.replay.recording.manifest import Manifest
from schemas.clock import MINUTE_MS, iso
from schemas.errors import SettingsError
from sinks.archive.store import Store
from streams.core.config import CoreConfig
from streams.settings import StreamSettings
from tests.deploy.replay.small_recording import record_world
from tests.sinks.archive.building import LATER, archive_of, extent, feed, message, section
from tests.streams.replay.small_world import mentions

BEGIN = mentions()[0].known_time


def archive_world(folder: Path, recorded: Path, manifest: Manifest) -> None:
    """As if the archive had read the topics that the recording is of."""
    topics = {file.topic for file in manifest.files}
    store = Store(section(folder))
    for topic in topics:
        log = [
            message(offset, record, file.partition, BEGIN + offset * MINUTE_MS)
            for file in manifest.files
            if file.topic == topic
            for offset, record in entries(recorded / file.file)
        ]
        made = archive_of(store, f"test.{topic}")
        made.begin(extent(log), LATER)
        feed(made, sorted(log, key=lambda one: one.timestamp))
        made.settle(LATER, 0.0, all_of_it=True)
        made.drop()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Manifest]:
    """The archive, with the recording that it is of beside it."""
    folder = tmp_path_factory.mktemp("world")
    manifest = record_world(folder / "recorded")
    archive_world(folder / "archive", folder / "recorded", manifest)
    return folder / "archive", manifest


def test_a_recording_from_the_archive_is_that_of_the_topics_to_the_byte(
    archive: tuple[Path, Manifest], tmp_path: Path
) -> None:
    folder, before = archive
    found = record_archive(section(folder), "test", tmp_path / "again", CoreConfig())
    told = [(file.file, file.sha256) for file in found.files]
    assert told == [(file.file, file.sha256) for file in before.files]
    assert (found.mentions, found.first_tick, found.last_tick, found.sources) == (
        before.mentions,
        before.first_tick,
        before.last_tick,
        tuple(sorted(before.sources)),
    )


def test_a_range_of_time_is_part_of_it_with_the_whole_catalogue(
    archive: tuple[Path, Manifest], tmp_path: Path
) -> None:
    folder, before = archive
    since = BEGIN + 400 * MINUTE_MS
    found = record_archive(section(folder), "test", tmp_path / "part", CoreConfig(), since)
    assert 0 < found.mentions < before.mentions
    assert found.first_tick == before.first_tick + 400
    whole = [(f.topic, f.sha256) for f in (*found.files, *before.files) if f.topic == "entities"]
    assert len(set(whole)) == 1


def test_an_archive_is_replayed_like_a_recording(
    archive: tuple[Path, Manifest],
    tmp_path: Path,
    heat_here: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    folder, manifest = archive
    copytree(folder.with_name("recorded"), tmp_path / "recorded")
    # Sealed with the settings of this deployment, which are those of what its archive holds.
    core = StreamSettings.load().core
    own = replace(manifest, config=to_builtins(core), config_hash=core.hash)
    seals.write(tmp_path / "recorded", seals.sealed(own))
    assert is_archive(folder)
    assert not is_archive(tmp_path / "recorded")
    digests = []
    since = iso(BEGIN - MINUTE_MS)  # nothing was written before
    by_address = ("--archive", str(folder), "--from", since, "--to", "2027-01-01")
    for what in ((str(folder),), (str(tmp_path / "recorded"),), by_address):
        told = heat_here("replay", *what, "--in-process", HEAT_KAFKA__NAMESPACE="test")
        assert told.returncode == 0, told.stderr
        digests.append(told.stdout.split()[-1])
    assert digests == digests[:1] * 3


def test_an_archive_without_ticks_is_no_recording(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="has no ticks"):
        record_archive(section(tmp_path), "test", tmp_path / "out", CoreConfig())
    with pytest.raises(SettingsError, match="no topic 'nonsense'"):
        record_archive(section(tmp_path), "", tmp_path / "out", CoreConfig(), topics=["nonsense"])
