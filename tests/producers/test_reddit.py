"""Reddit's bodies: posts, comments, feeds and archives, read alike; what is gone leaves no word."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from producers.base.answers import mentions_in
from producers.base.body import Body
from producers.base.errors import UnreadableBodyError
from producers.base.recorded import recorded_bodies
from producers.reddit.posts import is_taken_back
from producers.reddit.source import RedditSource
from schemas.clock import iso
from schemas.errors import HeatError
from schemas.ids import mention_id
from schemas.records import RawMention
from tests.producers.builders import NOON
from tests.producers.reddit_server import listing, post

FIXTURES = Path(__file__).parent / "fixtures/reddit"
PAYLOADS = Path(__file__).parents[3] / "shared/data/payloads/reddit"
recorded = pytest.mark.skipif(not PAYLOADS.exists(), reason=f"no recorded payloads at {PAYLOADS}")


def read(content: bytes) -> list[RawMention]:
    return mentions_in(RedditSource(), Body(content, NOON))


def fixture(name: str) -> dict[str, RawMention]:
    return {mention.native_id: mention for mention in read((FIXTURES / name).read_bytes())}


def one(**fields: Any) -> RawMention:
    (mention,) = read(listing(post(1, **fields)))
    return mention


def test_link_post_is_read_whole() -> None:
    mention = fixture("new.json")["t3_1lc0001"]
    assert mention.title == "Mira Castellane & Joss Ferrand to star in ‘Lantern Coast’ 🌊"  # noqa: RUF001
    assert mention.url == "https://variety.com/2026/film/news/lantern-coast-1230000001/?a=1&b=2"
    assert (mention.kind, mention.channel, mention.author) == ("post", "r/movies", "harbor_watcher")
    assert iso(mention.event_time) == "2026-03-01T11:55:00Z"
    permalink = (
        "https://www.reddit.com/r/movies/comments/1lc0001/mira_castellane_joss_ferrand_to_star/"
    )
    assert mention.attributes == {
        "score": "412", "num_comments": "58", "upvote_ratio": "0.97", "flair": "News",
        "permalink": permalink, "link_host": "variety.com",
    }  # fmt: skip


def test_account_that_is_gone_takes_nothing_back_and_a_hidden_score_is_none() -> None:
    mention = fixture("new.json")["t3_1lc0002"]
    assert (mention.author, mention.deleted) == (None, False)
    assert mention.text == "Was that the *real* ending?\n\nI can't tell."
    assert "score" not in mention.attributes
    assert mention.url == mention.attributes["permalink"]
    assert mention.attributes["stickied"] == "true"


@pytest.mark.parametrize("fullname", ["t3_1lc0003", "t3_1lc0007"])
def test_removed_post_is_a_tombstone_without_a_word(fullname: str) -> None:
    mention = fixture("new.json")[fullname]
    assert mention.deleted
    assert (mention.title, mention.text, mention.author, mention.url) == ("", "", None, None)
    assert set(mention.attributes) == {"removed"}


def test_posts_for_adults_are_left_out_with_their_comments() -> None:
    assert "t3_1lc0004" not in fixture("new.json")
    assert "t1_obd0002" not in fixture("comments.json")
    thread = [
        json.loads(listing(post(1, over_18=True))),
        json.loads(listing({"name": "t1_c1", "link_id": "t3_000001", "body": "no"})),
    ]
    assert read(json.dumps(thread).encode()) == []


@pytest.mark.parametrize("gone", [{"removed_by_category": "deleted"}, {"selftext": "[removed]"}])
def test_what_is_gone_is_told_though_it_is_for_adults_by_now(gone: dict[str, str]) -> None:
    comments = [
        {"name": f"t1_c{n}", "link_id": "t3_000001", "body": said, "author": "somebody"}
        for n, said in enumerate(("no", "[deleted]"))
    ]
    thread = [json.loads(listing(post(1, over_18=True, **gone))), json.loads(listing(*comments))]
    told = read(json.dumps(thread).encode())
    assert [m.id for m in told] == [one().id, mention_id("reddit", "t1_c1")]
    for mention in told:
        assert mention.deleted
        assert (mention.title, mention.text, mention.author, mention.url) == ("", "", None, None)


def test_crosspost_is_a_post_of_its_own_that_leads_where_its_original_does() -> None:
    posts = fixture("new.json")
    assert "t3_1lc0000" not in posts
    assert posts["t3_1lc0005"].attributes["crosspost_parent"] == "t3_1lc0000"
    assert posts["t3_1lc0005"].url == "https://coastal-gazette.com/soundtrack"


def test_media_on_reddit_itself_is_kept_beside_the_thread() -> None:
    mention = fixture("new.json")["t3_1lc0006"]
    assert mention.attributes["media"] == "https://v.redd.it/abc123def456"
    assert mention.url == "https://www.reddit.com/user/castellane_fan/comments/1lc0006/on_set/"
    assert "link_host" not in mention.attributes


def test_thread_gives_the_post_and_its_comments_down_to_the_last_reply() -> None:
    thread = fixture("thread.json")
    assert list(thread) == ["t3_1lc0010", "t1_obc0001", "t1_obc0002", "t1_obc0003"]
    first, gone, last = list(thread.values())[1:]
    assert (first.kind, first.title, first.text) == ("comment", "", "Lisbon > everywhere else")
    assert gone.deleted
    assert (last.author, last.deleted, last.attributes.get("score")) == (None, False, None)
    assert last.url == "https://www.reddit.com/comments/1lc0010/_/obc0003/"


def test_comment_names_the_post_that_it_is_about_without_speaking_for_it() -> None:
    mention = fixture("comments.json")["t1_obd0001"]
    assert mention.attributes["link_title"] == "Mira Castellane & Joss Ferrand to star"
    assert mention.attributes["link_id"] == "t3_1lc0001"
    assert (mention.title, mention.channel) == ("", "r/movies")
    assert fixture("comments.json")["t1_obd0003"].deleted


def test_archive_of_bare_records_is_read_by_utc_and_not_by_the_other_clock() -> None:
    song, comment = fixture("archive.jsonl").values()
    assert iso(song.event_time) == "2016-03-01T02:08:45Z"
    assert song.native_id == "t3_48aaaa"
    assert comment.native_id == "t1_d0aaaaa"


@pytest.mark.parametrize(
    ("fields", "name", "wanted"),
    [
        ({"created_utc": None, "created": 1772395000.0}, "event_time", NOON),
        ({"created_utc": None, "created": 1772366100000}, "event_time", 1772366100000),
        ({"created_utc": "soon"}, "event_time", NOON),
        ({"created_utc": NOON // 1000 + 900}, "event_time", NOON),
        ({"author": {"name": "nested"}}, "author", "nested"),
        ({"author": 404}, "author", "404"),
        ({"subreddit": {"display_name": "Music"}}, "channel", "r/Music"),
        ({"subreddit": None, "permalink": "/r/Music/comments/1/x/"}, "channel", "r/Music"),
        ({"title": "AT&amp;amp;T \ud83c"}, "title", "AT&T \N{REPLACEMENT CHARACTER}"),
        ({"title": ["odd"], "selftext": "said"}, "title", ""),
        ({"url": "javascript:alert(1)"}, "url", "https://www.reddit.com/comments/000001"),
        ({"url": "http://[broken"}, "url", "https://www.reddit.com/comments/000001"),
        ({"url": "https://a.example/?x=1&amp;copy=2"}, "url", "https://a.example/?x=1&copy=2"),
        ({"score": "many", "num_comments": {}}, "attributes", {}),
        ({"removed_by_category": ""}, "deleted", False),
        ({"selftext": "[ Removed by moderator ]"}, "deleted", True),
    ],
)  # fmt: skip
def test_field_of_another_type_or_none_costs_no_more_than_itself(
    fields: dict[str, Any], name: str, wanted: object
) -> None:
    assert getattr(one(**fields), name) == wanted


@pytest.mark.parametrize(
    "wrap",
    [
        lambda one: one,
        lambda one: [one],
        lambda one: {"kind": "t3", "data": one},
        lambda one: {"data": [one]},
        lambda one: {"json": {"errors": [], "data": {"things": [{"kind": "t3", "data": one}]}}},
        lambda one: {"posts": {one["name"]: one | {"id": one["name"]}}},
        lambda one: {k: v for k, v in one.items() if k != "name"},
    ],
)
def test_post_is_found_in_any_wrapper(wrap: Any) -> None:
    (mention,) = read(json.dumps(wrap(post(7))).encode())
    assert mention.native_id == "t3_000007"


@pytest.mark.parametrize(
    "text",
    [
        "[deleted]",
        "[Removed]",
        "[deleted by user]",
        "[ Removed by Reddit ]",
        "[ Removed by moderator ]",
    ],
)
def test_every_spelling_of_taken_back_is_known(text: str) -> None:
    assert is_taken_back(text)
    assert not is_taken_back(f"{text} was what it said")


def test_token_is_refused_without_repeating_it() -> None:
    body = b'{"access_token": "invented-and-secret", "token_type": "bearer"}'
    with pytest.raises(UnreadableBodyError) as refused:
        read(body)
    assert "secret" not in str(refused.value)


@recorded
@pytest.mark.parametrize(
    ("name", "read_", "gone"),
    [
        ("atom_r_macapps_2026-01-09.xml", 25, 0),
        ("comment_thread_deleted_author_2020.json", 1, 0),
        ("listing_empty.json", 0, 0),
        ("listing_front_hot_2016.json", 98, 0),
        ("listing_info_url_removed_posts_2020.json", 100, 60),
        ("listing_r_askreddit_new_2020-07-10.json", 97, 0),
    ],
)
def test_real_body_is_read(name: str, read_: int, gone: int) -> None:
    (body,) = recorded_bodies((PAYLOADS / name).read_bytes(), NOON)
    mentions = mentions_in(RedditSource(), body)
    assert (len(mentions), Counter(m.deleted for m in mentions)[True]) == (read_, gone)
    for mention in mentions:
        assert mention.channel.startswith("r/")
        assert mention.deleted or (mention.title and mention.url)
        assert mention.event_time < NOON


@recorded
@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("error_401_invalid_token.json", "CredentialsError"),
        ("error_429_retry_after_2021.json", "ThrottledError"),
        ("error_503_empty_body.json", "UpstreamError"),
        ("oauth_token_with_ratelimit_headers_2021.json", "UnreadableBodyError"),
    ],
)
def test_real_refusal_is_named(name: str, error: str) -> None:
    (body,) = recorded_bodies((PAYLOADS / name).read_bytes(), NOON)
    with pytest.raises(HeatError) as raised:
        mentions_in(RedditSource(), body)
    assert type(raised.value).__name__ == error
    assert getattr(raised.value, "retry_after", 4.0) in (1.0, 4.0)
