"""Rows of a recording: each becomes a mention or a rejection that says why."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from producers.file.column_map import ColumnMapError, parse_map
from producers.file.formats import UnreadableFileError
from producers.file.recording import load_recording, sorted_by_known_time
from producers.file.rows import Rejection, read_rows
from schemas.clock import iso, parse_time
from schemas.codec import decode, encode
from schemas.errors import SettingsError
from schemas.records import RawMention

MAP = parse_map(
    "known_time=first_seen,event_time=publishedAt,text=title+description,url=url,channel=source"
)
ROW = {
    "first_seen": "2020-04-20T07:09:18Z",
    "publishedAt": "2020-04-18T06:47:23Z",
    "title": "A star returns",
    "description": "She is back.",
    "url": "https://example.org/a",
    "source": "Example",
}
RECORDING = (
    Path(__file__).parents[4]
    / "shared/data/history/newsapi_entertainment_2020-04_06/articles.jsonl.gz"
)


def jsonl(folder: Path, *rows: object) -> Path:
    path = folder / "rows.jsonl"
    path.write_bytes(
        b"\n".join(row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows)
    )
    return path


def only(results: Iterator[RawMention | Rejection]) -> RawMention:
    (mention,) = results
    assert isinstance(mention, RawMention)
    return mention


def reason(folder: Path, row: object) -> str:
    first, second = read_rows(jsonl(folder, ROW, row), MAP, "newsapi")
    assert isinstance(first, RawMention)
    assert isinstance(second, Rejection)
    assert second.row_number == 2
    return second.reason


def test_row_becomes_a_mention_that_survives_the_codec(tmp_path: Path) -> None:
    mention = only(read_rows(jsonl(tmp_path, ROW), MAP, "newsapi"))
    assert (mention.title, mention.text) == ("A star returns", "She is back.")
    assert (mention.source, mention.source_type) == ("newsapi", "news")
    assert iso(mention.known_time) == ROW["first_seen"]
    assert iso(mention.event_time) == ROW["publishedAt"]
    assert mention.native_id == mention.url == ROW["url"]
    assert decode(encode(mention)) == mention


def test_same_file_gives_the_same_mentions_twice(tmp_path: Path) -> None:
    path = jsonl(tmp_path, ROW, ROW | {"url": "https://example.org/b"})
    assert list(read_rows(path, MAP, "newsapi")) == list(read_rows(path, MAP, "newsapi"))


def test_future_publish_time_is_clamped_to_the_known_time(tmp_path: Path) -> None:
    late = ROW | {"publishedAt": "2020-04-21T00:00:00Z"}
    mention = only(read_rows(jsonl(tmp_path, late), MAP, "newsapi"))
    assert mention.event_time == mention.known_time


def test_missing_publish_time_is_the_known_time(tmp_path: Path) -> None:
    mention = only(read_rows(jsonl(tmp_path, ROW | {"publishedAt": None}), MAP, "newsapi"))
    assert mention.event_time == mention.known_time


def test_row_without_url_is_named_by_its_mapped_columns(tmp_path: Path) -> None:
    without = ROW | {"url": None}
    path = jsonl(tmp_path, without, without | {"title": "Another"}, without | {"unmapped": 1})
    first, other, copy = (r for r in read_rows(path, MAP, "newsapi") if isinstance(r, RawMention))
    assert first.id == copy.id != other.id
    assert first.url is None


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (ROW | {"first_seen": None}, "missing known_time (column 'first_seen')"),
        (ROW | {"first_seen": "yesterday"}, "unreadable time in 'first_seen': 'yesterday'"),
        (ROW | {"first_seen": "2020-04-20T07:09:18"}, "has no time zone"),
        (ROW | {"first_seen": "1970-01-01T00:00:00Z"}, "is out of range"),
        (ROW | {"first_seen": True}, "not a time"),
        (ROW | {"first_seen": 10**30}, "is out of range"),
        (ROW | {"publishedAt": "soon"}, "unreadable time in 'publishedAt'"),
        (ROW | {"title": " ", "description": None}, "no text"),
        (ROW | {"title": "[Removed]"}, "removed upstream"),
        (ROW | {"url": "https://removed.com"}, "removed upstream"),
        (ROW | {"url": "http://[half"}, "unreadable url"),
        ([1, 2], "not a JSON object"),
        (b'{"title": "cut of', "not JSON"),
        (b'{"title": "\xff\xfe"}', "not JSON"),
    ],
)
def test_row_that_is_no_mention_is_rejected_with_its_number_and_reason(
    tmp_path: Path, row: object, why: str
) -> None:
    assert why in reason(tmp_path, row)


def test_times_may_be_epoch_seconds_milliseconds_or_fractions(tmp_path: Path) -> None:
    moment = parse_time("2020-04-20T07:09:18Z")
    stamps = (moment // 1000, str(moment), moment / 1000, moment / 1000 + 0.25)
    path = jsonl(tmp_path, *(ROW | {"first_seen": stamp} for stamp in stamps))
    mentions = [r for r in read_rows(path, MAP, "newsapi") if isinstance(r, RawMention)]
    assert [m.known_time for m in mentions] == [moment, moment, moment, moment + 250]


def test_nul_characters_do_not_reach_the_log(tmp_path: Path) -> None:
    mention = only(read_rows(jsonl(tmp_path, ROW | {"title": "a\x00b"}), MAP, "newsapi"))
    assert mention.title == "ab"


def test_gz_csv_and_parquet_tell_the_same_as_jsonl(tmp_path: Path) -> None:
    lines = jsonl(tmp_path, ROW)
    packed = tmp_path / "rows.jsonl.gz"
    packed.write_bytes(gzip.compress(lines.read_bytes()))
    table = tmp_path / "rows.csv"
    header, cells = ",".join(ROW), ",".join(f'"{cell}"' for cell in ROW.values())
    table.write_text(f"\ufeff{header}\n{cells}\n", "utf-8")
    columns = tmp_path / "rows.parquet"
    known = datetime(2020, 4, 20, 7, 9, 18, tzinfo=UTC)
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist([ROW | {"first_seen": known}]), columns)
    wanted = only(read_rows(lines, MAP, "newsapi"))
    for path in (packed, table, columns):
        assert only(read_rows(path, MAP, "newsapi")) == wanted


def test_csv_keeps_leading_zeros_and_quoted_newlines_and_rejects_short_rows(
    tmp_path: Path,
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text('when,name\n1587366558,"007\nBond"\n1587366558\n')
    good, bad = read_rows(path, parse_map("known_time=when,text=name"), "file")
    assert isinstance(good, RawMention)
    assert good.text == "007\nBond"
    assert bad == Rejection(2, "1 cells where the header has 2")


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.csv", "rows.parquet"])
def test_column_that_is_not_there_is_named_whatever_the_format(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith("parquet"):
        pyarrow.parquet.write_table(pyarrow.table({"a": [1]}), path)
    else:
        path.write_text('{"a": 1}\n' if name.endswith("jsonl") else "a\n1\n")
    with pytest.raises(ColumnMapError, match="has no column 'when'"):
        list(read_rows(path, parse_map("known_time=when,text=a"), "file"))


def test_file_that_cannot_be_read_is_named_without_a_traceback(tmp_path: Path) -> None:
    cut = tmp_path / "cut.jsonl.gz"
    cut.write_bytes(gzip.compress(json.dumps(ROW).encode() * 500)[:-20])
    empty = tmp_path / "no.parquet"
    empty.write_bytes(b"not parquet")
    for path, why in (
        (tmp_path / "absent.jsonl", "No such file"),
        (cut, "the archive is damaged"),
        (empty, "not readable as Parquet"),
        (tmp_path / "rows.xlsx", "unknown format"),
    ):
        with pytest.raises(UnreadableFileError, match=why) as refusal:
            list(read_rows(path, MAP, "newsapi"))
        assert path.name in str(refusal.value)


def test_unknown_source_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="unknown source 'myspace'"):
        list(read_rows(jsonl(tmp_path, ROW), MAP, "myspace"))


def test_recording_is_sorted_and_every_row_is_accounted_for(tmp_path: Path) -> None:
    later = ROW | {"first_seen": "2020-04-21T00:00:00Z"}
    other = ROW | {"url": "https://example.org/b", "first_seen": "2020-04-19T00:00:00Z"}
    recording = load_recording(jsonl(tmp_path, later, ROW, other, {"x": 1}), MAP, "newsapi")
    assert [m.url for m in recording.mentions] == [other["url"], ROW["url"]]
    assert iso(recording.mentions[1].known_time) == ROW["first_seen"]
    assert (recording.rows, recording.copies, len(recording.rejections)) == (4, 1, 1)


def test_order_of_equal_times_is_by_id(tmp_path: Path) -> None:
    path = jsonl(tmp_path, *(ROW | {"url": f"https://example.org/{n}"} for n in range(9)))
    mentions = [r for r in read_rows(path, MAP, "newsapi") if isinstance(r, RawMention)]
    ids = [m.id for m in sorted_by_known_time(reversed(mentions))]
    assert ids == sorted(ids) == [m.id for m in sorted_by_known_time(mentions)]


@pytest.mark.skipif(not RECORDING.exists(), reason=f"no recording at {RECORDING}")
def test_every_article_of_the_real_recording_is_accounted_for() -> None:
    recording = load_recording(RECORDING, MAP, "newsapi")
    assert recording.rows == 33_688
    assert len(recording.mentions) == 33_688
    assert all(m.event_time <= m.known_time for m in recording.mentions)


def test_type_clause_makes_one_feed_speak_for_several_types(tmp_path: Path) -> None:
    column_map = parse_map(
        "known_time=first_seen,text=title,url=url,type=host:youtube.com->video,reddit.com->social"
    )
    links = ("https://m.youtube.com/watch?v=a", "https://reddit.com/r/a", "https://example.org/b")
    path = jsonl(tmp_path, *({**ROW, "url": link} for link in links))
    said = [row for row in read_rows(path, column_map, "newsapi") if isinstance(row, RawMention)]
    assert [m.source_type for m in said] == ["video", "social", "news"]
    assert {m.source for m in said} == {"newsapi"}


def test_each_of_a_list_is_a_row_beside_what_stands_around_it(tmp_path: Path) -> None:
    column_map = parse_map("known_time=seen,text=title,id=id,each=items")
    page = {"seen": "2022-01-05T00:39:06Z", "items": [{"id": 1, "title": "One"},
                                                      {"id": 2, "title": "Two"}]}
    path = jsonl(tmp_path, page, {"seen": "2022-01-05T01:00:00Z"},
                 {"seen": "2022-01-05T01:00:00Z", "items": [7]})
    told = list(read_rows(path, column_map, "newsapi"))
    assert [m.text for m in told if isinstance(m, RawMention)] == ["One", "Two"]
    assert [r.reason for r in told if isinstance(r, Rejection)] == [
        "'items' is no list", "'items' holds no object"]
    table = tmp_path / "rows.csv"
    table.write_text("seen,title,id\n", "utf-8")
    with pytest.raises(SettingsError, match="each= is of JSON lines"):
        list(read_rows(table, column_map, "newsapi"))
