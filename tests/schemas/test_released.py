"""A released schema file never changes: whoever has its id has its text."""

import shutil
from hashlib import sha256
from pathlib import Path

import pytest

import schemas

FOLDER = Path(schemas.__file__).parent / "avro"
MANIFEST = "SHA256SUMS"


def released(folder: Path) -> dict[str, str]:
    """File name -> digest, as written down when it was released."""
    lines = (folder / MANIFEST).read_text("utf-8").splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def violations(folder: Path) -> list[str]:
    """What is wrong with a folder of schema files, each named with what to do."""
    there = {file.name: sha256(file.read_bytes()).hexdigest() for file in folder.glob("*.avsc")}
    written = released(folder)
    found = [f"{n} is gone: a released file stays" for n in written if n not in there]
    for name, digest in sorted(there.items()):
        if name not in written:
            found.append(f"{name} is new: add '{digest}  {name}' to {MANIFEST}")
        elif written[name] != digest:
            found.append(f"{name} has changed: restore it and add a new version instead")
    return found


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "avro"))


def test_no_released_file_has_changed() -> None:
    assert violations(FOLDER) == []


def test_a_changed_file_is_named(copied: Path) -> None:
    file = copied / "heat.v1.0.avsc"
    file.write_text(file.read_text("utf-8").replace('"double"', '"float"', 1), "utf-8")
    assert violations(copied) == [
        "heat.v1.0.avsc has changed: restore it and add a new version instead"
    ]


def test_a_removed_file_is_named(copied: Path) -> None:
    (copied / "tick.v1.0.avsc").unlink()
    assert violations(copied) == ["tick.v1.0.avsc is gone: a released file stays"]


def test_a_new_file_is_to_be_written_down(copied: Path) -> None:
    shutil.copy(copied / "heat.v1.0.avsc", copied / "heat.v1.1.avsc")
    assert [violation.split(":")[0] for violation in violations(copied)] == [
        "heat.v1.1.avsc is new"
    ]
