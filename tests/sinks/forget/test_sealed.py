"""Files of the archive without somebody's words, and a chain that proves itself all the same."""

from pathlib import Path

import pytest

from schemas.clock import HOUR_MS
from schemas.records import RawMention
from sinks.archive.chain import Chain
from sinks.archive.forgotten import ForgottenList
from sinks.archive.segment import Message
from sinks.archive.store import Store
from sinks.forget.blanking import Gone
from sinks.forget.sealed import Sealed
from sinks.forget.sought import Author, Sought
from tests.builders import NOON, mention, raw
from tests.sinks.archive.building import (
    LATER,
    TOPIC,
    KilledError,
    MortalStore,
    archive_of,
    archived,
    contents,
    extent,
    feed,
    message,
    problems,
    section,
    some_log,
)

SAID = raw("t3_4", NOON + 4 * 600_000)


def quiet(_done: int, _all: int) -> None:
    """Nobody watches."""


def forget(store: Store, sought: Sought) -> int:
    sealed = Sealed(store, "")
    sealed.learn(sought, quiet)
    sealed.remember(sought, LATER)
    paths = {place.where for place in sealed.find(sought, quiet)}
    return sealed.blank(sought, paths, LATER, quiet)


def words_left(store: Store, sought: Sought) -> int:
    return len(list(Sealed(store, "").find(sought, quiet)))


def texts(folder: Path) -> bytes:
    """All that any reader of the folder could find, unpacked."""
    import fastavro

    found = b""
    for path in folder.rglob("*.avro"):
        with path.open("rb") as file:
            found += "".join(str(row) for row in fastavro.reader(file)).encode()
    return found + b"".join(path.read_bytes() for path in folder.rglob("*.json"))


def test_a_mention_goes_and_all_else_is_as_it_was(tmp_path: Path) -> None:
    log, store = some_log(30), Store(section(tmp_path))
    archived(store, log)
    before = contents(store)
    assert b"(t3_4)" in texts(tmp_path)
    assert forget(store, Sought(ids={SAID.id})) == 1
    assert b"(t3_4)" not in texts(tmp_path)
    assert problems(store) == []
    changed = [(old, new) for old, new in zip(before, contents(store), strict=True) if old != new]
    [(old, new)] = changed
    assert old[2] == SAID
    assert isinstance(new[2], RawMention)
    assert (new[2].id, new[2].deleted, new[2].title) == (SAID.id, True, "")
    entries = list(Chain(store, TOPIC).entries())
    assert [entry.forgotten for entry in entries if entry.kind == "rewritten"] == [1]
    assert sum(file.forgotten for file in Chain(store, TOPIC).holding().files.values()) == 1
    assert forget(store, Sought(ids={SAID.id})) == 0
    assert len(list(Chain(store, TOPIC).entries())) == len(entries)


def test_an_author_goes_with_everything_they_said_and_what_was_made_of_it(tmp_path: Path) -> None:
    store = Store(section(tmp_path))
    others = [raw(f"t3_{n}", author="somebody-else") for n in range(3)]
    theirs = [raw(f"t3_{n}", author="Tidewatcher") for n in range(3, 5)]
    archived(store, [message(n, one) for n, one in enumerate([*others, *theirs])])
    made = archive_of(store, "mentions")
    log = [message(0, mention(raw_id=theirs[0].id, title="quoted words"), 0)]
    made.begin(extent(log), LATER)
    feed(made, log)
    made.settle(LATER, 0.0, all_of_it=True)
    sought = Sought(author=Author("reddit", "tidewatcher"))
    assert forget(store, sought) == 3
    assert len(sought.raw) == 2
    assert len(sought.derived) == 1
    told = texts(tmp_path).lower()
    assert b"tidewatcher" not in told
    assert b"quoted words" not in told
    assert b"somebody-else" in told
    assert problems(store) == problems(store, "mentions") == []
    assert Sought(author=Author("x", "tidewatcher")).author != sought.author


def test_killed_at_every_change_it_is_forgotten_when_it_is_asked_again(tmp_path: Path) -> None:
    log, lives = some_log(30), 0
    while True:
        folder = tmp_path / str(lives)
        archived(Store(section(folder)), log)
        try:
            forget(MortalStore(section(folder), lives), Sought(ids={SAID.id}))
        except KilledError:
            lives += 1
        else:
            break
        store = Store(section(folder))
        forget(store, Sought(ids={SAID.id}))
        assert words_left(store, Sought(ids={SAID.id})) == 0
        archived(store, log)  # a sink that begins behind it
        assert b"(t3_4)" not in texts(folder)
        assert [p for p in problems(store) if "_pending" not in p] == []
        assert len(contents(store)) == 30
    assert lives >= 5


def test_what_reaches_the_archive_late_is_sealed_without_their_words(tmp_path: Path) -> None:
    """Before it was asked, while the file grows, and after."""
    store = Store(section(tmp_path))
    made = archive_of(store)
    log: list[Message] = [message(0, SAID), message(1, raw("t3_9")), message(2, SAID)]
    made.begin(extent(log), LATER)
    made.take(log[0], LATER, 0.0)
    ForgottenList(store).add(Gone(frozenset({SAID.id})), "asked", LATER)
    made.take(log[1], LATER, 0.0)
    made.settle(LATER, 0.0, all_of_it=True)
    made.take(log[2], LATER, 0.0)
    made.settle(LATER, 0.0, all_of_it=True)
    assert b"(t3_4)" not in texts(tmp_path)
    assert b"(t3_9)" in texts(tmp_path)
    assert problems(store) == []
    assert [f.forgotten for f in Chain(store, TOPIC).holding().files.values()] == [1, 1]


def test_a_deletion_on_the_topic_is_listed_and_empties_what_stands_in_its_file(
    tmp_path: Path,
) -> None:
    store = Store(section(tmp_path))
    gone = raw("t3_4", NOON, title="", author=None, url=None, deleted=True)
    archived(store, [message(0, SAID), message(1, raw("t3_5")), message(2, gone)])
    assert ForgottenList(store).now().raw_ids == {SAID.id}
    assert b"(t3_4)" not in texts(tmp_path)
    assert b"(t3_5)" in texts(tmp_path)


def test_a_deletion_reaches_the_files_before_it_with_a_sweep(tmp_path: Path) -> None:
    store = Store(section(tmp_path))
    gone = raw("t3_4", LATER, title="", author=None, url=None, deleted=True)
    log = [message(0, SAID), message(1, gone, timestamp=NOON + 9 * HOUR_MS)]
    archived(store, log)
    assert b"(t3_4)" in texts(tmp_path)
    assert forget(store, Sought(sweep=True)) == 1
    assert b"(t3_4)" not in texts(tmp_path)
    assert problems(store) == []


def test_a_sink_that_seals_meanwhile_goes_on(tmp_path: Path) -> None:
    log, store = some_log(30), Store(section(tmp_path))
    made = archive_of(store)
    made.begin(extent(log), LATER)
    feed(made, log[:24])
    made.settle(LATER, 0.0, all_of_it=True)
    for one in log[24:]:
        made.take(one, LATER, 0.0)
    assert forget(store, Sought(ids={SAID.id})) == 1
    assert made.settle(LATER, 0.0, all_of_it=True) > 0
    assert len(contents(store)) == 30
    assert problems(store) == []
    assert b"(t3_4)" not in texts(tmp_path)


@pytest.mark.parametrize("asked", [Sought(ids={"nobody"}), Sought(author=Author("x", "nobody"))])
def test_who_is_not_there_changes_nothing(tmp_path: Path, asked: Sought) -> None:
    store = Store(section(tmp_path))
    archived(store, some_log(12))
    before = store.names("")
    assert forget(store, asked) == 0
    assert store.names("") == before
