"""Fields in whatever type they come."""

import pytest

from producers.fields import happened, line_of, link_in, moment_of, number_of, told, unescaped
from schemas.clock import parse_time
from tests.producers.builders import NOON

AT = parse_time("2026-03-01T11:55:00Z")


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (AT // 1000, AT),
        (AT, AT),
        (f"{AT / 1000}", AT),
        ("2026-03-01T11:55:00Z", AT),
        ("2026-03-01T12:55:00+01:00", AT),
        ("2026-03-01 11:55:00", AT),
        ("1970-01-01T00:00:00Z", None),
        ("soon", None),
        (True, None),
        (1e300, None),
        ([AT], None),
    ],
)
def test_time_is_read_as_it_comes_or_not_at_all(value: object, moment: int | None) -> None:
    assert moment_of(value) == moment
    assert happened(value, NOON) == (moment or NOON)


def test_nothing_happens_after_it_was_seen() -> None:
    assert happened(NOON + 1, NOON) == NOON


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("AT&amp;amp;T", "AT&T"),
        ("&#x1F30A; &lt;3", "\N{WATER WAVE} <3"),
        ("?a=1&copy=2", "?a=1&copy=2"),
        ("&nosuchthing;", "&nosuchthing;"),
    ],
)
def test_entities_are_read_once_or_twice(text: str, wanted: str) -> None:
    assert unescaped(text) == wanted


@pytest.mark.parametrize(
    ("value", "base", "link"),
    [
        ("/r/movies/", "https://www.reddit.com", "https://www.reddit.com/r/movies/"),
        ("https://a.example/x y?b=1&amp;c=2", "", "https://a.example/x%20y?b=1&c=2"),
        ("/r/movies/", "", None),
        ("javascript:alert(1)", "https://www.reddit.com", None),
        ("https://[broken", "", None),
        ("https://", "", None),
        (7, "", None),
        ("https://a.example/" + "x" * 5_000, "", None),
    ],
)
def test_link_is_one_that_a_browser_opens(value: object, base: str, link: str | None) -> None:
    assert link_in(value, base) == link


def test_numbers_and_lines_come_in_any_type_and_what_says_nothing_is_left_out() -> None:
    assert [number_of(v) for v in ("7", 7.5, True, "many", None, "nan")] == [7, 7.5, *[None] * 4]
    assert [line_of(v) for v in (" a\n b ", 404, None, ["a"])] == ["a b", "404", "", ""]
    assert told(score=412.0, ratio=0.97, flair="", link=None) == {"score": "412", "ratio": "0.97"}
