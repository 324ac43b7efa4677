"""Whatever is changed in a sealed recording, `heat verify` says where, and never with exit 0."""

import json
import random
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from deploy.cli.main import main
from deploy.replay.plan import Plan
from deploy.replay.recording import container
from deploy.replay.recording import manifest as seals
from deploy.replay.recording.container import Sealed
from deploy.replay.verify import Wanted
from deploy.replay.verify import verify as verdict_over
from schemas.errors import HeatError
from tests.deploy.replay.small_recording import record_world
from tests.streams.replay.small_world import alerts

FLIPS = 30  # in each file; there are more than ten
Verify = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording whose files have several blocks."""
    out = tmp_path_factory.mktemp("recordings") / "world"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(container, "BLOCK_BYTES", 4096)
        record_world(out, alerts())
    assert max(len(one.blocks) for one in seals.read(out).files) > 2
    return out


@pytest.fixture
def copy(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "copy"))


@pytest.fixture
def verify(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Verify:
    """The command as a person runs it: exit code, and all that it said."""
    monkeypatch.setenv("HEAT_STACK__HOME", str(tmp_path / "no-stack"))

    def run(*words: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["heat", "verify", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    return run


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def flipped(told: bytes, at: int, by: int) -> bytes:
    return told[:at] + bytes([told[at] ^ by]) + told[at + 1 :]


def test_a_sound_recording_is_proved(sound: Path, verify: Verify) -> None:
    code, said = verify(sound)
    assert (code, "0 differ" in said) == (0, True), said


def told_of(folder: Path) -> str:
    """What the command would say is wrong; "" for nothing."""
    try:
        verdict = verdict_over(folder, Plan(folder), Wanted())
    except HeatError as refusal:
        return str(refusal)
    return "; ".join(verdict.damaged)


def test_every_flipped_byte_is_named_with_its_file(copy: Path, verify: Verify) -> None:
    """All kinds of files: raw topics, ticks, catalogue, alerts, and the manifest over them."""
    dice = random.Random(20261122)
    files = names(copy)
    assert len(files) * FLIPS >= 300
    for name in files:
        whole = (copy / name).read_bytes()
        for _ in range(FLIPS):
            at, by = dice.randrange(len(whole)), dice.randrange(1, 256)
            (copy / name).write_bytes(flipped(whole, at, by))
            assert name in told_of(copy), (name, at, by)
        code, said = verify(copy)  # the last of them, as a person sees it
        assert (code in {1, 2}, name in said) == (True, True), said
        (copy / name).write_bytes(whole)
    assert seals.damages(copy, seals.read(copy)) == [], "it was the flip"


def test_a_flip_in_a_block_names_that_block(copy: Path) -> None:
    dice, told = random.Random(3), seals.read(copy)
    one = max(told.files, key=lambda f: len(f.blocks))
    whole = (copy / one.file).read_bytes()
    for number, block in enumerate(one.blocks):
        at = block.offset + dice.randrange(block.size)
        (copy / one.file).write_bytes(flipped(whole, at, 1))
        (found,) = seals.damages(copy, told)
        assert found.startswith(f"{one.file}: block {number} of {len(one.blocks)} is damaged")


def largest(folder: Path) -> Sealed:
    return max(seals.read(folder).files, key=lambda f: len(f.blocks))


def swap_blocks(folder: Path) -> str:
    one = largest(folder)
    whole = (folder / one.file).read_bytes()
    parts = [whole[b.offset : b.offset + b.size] for b in one.blocks]
    parts[0], parts[1] = parts[1], parts[0]
    (folder / one.file).write_bytes(whole[: one.blocks[0].offset] + b"".join(parts))
    assert (folder / one.file).stat().st_size == one.size
    return f"{one.file}: block 0 of"


def take_out_a_block(folder: Path) -> str:
    one = largest(folder)
    whole, lost = (folder / one.file).read_bytes(), one.blocks[1]
    (folder / one.file).write_bytes(whole[: lost.offset] + whole[lost.offset + lost.size :])
    return f"{one.file}: block 1 of"


def cut_to_nothing(folder: Path) -> str:
    (folder / "alerts-0.avro").write_bytes(b"")
    return "alerts-0.avro: "


def append_a_byte(folder: Path) -> str:
    with (folder / "entities-0.avro").open("ab") as file:
        file.write(b"\0")
    return "entities-0.avro: 1 bytes behind the last block"


def remove_a_file(folder: Path) -> str:
    (folder / "alerts-1.avro").unlink()
    return "alerts-1.avro: No such file"


def put_a_folder_in_its_place(folder: Path) -> str:
    (folder / "ticks-0.avro").unlink()
    (folder / "ticks-0.avro").mkdir()
    return "ticks-0.avro: Is a directory"


def remove_the_manifest(folder: Path) -> str:
    (folder / seals.NAME).unlink()
    return "manifest.json: No such file"


def edit_the_settings(folder: Path) -> str:
    return edit(folder, lambda told: told["config"]["gates"].update(min_types=1), "its seal does")


def mention_another_recording(folder: Path) -> str:
    return edit(folder, lambda told: told["files"][0].update(file="../elsewhere.avro"),
                "'../elsewhere.avro' is no file of this folder")


def say_more_than_is_sealed(folder: Path) -> str:
    return edit(folder, lambda told: told.update(comment="all is well"), "line ")


def edit(folder: Path, change: Callable[[dict[str, object]], object], named: str) -> str:
    told = json.loads((folder / seals.NAME).read_bytes())
    change(told)
    (folder / seals.NAME).write_text(json.dumps(told, indent=1), "utf-8")
    return f"manifest.json: {named}"


def hash_anew_but_break_the_chain(folder: Path) -> str:
    """Every digest fits, and the seal; one link of the chain is of another recording."""
    told = seals.read(folder)
    forged = msgspec.structs.replace(told.files[2], chain=told.files[1].chain)
    files = (*told.files[:2], forged, *told.files[3:])
    bare = msgspec.structs.replace(told, files=files)
    seals.write(folder, msgspec.structs.replace(bare, seal=seals._seal(bare)))
    return "manifest.json: the chain over its files is broken"


@pytest.mark.parametrize("change", [
    swap_blocks, take_out_a_block, cut_to_nothing, append_a_byte, remove_a_file,
    put_a_folder_in_its_place, remove_the_manifest, edit_the_settings, mention_another_recording,
    say_more_than_is_sealed, hash_anew_but_break_the_chain,
])
def test_what_was_done_to_a_recording_is_said(
    copy: Path, verify: Verify, change: Callable[[Path], str]
) -> None:
    named = change(copy)
    code, said = verify(copy)
    assert code in {1, 2}, said
    assert named in said.replace("\n", ""), said


def test_a_file_cut_anywhere_is_named(copy: Path) -> None:
    dice = random.Random(5)
    for name in names(copy):
        whole = (copy / name).read_bytes()
        for _ in range(4):
            (copy / name).write_bytes(whole[: dice.randrange(len(whole))])
            assert name in told_of(copy)
        (copy / name).write_bytes(whole)
