"""The trade feeds: names, times and texts as WordPress writes them."""

from pathlib import Path

import pytest

from producers.base.body import Body
from producers.rss import plain
from producers.trades import TradesSource
from schemas.clock import iso
from tests.producers.builders import NOON

BODY = (Path(__file__).parent / "fixtures/trades/wordpress.xml").read_bytes()
PAYLOADS = Path(__file__).parents[3] / "shared/data/payloads/trade_rss"


def test_entry_is_read_whole() -> None:
    first, *_ = TradesSource().parse(Body(BODY, NOON))
    assert first.title == "‘The Lantern Coast’ Finds Its Lead – And a Lighthouse"  # noqa: RUF001
    assert first.text == (
        "Mira Castellane’s next film begins shooting in May, on a coast of its own […]"  # noqa: RUF001
    )
    assert (first.native_id, first.channel) == ("https://variety.com/?p=1230000001", "Variety")
    assert (first.author, first.attributes) == ("Pat Example", {"tags": "Film, News"})
    assert iso(first.event_time) == "2026-03-01T11:30:00Z"


def test_title_and_link_may_change_and_the_guid_still_names_the_entry() -> None:
    changed = BODY.replace(b"Finds Its Lead", b"Casts Its Lead").replace(b"-lead-", b"-star-")
    first, *_ = TradesSource().parse(Body(BODY, NOON))
    again, *_ = TradesSource().parse(Body(changed, NOON))
    assert again.id == first.id
    assert again.url != first.url


def test_undated_and_future_entries_happened_when_we_saw_them() -> None:
    _, future, undated, _ = TradesSource().parse(Body(BODY, NOON))
    assert future.event_time == undated.event_time == NOON
    assert undated.channel == "Deadline"


def test_link_that_no_browser_should_open_is_left_out() -> None:
    *_, last = TradesSource().parse(Body(BODY, NOON))
    assert last.title == "A Link That No Browser Should Open"
    assert last.url is None


def test_feed_without_entries_is_readable() -> None:
    empty = (Path(__file__).parent / "fixtures/empty.xml").read_bytes()
    assert list(TradesSource().parse(Body(empty, NOON))) == []


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("a &amp;#8217;b&amp;#8217; c", "a ’b’ c"),  # noqa: RUF001
        ("<p>one</p>\n<p>two&nbsp;three</p>", "one two three"),
        ("&lt;b&gt;bold&lt;/b&gt; \x00", "bold"),
        ("3 &lt; 4 and 5 &gt; 2", "3 < 4 and 5 > 2"),
    ],
)
def test_markup_becomes_plain_text(markup: str, text: str) -> None:
    assert plain(markup) == text


@pytest.mark.skipif(not PAYLOADS.exists(), reason=f"no recorded payloads at {PAYLOADS}")
@pytest.mark.parametrize(
    ("name", "least"),
    [("screenrant_feed_2023-04-12.xml", 20), ("heraldsun_bad_encoding.rss", 2)],
)
def test_real_feed_is_read(name: str, least: int) -> None:
    mentions = list(TradesSource().parse(Body((PAYLOADS / name).read_bytes(), NOON)))
    assert len(mentions) >= least
    assert all(m.title == m.title.strip() and m.url == (m.url or "").strip() for m in mentions)
    assert not any("<" in m.title for m in mentions)


@pytest.mark.skipif(not PAYLOADS.exists(), reason=f"no recorded payloads at {PAYLOADS}")
def test_real_entry_without_a_title_is_no_mention() -> None:
    body = (PAYLOADS / "missing_fields.atom").read_bytes()
    assert list(TradesSource().parse(Body(body, NOON))) == []
