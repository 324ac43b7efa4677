"""What a report says, to people and to scripts."""

from pathlib import Path

import pytest
from msgspec import to_builtins
from pydantic import SecretStr

from deploy.cli.forget import backups_told
from schemas.clock import DAY_MS
from schemas.settings import BackupSection
from sinks.forget.report import SEGMENT_MS, Place, Report, grouped, told
from sinks.forget.run import _untold
from sinks.forget.sought import Author, Sought
from tests.builders import NOON, raw
from tests.sinks.archive.s3 import SECRET


def place(number: int, **changes: object) -> Place:
    fields: dict[str, object] = {
        "store": "topic",
        "where": "raw.reddit",
        "kind": "raw-mention",
        "id": f"raw-{number}",
        "at": f"0/{number}",
    }
    return Place(**{**fields, **changes})  # type: ignore[arg-type]


def report(**changes: object) -> Report:
    fields: dict[str, object] = {
        "asked": "author nova of reddit",
        "at": "2026-03-14T12:00:00Z",
        "dry_run": False,
        "raw_mentions": 2,
        "derived": 3,
        "found": (),
        "blanked": {"table": 5},
        "tombstones": 2,
        "left": (),
        "expires": (),
        "not_searched": (),
        "notes": (),
    }
    return Report(**{**fields, **changes})  # type: ignore[arg-type]


def test_places_are_counted_by_topic_and_gone_with_the_last_of_them() -> None:
    days = [NOON + n * DAY_MS + SEGMENT_MS for n in range(8)]
    found = grouped([place(n, gone_by=at) for n, at in enumerate(days)])
    assert [(one.where, one.records, one.gone_by) for one in found] == [
        ("raw.reddit", 8, "2026-03-28T12:00:00Z")
    ]
    assert found[0].places[0] == "raw-mention raw-0 at 0/0"
    assert len(found[0].places) == 5


def test_what_is_left_is_said_last_and_loudest() -> None:
    left = grouped([place(1, store="table", where="heat", at="")])
    lines = told(report(left=left, expires=grouped([place(2, gone_by=NOON)])))
    assert lines[-2] == "  STILL THERE: table heat: 1 (raw-mention raw-1)"
    assert lines[-1] == "a second search found words of theirs"
    assert "  until 2026-03-14T12:00:00Z in the log of raw.reddit: 1" in lines
    assert not report(left=left).proven
    assert told(report())[-1] == "a second search found nothing"
    assert told(report(dry_run=True))[-1] == "nothing was changed"


def test_backups_that_may_hold_it_are_named_and_none_is_made(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    assert backups_told(BackupSection(address=str(nowhere))) == []
    assert not nowhere.exists()
    assert backups_told(BackupSection(address=str(tmp_path))) == []
    for stamp in ("20260102T030405.678Z", "20260103T030405.678Z"):
        (tmp_path / f"heat-{stamp}.json").write_text("{}")
    [words] = backups_told(BackupSection(address=str(tmp_path)))
    assert words.startswith("2 backups at ")
    assert words.endswith(
        "the oldest heat-20260102T030405.678Z, the newest heat-20260103T030405.678Z"
    )


@pytest.mark.timeout(60)
def test_backups_out_of_reach_are_told_without_a_key() -> None:
    away = BackupSection(
        address="s3://nowhere/x",
        endpoint="http://127.0.0.1:9",
        access_key_id=SecretStr("nova"),
        secret_access_key=SecretStr(SECRET),
    )
    [words] = backups_told(away)
    assert words.startswith("backups at s3://nowhere/x cannot be listed: ")
    assert SECRET not in words


def test_a_message_that_nobody_could_read_is_asked_by_its_bytes() -> None:
    sought = Sought(ids={"nobody"})
    sought.learn("raw-mention", to_builtins(raw(id="nobody")))
    assert sought.speaks("dead-letter", {"value": b"\0\0\0 nobody said"})
    assert not sought.speaks("dead-letter", {"value": b"somebody else"})
    assert not sought.speaks("dead-letter", {"value": None})


@pytest.mark.parametrize(
    ("sought", "value", "may"),
    [
        (Sought(ids={"raw-1"}), b"..raw-1..", True),
        (Sought(ids={"raw-1"}), b"..raw-2..", False),
        (Sought(author=Author("reddit", "Tidewatcher")), b"..TideWatcher..", True),
        (Sought(author=Author("reddit", "tidewatcher")), b"..gullwing..", False),
        (Sought(author=Author("reddit", "\u00c9lodie")), "\u00e9lodie".encode(), True),
        (Sought(sweep=True), b"anything", True),
        (Sought(ids={f"raw-{n}" for n in range(500)}), b"anything", True),
    ],
)
def test_what_need_not_be_decoded_is_told_by_its_bytes(
    sought: Sought, value: bytes, may: bool
) -> None:
    assert sought.may_be_in(value) is may


def test_words_on_a_raw_topic_without_a_tombstone_behind_them_are_left() -> None:
    told_of, untold = place(1), place(2)
    sought = Sought(tombstones={"raw-1"})
    elsewhere = place(3, where="mentions")
    assert _untold(sought, [told_of, untold, elsewhere]) == [untold]
