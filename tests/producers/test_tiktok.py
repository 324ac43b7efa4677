"""TikTok through Apify: the names of many actors, one mention for one standing, and the price."""

import json
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from producers.base.answers import mentions_in
from producers.base.body import Body
from producers.base.errors import UnreadableBodyError
from producers.base.recorded import recorded_bodies
from producers.tiktok.shapes import kind_of
from producers.tiktok.source import ActorRun, TikTokOptions, TikTokSource
from schemas.clock import DAY_MS, iso
from schemas.errors import HeatError
from schemas.records import RawMention
from schemas.settings import KeysSection
from tests.producers.builders import NOON

FIXTURES = Path(__file__).parent / "fixtures/tiktok"
PAYLOADS = Path(__file__).parents[3] / "shared/data/payloads/tiktok"


def told(rows: object, at: int = NOON) -> list[RawMention]:
    content = rows if isinstance(rows, bytes) else json.dumps(rows).encode()
    return list(TikTokSource().parse(Body(content, at)))


def fixture(name: str, at: int = NOON) -> list[RawMention]:
    return told((FIXTURES / name).read_bytes(), at)


def test_hashtag_tells_its_views_as_a_level() -> None:
    first, *_ = fixture("clockworks_trends.json")
    assert (first.title, first.kind, first.channel) == ("#lanterncoast", "trend", "US")
    assert (first.level, first.level_unit) == (15_800_000.0, "views")
    assert first.url == "https://www.tiktok.com/tag/lanterncoast"
    assert first.attributes == {
        "list": "hashtag", "rank": "1", "rank_change": "8", "new": "true",
        "industry": "News & Entertainment", "posts": "4523",
    }  # fmt: skip


def test_songs_creators_and_videos_have_counts_of_other_things_and_no_level() -> None:
    _, promoted, song, creator, video = fixture("clockworks_trends.json")
    assert promoted.attributes["promoted"] == "true"
    assert (song.title, song.level, song.url) == (
        "Nine Days of Salt by Octave Dry", None, "https://www.tiktok.com/music/x-7001",
    )  # fmt: skip
    assert (creator.title, creator.attributes["followers"]) == ("Mira Castellane", "1200000")
    assert (video.kind, video.level) == ("video", None)


def test_lists_of_creative_center_itself_are_read() -> None:
    hashtag, song, creator = fixture("creative_center_raw.json")
    assert (hashtag.title, hashtag.level, hashtag.channel) == ("#harborlights", 766_182_036.0, "US")
    assert hashtag.attributes["industry"] == "Entertainment"
    assert song.title == "Salt by Octave Dry"
    assert creator.url == "https://www.tiktok.com/@miracastellane"


def test_amounts_as_people_write_them_are_numbers_and_failed_rows_are_left_out() -> None:
    salt, gala = fixture("rows_of_text.json")
    assert (salt.level, salt.attributes["posts"]) == (33_800_000.0, "123400")
    assert (gala.level, gala.attributes["posts"]) == (1_234_567.0, "9876")


def test_row_that_holds_lists_is_opened() -> None:
    lists = [(m.attributes["list"], m.title) for m in fixture("grouped.json")]
    assert lists == [
        ("hashtag", "#lanterncoast"), ("song", "Salt by Octave Dry"), ("creator", "Mira"),
    ]  # fmt: skip


def test_video_is_a_post_of_its_author() -> None:
    first, second = fixture("profile_videos.json")
    assert (first.native_id, first.author, first.language) == (
        "7262071210492595498", "miracastellane", "en",
    )  # fmt: skip
    assert iso(first.event_time) == "2026-03-01T09:00:00Z"
    assert first.attributes["views"] == "2200000"
    assert first.attributes["music_by"] == "Octave Dry"
    assert (second.author, second.attributes["tags"]) == ("recappier", "harborgala")


def test_same_standing_told_a_day_later_is_the_same_mention_and_a_new_count_another() -> None:
    today, later = (
        fixture("clockworks_trends.json"),
        fixture("clockworks_trends.json", NOON + DAY_MS),
    )
    assert [m.id for m in today] == [m.id for m in later]
    grown = (FIXTURES / "clockworks_trends.json").read_bytes().replace(b"15800000", b"15900000")
    assert told(grown)[0].id != today[0].id


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"hashtagName": "a"}, "hashtag"),
        ({"hashtag_name": "a", "publish_cnt": 1}, "hashtag"),
        ({"name": "a", "videoViews": "1M"}, "hashtag"),
        ({"name": "a", "url": "https://www.tiktok.com/tag/a"}, "hashtag"),
        ({"type": "sound", "name": "a"}, "song"),
        ({"musicName": "a", "rank": 1}, "song"),
        ({"nick_name": "a", "follower_cnt": 3}, "creator"),
        ({"username": "a", "followers": "1.2M"}, "creator"),
        ({"id": "1", "desc": "a", "author": {"uniqueId": "b"}}, "video"),
        ({"type": "video", "videoId": "of another service"}, None),
        ({"title": "a", "score": 3}, None),
        ({}, None),
    ],
)
def test_kind_of_a_row_is_told_by_its_names(row: dict[str, object], kind: str | None) -> None:
    assert kind_of(row) == kind


@pytest.mark.parametrize(
    "lists",
    [
        {"code": 0, "msg": "OK", "data": {"sound_list": [{"title": "Salt", "author": "O. Dry"}]}},
        {"sounds": [{"name": "Salt", "author": "O. Dry"}]},
        [{"type": "music", "title": "Salt", "author": "O. Dry"}],
    ],
)
def test_list_says_what_its_rows_are(lists: object) -> None:
    assert [m.title for m in told(lists)] == ["Salt by O. Dry"]


def test_row_of_a_table_is_read_with_its_flat_names() -> None:
    row = {"id": "1", "text": "a night", "webVideoUrl": "https://www.tiktok.com/@b/video/1",
           "authorMeta/name": "b", "musicMeta.musicName": "Salt"}  # fmt: skip
    (video,) = told([row])
    assert (video.author, video.attributes["music"]) == ("b", "Salt")


def test_rows_of_an_unknown_actor_are_named_by_their_fields_and_never_zeros() -> None:
    with pytest.raises(UnreadableBodyError, match="fields momentum, score, topic"):
        told([{"topic": "harbor", "score": 5, "momentum": "up"}])


@pytest.mark.parametrize("rows", [[], [{"noResults": True}], {"code": 0, "data": {"list": []}}])
def test_empty_success_is_no_error_of_the_parser(rows: object) -> None:
    assert told(rows) == []


def test_token_travels_in_a_header_and_a_run_is_capped() -> None:
    source = TikTokSource(keys=KeysSection(apify=SecretStr("apify-1")))
    (ask,) = source.asks(NOON)
    assert ask.request.headers["authorization"] == "Bearer apify-1"
    assert "apify-1" not in str(ask.request.url)
    assert ask.request.url.params["maxItems"] == "100"
    assert ask.request.url.params["maxTotalChargeUsd"] == "0.4"
    assert dict(ask.cost) == {"requests": 1.0, "usd": 0.305}
    assert json.loads(ask.request.content)["adsScrapeHashtags"] is True


def test_two_runs_a_day_stay_below_the_month() -> None:
    (ask,) = TikTokSource().asks(NOON)
    (ceiling,) = TikTokSource.facts.ceilings
    assert 2 * 31 * ask.cost["usd"] <= ceiling.amount


def spent(content: bytes, status: int = 200) -> float | None:
    cost = TikTokSource().spent(Body(content, NOON, status))
    return None if cost is None else cost["usd"]


def test_run_costs_what_its_rows_cost_and_never_more_than_its_cap() -> None:
    assert spent(b"[{}, {}]") == 0.011
    assert spent(json.dumps([{}] * 500).encode()) == 0.305
    assert spent(b'{"error": {"type": "rate-limit-exceeded"}}', 429) == 0.0


def test_run_that_failed_or_cannot_be_read_costs_what_was_asked() -> None:
    assert spent(b'{"error": {"type": "run-failed"}}', 400) is None
    assert spent(b"<html>") is None


def test_refusal_tells_its_type_and_no_message() -> None:
    (body,) = recorded_bodies((FIXTURES / "errors/BudgetSpentError-usage.json").read_bytes(), NOON)
    with pytest.raises(HeatError) as refused:
        mentions_in(TikTokSource(), body)
    assert str(refused.value) == "HTTP 402: Apify: not-enough-usage-to-run-paid-actor"


@pytest.mark.parametrize("actor", ["clockworks", "a~b?token=x", "../a~b"])
def test_actor_that_is_none_is_refused(actor: str) -> None:
    with pytest.raises(ValidationError):
        TikTokOptions(runs=(ActorRun(actor=actor),))


@pytest.mark.skipif(not PAYLOADS.exists(), reason=f"no recorded payloads at {PAYLOADS}")
def test_real_videos_are_read() -> None:
    name = "apify_clockworks_tiktok-scraper_items_2025-10.json"
    videos = told((PAYLOADS / name).read_bytes(), NOON)
    assert [m.author for m in videos] == ["fashion", "nba", "tech"]
    assert [iso(m.event_time)[:10] for m in videos] == ["2023-07-31", "2025-10-18", "2021-02-19"]
    assert all(m.url and m.attributes["views"] for m in videos)
