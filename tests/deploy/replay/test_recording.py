"""A sealed recording gives back what was heard, and names what was changed."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import fastavro
import pytest

from deploy.replay.recording import manifest as seals
from deploy.replay.recording.container import DamagedError
from deploy.replay.recording.making import making
from deploy.replay.recording.reading import recorded
from schemas.clock import iso
from schemas.errors import SettingsError
from schemas.records import RawMention
from streams.replay.reel import log_of
from tests.builders import entity
from tests.deploy.replay.small_recording import as_it_arrived, record_world
from tests.streams.replay.small_world import ENTITIES, SOURCES, alerts, mentions


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("recordings") / "world"
    record_world(out)
    return out


@pytest.fixture
def copy(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "copy"))


def by_interval(shown: object) -> list[tuple[int, set[str]]]:
    return [(t.n, {raw.id for raw in said}) for said, t in shown]  # type: ignore[attr-defined]


def test_partitions_are_merged_by_their_ticks(sound: Path) -> None:
    """Late ones where they stood, early ones in their own time, each source as one partition."""
    folder = recorded(sound)
    shown = list(folder.reel())
    assert by_interval(shown) == by_interval(as_it_arrived())
    assert {tuple(sorted(t.present.items())) for _, t in shown} == {
        tuple((source, 1) for source in SOURCES)
    }
    heard = [r for r in log_of(iter(shown)) if isinstance(r, RawMention)]
    assert sorted(heard, key=lambda m: (m.known_time, m.id)) == list(mentions())


def test_catalogue_and_alerts_come_back_equal(sound: Path) -> None:
    folder = recorded(sound)
    assert [e for _, e in folder.entities()] == list(ENTITIES)
    assert sorted(folder.alerts(), key=lambda a: (a.alert_id, a.step)) == sorted(
        alerts(), key=lambda a: (a.alert_id, a.step))
    assert folder.from_the_start()
    catalogue_at = folder.catalogue_at({})
    assert catalogue_at(2) is catalogue_at(2)
    assert catalogue_at(1).version == 1


def test_any_avro_reader_can_open_it(sound: Path) -> None:
    rows = []
    for file in sorted(sound.glob("raw.reddit-*.avro")):
        with file.open("rb") as opened:
            rows += list(fastavro.reader(opened))
    titles = {row["record"]["title"] for row in rows if "title" in row["record"]}
    assert titles == {m.title for m in mentions() if m.source == "reddit"}
    dated = next(row["record"] for row in rows if "title" in row["record"])
    assert iso(round(dated["known_time"].timestamp() * 1000)) <= iso(mentions()[-1].known_time)


def test_equal_records_give_equal_seals(sound: Path, tmp_path: Path) -> None:
    again = record_world(tmp_path / "again")
    assert again.seal == seals.read(sound).seal
    assert seals.damages(sound, again) == []


@pytest.mark.parametrize("where", [0.01, 0.3, 0.6, 0.9, 0.9999])
def test_one_flipped_byte_is_named_with_its_file_and_block(copy: Path, where: float) -> None:
    file = copy / "raw.reddit-1.avro"
    flip(file, int(where * file.stat().st_size))
    (found,) = seals.damages(copy, seals.read(copy))
    assert found.startswith("raw.reddit-1.avro: ")
    assert "the header before block 0" in found if where < 0.02 else "block 0 of 1" in found
    with pytest.raises(DamagedError, match=r"raw\.reddit-1\.avro"):
        recorded(copy)


def flip(file: Path, at: int) -> None:
    told = bytearray(file.read_bytes())
    told[at] ^= 0x10
    file.write_bytes(told)


def cut_off(folder: Path) -> None:
    file = folder / "ticks-0.avro"
    file.write_bytes(file.read_bytes()[:-9])


def append(folder: Path) -> None:
    with (folder / "ticks-0.avro").open("ab") as file:
        file.write(b"more")


def rewrite(folder: Path) -> None:
    file = folder / seals.NAME
    told = json.loads(file.read_text("utf-8"))
    told["config"]["gates"]["min_types"] = 1
    file.write_text(json.dumps(told), "utf-8")


def reseal(folder: Path) -> None:
    """A forger who does all sums anew."""
    rewrite(folder)
    seals.write(folder, seals.sealed(seals.read(folder)))


@pytest.mark.parametrize(("change", "named"), [
    (cut_off, "ticks-0.avro: block 0 of 1"),
    (append, "ticks-0.avro: 4 bytes behind the last block"),
    (lambda folder: (folder / "ticks-0.avro").unlink(), "ticks-0.avro: No such file"),
    (lambda folder: (folder / "raw.x-0.avro").write_bytes(b""), "raw.x-0.avro: not in the mani"),
    (rewrite, "its seal does not fit"),
    (reseal, "its seal is"),
])
def test_whatever_was_changed_is_named(
    copy: Path, change: Callable[[Path], None], named: str
) -> None:
    seal = seals.read(copy).seal
    change(copy)
    found = seals.damages(copy, seals.read(copy), seal)
    assert [words for words in found if named in words], found


def test_a_broken_manifest_is_named(copy: Path) -> None:
    (copy / seals.NAME).write_text("{", "utf-8")
    with pytest.raises(DamagedError, match=r"manifest\.json: Input data was truncated"):
        recorded(copy)


def test_a_folder_without_a_manifest_is_no_recording(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is no recording"):
        recorded(tmp_path)


def test_a_recording_that_is_cut_short_leaves_nothing(tmp_path: Path) -> None:
    def cut_short() -> None:
        with making(tmp_path / "out") as made:
            made.add("entities", 0, 0, entity())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut_short()
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over(sound: Path) -> None:
    with pytest.raises(SettingsError, match="is there already"):
        record_world(sound)
