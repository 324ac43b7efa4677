"""JSON whole or by line: what is beyond doubt is read, what is no JSON is named."""

import pytest
from structlog.testing import capture_logs

from producers.base.errors import UnreadableBodyError
from producers.documents import documents


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b'\xef\xbb\xbf {"a": 1}\n', [{"a": 1}]),
        (b'{"a": 1}\r\n\r\n[2]\n', [{"a": 1}, [2]]),
        (b'{"a": "\\ud83c"}', [{"a": "\ufffd"}]),
        (b'{"a": "\\udf0a \\ud83c\\udf0a"}', [{"a": "\ufffd \N{WATER WAVE}"}]),
        (b'{"a": "one\ttwo"}', [{"a": "one\ttwo"}]),
        (b'{"a": NaN}', [{"a": None}]),
        (b'{"a": "caf\xe9"}', [{"a": "caf\ufffd"}]),
    ],
)
def test_what_is_beyond_doubt_is_read(content: bytes, wanted: list[object]) -> None:
    assert documents(content) == wanted


@pytest.mark.parametrize(
    "content",
    [b"", b" \n", b"null", b"<html></html>", b'{"a": ', b'{\n "a": 1,\n', b"[" * 100_000],
)
def test_what_is_no_json_is_named(content: bytes) -> None:
    with pytest.raises(UnreadableBodyError):
        documents(content)


def test_lines_that_broke_off_are_left_out_and_told() -> None:
    with capture_logs() as told:
        assert documents(b'{"a": 1}\n{"b": \n3\n{"c": 2}') == [{"a": 1}, {"c": 2}]
    (line,) = told
    assert (line["lines"], line["count"]) == ([2, 3], 2)
