"""An archive into a sealed recording: what stood on the topics, long after they have dropped it."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.replay.recording import manifest as seals
from deploy.replay.recording.from_topics import BESIDE, RAW, WHOLE, Taken, manifest_of
from deploy.replay.recording.making import making
from deploy.replay.recording.manifest import Manifest
from deploy.replay.topic_reader import Place
from schemas.clock import Millis, iso
from schemas.errors import SettingsError
from schemas.settings import ArchiveSection
from schemas.topics import BY_NAME, qualified
from sinks.archive.manifest import FOLDER
from sinks.archive.reading import stored
from sinks.archive.store import Store
from streams.core.config import CoreConfig
from streams.settings import StreamSettings


def record_archive(
    archive: ArchiveSection, namespace: str, out: Path, core: CoreConfig, since: Millis = 0,
    until: Millis | None = None, topics: Sequence[str] = (),
) -> Manifest:
    """The sealed recording's manifest; what was forgotten is not in it.

    `since` is by the time at which the broker got a message, as for topics. Raises SettingsError
    for an unknown topic and when there is nothing to replay, DamagedError for a broken file.
    """
    wanted = topics or (*RAW, *BESIDE)
    unknown = [topic for topic in wanted if topic not in BY_NAME]
    if unknown:
        raise SettingsError(f"no topic {unknown[0]!r}; `heat topics list` names all")
    store = Store(archive)
    with making(out) as made:
        taken = Taken(made, until)
        for topic in dict.fromkeys((*wanted, "entities", "ticks")):
            begin = 0 if topic in WHOLE else since
            for one in stored(store, qualified(namespace, topic), begin):
                if one.record is None:
                    taken.unreadable += 1
                else:
                    taken.keep(Place(topic, one.partition, one.offset), one.record)
        if not made.ticks:
            raise SettingsError(
                f"archive {store.address} has no ticks{f' since {iso(since)}' if since else ''}:"
                " there is nothing to replay"
            )
        manifest = manifest_of(taken, namespace, core, since, "archive")
        seals.write(made.folder, manifest)
    return manifest


def is_archive(folder: Path) -> bool:
    """Whether it is an archive of ours, and no recording."""
    return not (folder / seals.NAME).exists() and any(folder.glob(f"*/{FOLDER}"))


@contextmanager
def unpacked(file: Path) -> Iterator[Path]:
    """The file as it is, or for the folder of an archive a recording of all that is in it."""
    if not file.is_dir() or not is_archive(file):
        yield file
        return
    with fetched(ArchiveSection(address=str(file))) as out:
        yield out


@contextmanager
def fetched(
    archive: ArchiveSection, since: Millis | None = None, until: Millis | None = None
) -> Iterator[Path]:
    """A recording, for as long as it is needed, of what the archive holds of a range of time."""
    settings = StreamSettings.load()
    with tempfile.TemporaryDirectory(prefix="heat-archive-") as folder:
        out = Path(folder) / "archive"
        record_archive(archive, settings.kafka.namespace, out, settings.core, since or 0, until)
        yield out
