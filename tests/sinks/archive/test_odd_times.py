"""Times that no calendar has: filed aside with the reason, and no listing stumbles over them."""

from pathlib import Path
from typing import Any

import fastavro
import msgspec
import pytest

from deploy.cli.archive import _plain, _summary, _tell
from schemas.clock import YEAR_1_MS, YEAR_10000_MS
from schemas.codec import encode
from schemas.records import RECORDS, Record
from schemas.registry import latest
from sinks.archive.chain import Chain
from sinks.archive.container import UNREADABLE
from sinks.archive.manifest import Entry, File
from sinks.archive.reading import stored
from sinks.archive.segment import Message, Segment, row_of
from sinks.archive.store import Store
from sinks.forget.blanking import Gone
from tests.builders import NOON, alert, heat, raw, receipt
from tests.sinks.archive.building import TOPIC, archived, message, problems, section

ODD = (10**17, -(10**17), 2**63 - 1, -(2**63), YEAR_10000_MS, YEAR_1_MS - 1)


def opened_by_anyone(folder: Path, kind: str) -> list[Any]:
    """As a reader that knows nothing of us makes datetimes of times."""
    found: list[Any] = []
    for path in sorted(folder.glob(f"{TOPIC}/{kind}/*/*/*.avro")):
        with path.open("rb") as file:
            found += fastavro.reader(file)
    return found


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("name", ["event_time", "known_time"])
def test_a_record_of_no_date_is_filed_with_its_bytes_and_the_reason(name: str, odd: int) -> None:
    times: Any = {"event_time": NOON, "known_time": NOON, name: odd}
    record = raw(**times)
    kind, row = row_of(message(7, record))
    assert kind == UNREADABLE
    assert row["_reason"] == f"the time {odd} ms is not in the years 1 to 9999"
    assert (row["_value"], row["_offset"]) == (encode(record), 7)


@pytest.mark.parametrize("edge", [YEAR_1_MS, -1, 0, YEAR_10000_MS - 1])
def test_the_first_and_the_last_that_a_calendar_has_stay_records(edge: int) -> None:
    assert row_of(message(0, raw(event_time=edge)))[0] == "raw-mention"


@pytest.mark.parametrize(
    "record",
    [
        heat(receipts=(receipt(), receipt(known_time=10**17))),
        alert(receipts=(receipt(event_time=-(10**17)),)),
    ],
    ids=["in a list", "in another list"],
)
def test_a_time_deep_within_a_record_counts_too(record: Record) -> None:
    assert row_of(message(0, record))[0] == UNREADABLE


def test_anybody_reads_every_file_and_no_offset_is_missing(tmp_path: Path) -> None:
    store = Store(section(tmp_path))
    log = [message(0, raw("t3_0"))]
    log += [
        message(n, raw(f"t3_{n}", event_time=NOON, known_time=odd))
        for n, odd in enumerate(ODD, start=1)
    ]
    archived(store, log)
    assert [row["id"] for row in opened_by_anyone(tmp_path, "raw-mention")] == [raw("t3_0").id]
    aside = opened_by_anyone(tmp_path, UNREADABLE)
    assert [row["_value"] for row in aside] == [one.value for one in log[1:]]
    assert [one.record is None for one in stored(store, TOPIC)] == [False, *(True for _ in ODD)]
    assert problems(store) == []


def test_a_deletion_of_no_date_is_heard_all_the_same() -> None:
    growing = Segment(TOPIC, NOON // 3_600_000, 0.0)
    growing.add(message(0, raw("t3_gone", deleted=True, known_time=10**17)), Gone())
    taken_back = set(growing.taken_back)
    growing.close()
    assert taken_back == {raw("t3_gone").id}


def test_no_union_of_ours_has_two_things_in_which_a_time_may_lie() -> None:
    def unions(schema: Any) -> list[list[Any]]:
        if isinstance(schema, dict):
            return [one for part in schema.values() for one in unions(part)]
        if not isinstance(schema, list):
            return []
        inner = [one for part in schema for one in unions(part)]
        is_union = "null" in schema
        return [schema, *inner] if is_union else inner

    found = [one for r in RECORDS for one in unions(latest(r.schema_name).parsed)]
    assert found
    assert {len(one) for one in found} == {2}


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize(("first", "last"), [(-(2**63), NOON), (NOON, 2**63 - 1)])
def test_what_was_sealed_before_the_rule_is_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], first: int, last: int, as_json: bool
) -> None:
    store = Store(section(tmp_path))
    archived(store, [Message(0, 0, NOON, b"k", encode(raw()))])
    path = max((tmp_path / TOPIC / "_manifest").iterdir())
    entry = msgspec.json.decode(path.read_bytes(), type=Entry)
    odd = [msgspec.structs.replace(f, first_known=first, last_known=last) for f in entry.files]
    path.write_bytes(msgspec.json.encode(msgspec.structs.replace(entry, files=tuple(odd))))
    held = Chain(store, TOPIC).holding()
    files: list[File] = list(held.files.values())
    _tell(_summary(held, files), as_json)
    _tell(_plain(files[0]), as_json)
    told = capsys.readouterr().out.splitlines()
    number = first if first < 0 else last
    assert len(told) == 2
    for line in told:
        assert f"{number} ms" in line
        assert "2026-03-14T12:00:00Z" in line
