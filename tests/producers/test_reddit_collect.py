"""Reddit asked by the real PRAW and by its feeds, against a Reddit on the loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.clock import HOUR_MS, MINUTE_MS
from schemas.settings import KeysSection
from tests.producers.builders import NOON
from tests.producers.reddit_server import (
    API,
    TOKEN_PATH,
    FakeReddit,
    listing,
    polled,
    post,
    reddit,
    source,
)

FEED = (Path(__file__).parent / "fixtures/reddit/new.atom").read_bytes()


@pytest.fixture
def fake() -> Iterator[FakeReddit]:
    with reddit() as made:
        yield made


def test_api_is_asked_signed_in_and_as_who_we_are(fake: FakeReddit) -> None:
    fake.says(f"{API}/r/movies+kpop/new", listing(post(1), post(2)))
    assert [m.native_id for m in polled(source(), fake)] == ["t3_000001", "t3_000002"]
    assert fake.asked[0] == TOKEN_PATH
    assert fake.queries("/new")[0] == {"limit": ["100"], "raw_json": ["1"]}
    assert fake.signed[1] == "bearer invented"


def test_token_serves_many_polls_and_the_agent_does_not_grow(fake: FakeReddit) -> None:
    one = source()
    for minute in range(3):
        polled(one, fake, NOON + minute * MINUTE_MS)
    assert fake.count("access_token") == 1
    assert fake.agents == {"heat tests (newsroom@example.org)"}


def test_every_listing_is_asked_of_all_subreddits_at_once_and_of_r_all(fake: FakeReddit) -> None:
    polled(source(all=True, listings=("new", "rising"), comments=True), fake)
    paths = [path.partition("?")[0] for path in fake.asked[1:]]
    both, everywhere = f"{API}/r/movies+kpop", f"{API}/r/all"
    posts = [f"{room}/{kind}" for kind in ("new", "rising") for room in (both, everywhere)]
    assert paths == [*posts, f"{both}/comments"]


def test_first_poll_reads_one_page_and_later_ones_go_back_to_what_is_known(
    fake: FakeReddit,
) -> None:
    one, path = source(), f"{API}/r/movies+kpop/new"
    fake.says(path, listing(post(1), after="t3_000001"))
    polled(one, fake)
    assert fake.count("/new") == 1
    pages = listing(post(9), after="t3_000009"), listing(post(5), post(1), after="t3_000001")
    fake.says(path, *pages, listing(post(0)))
    assert [m.native_id for m in polled(one, fake)] == ["t3_000009", "t3_000005", "t3_000001"]
    assert [query.get("after") for query in fake.queries("/new")[1:]] == [None, ["t3_000009"]]


def test_pages_end_where_the_person_said(fake: FakeReddit) -> None:
    one, path = source(pages=2), f"{API}/r/movies+kpop/new"
    fake.says(path, listing(post(1)))
    polled(one, fake)
    fake.says(path, *(listing(post(n), after=f"t3_{n:06d}") for n in range(10, 20)))
    assert len(polled(one, fake)) == 2


def test_post_that_is_taken_back_later_becomes_a_tombstone_of_the_same_id(fake: FakeReddit) -> None:
    one, path = source(), f"{API}/r/movies+kpop/new"
    fake.says(path, listing(post(1), post(2)), listing())
    first = {m.native_id: m.id for m in polled(one, fake)}
    assert polled(one, fake, NOON + 10 * MINUTE_MS) == []
    assert fake.count("/api/info") == 0
    gone = post(2, removed_by_category="moderator", selftext="[removed]", author="[deleted]")
    fake.says(f"{API}/api/info", listing(post(1), gone))
    (tombstone,) = polled(one, fake, NOON + 16 * MINUTE_MS)
    assert (tombstone.id, tombstone.deleted) == (first["t3_000002"], True)
    assert (tombstone.title, tombstone.text, tombstone.author) == ("", "", None)
    assert fake.queries("/api/info")[0]["id"] == ["t3_000001,t3_000002"]
    fake.says(f"{API}/api/info", listing(post(1)))
    assert polled(one, fake, NOON + 3 * HOUR_MS) == []
    assert fake.queries("/api/info")[1]["id"] == ["t3_000001"]


def test_names_are_asked_again_in_hundreds_within_what_the_person_allows(fake: FakeReddit) -> None:
    one = source(recheck_batches=2)
    fake.says(f"{API}/r/movies+kpop/new", listing(*map(post, range(250))), listing())
    polled(one, fake)
    polled(one, fake, NOON + HOUR_MS)
    asked = [query["id"][0].count(",") + 1 for query in fake.queries("/api/info")]
    assert asked == [100, 100]
    polled(one, fake, NOON + HOUR_MS)
    assert fake.queries("/api/info")[2]["id"][0].count(",") + 1 == 50


def test_without_keys_the_feeds_tell_the_same_posts_by_the_same_ids(fake: FakeReddit) -> None:
    fake.says("www.reddit.com/r/movies+kpop/new.rss", FEED)
    told = polled(source(KeysSection()), fake)
    assert "t3_1lc0001" in {mention.native_id for mention in told}
    assert fake.queries("new.rss") == [{"limit": ["100"]}]
    assert fake.signed == [""]
    assert fake.count("access_token") == 0
