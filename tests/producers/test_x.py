"""X: posts of both versions, counts as levels, problems by name, and what an answer costs."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from producers.base.answers import mentions_in
from producers.base.body import Body
from producers.base.errors import BudgetSpentError, ThrottledError, UnreadableBodyError
from producers.base.recorded import recorded_bodies
from producers.base.source import Ask
from producers.x.source import XOptions, XSource
from schemas.clock import iso, parse_time
from schemas.records import RawMention
from schemas.settings import KeysSection
from tests.producers.builders import NOON

FIXTURES = Path(__file__).parent / "fixtures/x"
PAYLOADS = Path(__file__).parents[3] / "shared/data/payloads/x_twitter"
recorded = pytest.mark.skipif(not PAYLOADS.exists(), reason=f"no recorded payloads at {PAYLOADS}")
SEARCH = (FIXTURES / "search.json").read_bytes()


def read(content: bytes, asked: str = "") -> list[RawMention]:
    return mentions_in(XSource(), Body(content, NOON, asked=asked))


def fixture(name: str) -> list[RawMention]:
    return read((FIXTURES / name).read_bytes())


def post(**fields: Any) -> bytes:
    node = {"id": "2027705000000000001", "text": "said", "created_at": "2026-03-01T11:00:00Z"}
    return json.dumps({"data": [node | fields], "meta": {"result_count": 1}}).encode()


def test_post_is_read_whole_and_an_edited_one_is_named_by_its_first_id() -> None:
    first, *_ = fixture("search.json")
    assert first.text.startswith("Mira Castellane & Joss Ferrand are filming")
    assert first.native_id == "2027704000000000001"
    assert (first.author, first.language, first.title) == ("lighthouse_keeper", "en", "")
    assert first.url == "https://variety.com/2026/film/news/lantern-coast-1230000001/"
    assert first.attributes == {
        "permalink": "https://x.com/lighthouse_keeper/status/2027705000000000001",
        "link_host": "variety.com", "likes": "90", "reposts": "12", "replies": "3", "quotes": "1",
        "views": "4100",
    }  # fmt: skip


def test_repost_says_all_that_the_original_does_and_is_one_mention() -> None:
    mentions = fixture("search.json")
    assert len(mentions) == 4
    assert mentions[1].text.endswith("and still the boat surprises me.")
    assert mentions[1].attributes["retweeted"] == "2027600000000000009"
    assert mentions[1].language is None


def test_long_post_is_read_to_its_end_and_its_id_tells_its_time() -> None:
    third = fixture("search.json")[2]
    assert third.text.endswith("only at its very end.")
    assert (third.author, iso(third.event_time)) == ("700000009", "2026-02-28T11:18:39.594Z")


def test_version_before_is_read_and_its_deletions_are_tombstones() -> None:
    said, gone = fixture("version1.json")
    assert (said.native_id, said.author) == ("1050118621198921728", "deck_chair")
    assert said.text == "The ferry scene > the lighthouse scene"
    assert iso(said.event_time) == "2018-10-10T20:19:24Z"
    assert (gone.native_id, gone.deleted, gone.text) == ("1050118621198921000", True, "")


def test_whole_hours_of_a_count_are_levels_of_the_search() -> None:
    content = (FIXTURES / "counts.json").read_bytes()
    first, second = read(content, 'counts "Mira Castellane"')
    assert (first.kind, first.title, first.level) == ("trend", '"Mira Castellane"', 120.0)
    assert first.level_unit == "posts per hour"
    assert iso(second.event_time) == "2026-03-01T11:00:00Z"
    assert {m.id for m in read(content, "counts Tidewater")}.isdisjoint({first.id, second.id})


@pytest.mark.parametrize(
    ("fields", "name", "wanted"),
    [
        ({"created_at": None}, "event_time", parse_time("2026-02-28T11:18:39.594Z")),
        ({"created_at": "2030-01-01T00:00:00Z"}, "event_time", NOON),
        ({"id": 2027705000000000001}, "native_id", "2027705000000000001"),
        ({"entities": {"urls": "none"}}, "url", "https://x.com/i/status/2027705000000000001"),
        ({"entities": {"urls": [None, {"expanded_url": "https://t.co/x"}]}}, "url",
         "https://x.com/i/status/2027705000000000001"),
        ({"public_metrics": None, "referenced_tweets": [None]}, "attributes",
         {"permalink": "https://x.com/i/status/2027705000000000001"}),
        ({"edit_history_tweet_ids": []}, "native_id", "2027705000000000001"),
        ({"lang": 7}, "language", "7"),
    ],
)  # fmt: skip
def test_field_of_another_type_or_none_costs_no_more_than_itself(
    fields: dict[str, Any], name: str, wanted: object
) -> None:
    (mention,) = read(post(**fields))
    assert getattr(mention, name) == wanted


def test_search_that_finds_nothing_is_an_empty_answer() -> None:
    assert read(b'{"meta": {"result_count": 0}}') == []
    with pytest.raises(UnreadableBodyError):
        read(b'{"data": [{"id": "1", "name": "A user", "username": "a_user"}]}')


def test_month_that_is_used_up_ends_with_the_month() -> None:
    (body,) = recorded_bodies((FIXTURES / "errors/BudgetSpentError-month.json").read_bytes(), NOON)
    with pytest.raises(BudgetSpentError) as raised:
        mentions_in(XSource(), body)
    assert raised.value.retry_after == 30.5 * 24 * 3600


def test_spend_cap_ends_on_the_day_that_it_names() -> None:
    name = "errors/BudgetSpentError-spend-cap.json"
    (body,) = recorded_bodies((FIXTURES / name).read_bytes(), NOON)
    with pytest.raises(BudgetSpentError) as raised:
        mentions_in(XSource(), body)
    assert raised.value.retry_after == 13.5 * 24 * 3600


def test_window_that_is_used_up_ends_when_its_header_says() -> None:
    (body,) = recorded_bodies((FIXTURES / "errors/ThrottledError-window.json").read_bytes(), NOON)
    with pytest.raises(ThrottledError) as raised:
        mentions_in(XSource(), body)
    assert raised.value.retry_after == 600


def searching(**chosen: Any) -> tuple[XSource, Ask]:
    source = XSource(XOptions(searches=("pier",), **chosen))
    (ask,) = source.asks(NOON)
    return source, ask


def test_answer_costs_what_came_back_and_never_more_than_was_set_aside() -> None:
    source, ask = searching(authors=True, posts=10)
    assert ask.cost == {"requests": 1.0, "posts": 10.0, "usd": 0.15}
    assert source.spent(Body(SEARCH, NOON)) == {"posts": 5.0, "usd": 0.045}
    assert source.spent(Body(b'{"meta": {"result_count": 0}}', NOON)) == {"posts": 0.0, "usd": 0.0}


def test_search_goes_on_where_its_last_whole_answer_ended() -> None:
    source, ask = searching(pages=2)
    assert ask.request.url.params["start_time"] == "2026-03-01T11:00:00Z"
    following = source.following(ask, Body(SEARCH, NOON))
    assert following is not None
    assert following.request.url.params["next_token"] == "b26v89c19zqg8o3f"
    (again,) = source.asks(NOON)
    assert "since_id" not in again.request.url.params
    last = Body(b'{"meta": {"result_count": 0}}', NOON)
    assert source.following(following, last) is None
    (later,) = source.asks(NOON)
    assert later.request.url.params["since_id"] == "2027705000000000001"
    assert "start_time" not in later.request.url.params


def test_pages_end_where_the_person_said() -> None:
    source, ask = searching()
    assert source.following(ask, Body(SEARCH, NOON)) is None


def test_money_has_a_limit_even_when_another_limit_is_set() -> None:
    assert XOptions().ceilings == {"usd": 20.0}
    assert XOptions(ceilings={"posts": 100}).ceilings == {"usd": 20.0, "posts": 100}
    assert XOptions(ceilings={"usd": 5}).ceilings == {"usd": 5.0}


def test_token_goes_in_a_header_and_no_address_holds_it() -> None:
    keys = KeysSection(x_bearer=SecretStr("invented-token"))
    for ask in XSource(XOptions(counts=("pier",)), keys).asks(NOON):
        assert ask.request.headers["authorization"] == "Bearer invented-token"
        assert "invented-token" not in str(ask.request.url)
    assert [c.key for c in XSource().missing()] == ["x_bearer"]


@recorded
@pytest.mark.parametrize(
    ("name", "count"),
    [("counts", 167), ("edited", 1), ("streaming_output_with_error", 7), ("two_tweets", 1)],
)
def test_real_body_is_read(name: str, count: int) -> None:
    mentions = read((PAYLOADS / f"{name}.jsonl").read_bytes())
    assert len(mentions) == count
    assert all(m.event_time < NOON and (m.level is not None or m.author) for m in mentions)


@recorded
def test_real_body_of_no_bytes_is_named() -> None:
    with pytest.raises(UnreadableBodyError, match="an empty body"):
        read((PAYLOADS / "empty.json").read_bytes())
