"""Reddit's feeds, new and old: the posts that the API tells, by the same ids."""

from pathlib import Path

import pytest

from producers.base.answers import mentions_in
from producers.base.body import Body
from producers.base.errors import UnreadableBodyError
from producers.reddit.source import RedditSource
from schemas.clock import iso
from schemas.records import RawMention
from tests.producers.builders import NOON

FIXTURES = Path(__file__).parent / "fixtures/reddit"


def fixture(name: str) -> dict[str, RawMention]:
    body = Body((FIXTURES / name).read_bytes(), NOON)
    return {mention.native_id: mention for mention in mentions_in(RedditSource(), body)}


def test_feed_and_api_tell_the_same_post_by_the_same_id() -> None:
    feed, api = fixture("new.atom"), fixture("new.json")["t3_1lc0001"]
    told = feed["t3_1lc0001"]
    for name in ("id", "title", "url", "author", "channel", "event_time", "kind"):
        assert getattr(told, name) == getattr(api, name)
    assert told.attributes == {name: api.attributes[name] for name in ("permalink", "link_host")}


def test_feed_holds_texts_tombstones_and_comments() -> None:
    feed = fixture("new.atom")
    assert feed["t3_1lc0011"].title == "A question about boats <3"
    assert feed["t3_1lc0011"].text == "Which of her films isn't on a boat?"
    assert feed["t3_1lc0012"].deleted
    comment = feed["t1_obc0001"]
    assert (comment.title, comment.text) == ("", "Lisbon > everywhere else")
    assert comment.attributes["link_title"] == "Tidewater announce a tour"
    assert comment.id == fixture("thread.json")["t1_obc0001"].id


def test_feed_of_the_older_form_is_named_by_its_addresses() -> None:
    (mention,) = fixture("rss2_2013.xml").values()
    assert mention.native_id == "t3_1abcde"
    assert (mention.title, mention.channel) == ("Tidewater pilot gets a date & a trailer",
                                                "r/television")  # fmt: skip
    assert mention.url == "http://coastal-gazette.com/pilot"
    assert iso(mention.event_time) == "2013-03-17T12:00:00Z"


def test_feed_of_somebody_else_is_named() -> None:
    theirs = (FIXTURES.parent / "trades/wordpress.xml").read_bytes()
    with pytest.raises(UnreadableBodyError, match="a feed, but none of Reddit's"):
        mentions_in(RedditSource(), Body(theirs, NOON))
