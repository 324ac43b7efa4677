"""A run that was cut short goes on where it stood, and never from what is damaged or another's."""

import contextlib
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.core.config import CoreConfig
from streams.replay.batches import batches
from streams.replay.blocks import DamagedKeptError
from streams.replay.checkpoint import EVERY_S, NAME, Keeping, Place, keeping, pause
from streams.replay.crew import Here
from streams.replay.together import Together
from tests.streams.replay.small_world import SOURCES
from tests.streams.replay.test_together import LOG, summary, task

CUT = list(batches(LOG, SOURCES))


class CutShortError(Exception):
    """In place of a kill."""


def run(kept: Keeping, shares: int, place: Place | None, most: int) -> dict[str, Any]:
    """From where it stood, through `most` batches at the most."""
    with closing(Here(task(shares))) as crew:
        if place is not None:
            crew.restore(place.shares, kept.folder)
            together = Together(crew, CoreConfig(), place.resumed(), place.stories)
        else:
            together = Together(crew, CoreConfig())
        done = place.batch if place else -1
        left = (batch for batch in CUT if batch.number > done)
        for batch, asked, _ in together.run(left, lambda _: kept.ask(crew)):
            if asked:
                kept.keep(batch, together, asked)
            if batch.number - done == most:
                raise CutShortError
        return summary(together.account)


def life(folder: Path, shares: int, most: int, stood: int = -1) -> None:
    """From where it stands, through so many batches, to a sudden end."""
    with keeping(folder, "key", 0.0) as kept:
        assert kept is not None
        place = kept.found()
        assert (place.batch if place else -1) == stood
        run(kept, shares, place, most)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    with keeping(tmp_path_factory.mktemp("whole"), "key", 1e9) as kept:
        assert kept is not None
        return run(kept, 1, None, len(CUT) + 1)


@settings(deadline=None, max_examples=4, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, len(CUT) // 2)), min_size=1,
                max_size=4))
def test_whenever_it_is_cut_short_it_ends_as_if_it_was_not(
    reference: dict[str, Any], tmp_path_factory: pytest.TempPathFactory,
    lives: list[tuple[int, int]],
) -> None:
    """Each life has a number of shares of its own."""
    folder, stood = tmp_path_factory.mktemp("kept"), -1
    for shares, most in lives:
        if len(CUT) - 1 - stood <= most:
            break
        with pytest.raises(CutShortError):
            life(folder, shares, most, stood)
        stood += most
    with keeping(folder, "key", 0.0) as kept:
        assert kept is not None
        place = kept.found()
        assert place is not None
        assert place.tick == CUT[stood].last
        assert run(kept, 2, place, len(CUT) + 1) == reference
    assert not (folder / "key").exists(), "a run that came to its end leaves nothing"


@pytest.fixture
def stood(tmp_path: Path) -> Path:
    """The folder of a run that was cut short in the middle."""
    with pytest.raises(CutShortError):
        life(tmp_path, 2, len(CUT) // 2)
    return tmp_path / "key"


def test_only_the_files_of_the_last_place_are_left(stood: Path) -> None:
    """Shares that were ahead when it was cut short have written more, which nothing names."""
    number = len(CUT) // 2
    own = {f"share-{k}-{number}.bin" for k in (0, 1)}
    found = {file.name for file in stood.glob("share-*")}
    assert own <= found
    assert found - own <= {f"share-{k}-{number + more}.bin" for k in (0, 1) for more in (1, 2)}
    assert Keeping(stood).found() is not None
    assert {file.name for file in stood.iterdir()} == {"lock", NAME, *own}


@pytest.mark.parametrize("which", [NAME, "share-0", "share-1"])
def test_any_byte_that_changed_is_named(stood: Path, which: str) -> None:
    assert Keeping(stood).found() is not None
    (file,) = stood.glob(f"{which}*")
    sound, dice = file.read_bytes(), Random(3)
    for at in (0, len(sound) - 1, *(dice.randrange(len(sound)) for _ in range(20))):
        broken = bytearray(sound)
        broken[at] ^= 1 << dice.randrange(8)
        file.write_bytes(broken)
        with pytest.raises(DamagedKeptError, match=file.name):
            Keeping(stood).found()
    file.write_bytes(sound[:-3])
    with pytest.raises(DamagedKeptError, match=file.name):
        Keeping(stood).found()
    file.write_bytes(sound)
    assert Keeping(stood).found() is not None


def test_a_share_that_is_gone_is_named(stood: Path) -> None:
    assert Keeping(stood).found() is not None
    (file,) = stood.glob("share-1*")
    file.unlink()
    with pytest.raises(DamagedKeptError, match=rf"{file.name}: No such file"):
        Keeping(stood).found()


def test_the_place_of_another_run_is_named(stood: Path) -> None:
    other = stood.rename(stood.with_name("other"))
    with pytest.raises(DamagedKeptError, match="is of run key, not of this one"):
        Keeping(other).found()
    told = b"not a place"
    (other / NAME).write_bytes(sha256(told).digest() + told)
    with pytest.raises(DamagedKeptError, match=NAME):
        Keeping(other).found()


def test_of_two_that_run_the_same_the_second_keeps_nothing(tmp_path: Path) -> None:
    with keeping(tmp_path, "key") as first, keeping(tmp_path, "key") as second:
        assert first is not None
        assert second is None
        assert first.folder.exists()


def test_what_takes_long_to_write_is_written_more_seldom() -> None:
    assert pause(EVERY_S, 0.0) == pause(EVERY_S, 0.4) == EVERY_S
    assert pause(EVERY_S, 4.0) == 10 * EVERY_S
    assert pause(0.0, 4.0) == 0.0, "a test keeps the place behind every batch"


def test_a_run_that_never_came_to_a_place_leaves_no_folder(tmp_path: Path) -> None:
    seen: list[Path] = []
    with contextlib.suppress(CutShortError), keeping(tmp_path, "key") as kept:
        assert kept is not None
        seen += kept.folder.iterdir()
        raise CutShortError
    assert seen == [tmp_path / "key" / "lock"]
    assert list(tmp_path.iterdir()) == []


def test_what_killed_runs_left_without_a_place_goes_and_what_runs_stays(
    stood: Path, tmp_path: Path
) -> None:
    """A kill leaves the lock, which nobody holds then."""
    (tmp_path / "killed").mkdir()
    (tmp_path / "killed" / "lock").touch()
    with keeping(tmp_path, "runs") as running, keeping(tmp_path, "other") as other:
        assert running is not None
        assert other is not None
        assert {folder.name for folder in tmp_path.iterdir()} == {"key", "runs", "other"}
    assert [folder.name for folder in tmp_path.iterdir()] == [stood.name]
