"""YouTube: videos once, their views as what they gain, and the key in no address."""

import json
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from producers.base.answers import mentions_in
from producers.base.body import Body
from producers.base.errors import (
    BudgetSpentError,
    CredentialsError,
    RefusedError,
    UnreadableBodyError,
    UpstreamError,
)
from producers.base.recorded import recorded_bodies
from producers.youtube.refusals import seconds_to_midnight
from producers.youtube.source import YouTubeOptions, YouTubeSource
from schemas.clock import HOUR_MS, MINUTE_MS, iso, parse_time
from schemas.errors import HeatError
from schemas.records import RawMention
from schemas.settings import KeysSection
from tests.producers.builders import NOON

FIXTURES = Path(__file__).parent / "fixtures/youtube"
CHART = (FIXTURES / "videos_most_popular.json").read_bytes()
PAYLOADS = Path(__file__).parents[3] / "shared/data/payloads/youtube"


def told(content: bytes, at: int = NOON, source: YouTubeSource | None = None) -> list[RawMention]:
    return list((source or YouTubeSource()).parse(Body(content, at)))


def test_video_is_one_mention_and_its_measurement_another() -> None:
    video, measured, *_ = told(CHART)
    assert video.title == "The Lantern Coast | Official Trailer & First Look"
    assert (video.native_id, video.channel, video.author) == (
        "LanternCst1", "Harbor Pictures", "Harbor Pictures",
    )  # fmt: skip
    assert (video.language, video.kind, video.level) == ("en", "video", None)
    assert video.text == "In cinemas this May. Mira Castellane leads."
    assert video.url == "https://www.youtube.com/watch?v=LanternCst1"
    assert iso(video.event_time) == "2026-03-01T06:00:00Z"
    assert video.attributes["views"] == "1200000"
    assert measured.native_id == f"LanternCst1@{NOON // HOUR_MS}"
    assert (measured.title, measured.text) == (video.title, "")


def test_first_measurement_counts_from_publication() -> None:
    _, measured, *_ = told(CHART)
    assert (measured.level, measured.level_unit) == (200_000.0, "views per hour")
    assert measured.event_time == NOON
    assert measured.attributes["since"] == "2026-03-01T06:00:00Z"


def test_later_measurement_counts_what_was_gained_since_the_one_before() -> None:
    source = YouTubeSource()
    told(CHART, NOON, source)
    later = CHART.replace(b'"1200000"', b'"1290000"')
    _, measured, *_ = told(later, NOON + 90 * MINUTE_MS, source)
    assert measured.level == 60_000.0
    assert measured.attributes["since"] == iso(NOON)


def test_views_that_were_not_counted_anew_are_no_measurement() -> None:
    source = YouTubeSource()
    told(CHART, NOON, source)
    again = told(CHART, NOON + HOUR_MS, source)
    assert [m.level for m in again] == [None] * 3


def test_views_that_youtube_takes_back_are_no_negative_gain() -> None:
    source = YouTubeSource()
    told(CHART, NOON, source)
    _, measured, *_ = told(CHART.replace(b'"1200000"', b'"1190000"'), NOON + HOUR_MS, source)
    assert measured.level == 0.0


@pytest.mark.parametrize("time", [b"2026-03-02T06:00:00Z", b"soon", b""])
def test_video_that_says_no_usable_time_is_measured_from_its_second_sight(time: bytes) -> None:
    undated, source = CHART.replace(b"2026-03-01T06:00:00Z", time), YouTubeSource()
    first = told(undated, NOON, source)
    assert first[0].event_time == NOON
    assert f"LanternCst1@{NOON // HOUR_MS}" not in {m.native_id for m in first}
    later = told(undated.replace(b'"1200000"', b'"1290000"'), NOON + 90 * MINUTE_MS, source)
    assert (later[1].title, later[1].level) == (first[0].title, 60_000.0)


def test_video_keeps_its_id_and_each_hour_measures_once() -> None:
    ids = {m.id for m in told(CHART)}
    assert ids == {m.id for m in told(CHART, NOON + 59 * MINUTE_MS)}
    assert len(ids & {m.id for m in told(CHART, NOON + HOUR_MS)}) == 3


def test_hidden_counts_and_music_without_words_are_no_zeros() -> None:
    by_id = {m.native_id: m for m in told(CHART)}
    assert by_id["NineDaysSlt"].language is None
    assert "likes" not in by_id["NineDaysSlt"].attributes
    assert f"Gala_Live-1@{NOON // HOUR_MS}" not in by_id
    assert by_id["Gala_Live-1"].attributes["live"] == "live"


def test_only_titles_of_search_results_are_escaped() -> None:
    (found,) = told((FIXTURES / "search.json").read_bytes())
    assert found.title == "Mira Castellane & Octave Dry: 'We laughed'"
    assert "Nine Days of Salt &amp; Sugar (Lyric Video)" in {m.title for m in told(CHART)}


def test_listed_video_speaks_for_its_owner_and_a_private_one_not_at_all() -> None:
    (listed,) = told((FIXTURES / "playlist_items.json").read_bytes())
    assert (listed.native_id, listed.channel) == ("RecapEp0009", "Recap Pier")
    assert iso(listed.event_time) == "2026-02-26T20:00:00Z"


def test_bare_statistics_measure_videos_that_are_known() -> None:
    stats = (
        b'{"kind":"youtube#batchGetStatsResponse","items":[{"kind":"youtube#videoStats",'
        b'"id":"LanternCst1","statistics":{"viewCount":"1260000"}},{"kind":"youtube#videoStats",'
        b'"id":"UnknownVid1","statistics":{"viewCount":"5"}}]}'
    )
    source = YouTubeSource()
    told(CHART, NOON, source)
    (measured,) = told(stats, NOON + HOUR_MS, source)
    assert (measured.title[:16], measured.level) == ("The Lantern Coas", 60_000.0)


def test_key_travels_in_a_header_and_in_no_address() -> None:
    source = YouTubeSource(YouTubeOptions(names=("Mira",)), KeysSection(youtube=SecretStr("K-1")))
    for ask in source.asks(NOON):
        assert ask.request.headers["x-goog-api-key"] == "K-1"
        assert "K-1" not in str(ask.request.url)


def test_searches_have_a_bucket_of_their_own_and_last_the_day() -> None:
    source = YouTubeSource(YouTubeOptions(names=tuple(f"name {n}" for n in range(45))))
    searches = [a for a in source.asks(NOON) if a.label.startswith("search/")]
    assert {tuple(a.cost.items()) for a in searches} == {(("search", 1.0),)}
    every = searches[0].every or 0
    assert len(searches) * 86_400 / every <= 90
    assert searches[0].request.url.params["publishedAfter"] == "2026-02-28T12:00:00Z"
    lower = YouTubeSource(YouTubeOptions(names=("a",), ceilings={"search": 2}))
    assert [a.every for a in lower.asks(NOON) if a.label == "search/a"] == [48_000.0]


def test_next_page_of_a_chart_is_asked_for_as_often_as_wanted() -> None:
    source = YouTubeSource(YouTubeOptions(pages=2))
    first = next(iter(source.asks(NOON)))
    second = source.following(first, Body(CHART, NOON))
    assert second is not None
    assert second.request.url.params["pageToken"] == "CAUQAA"
    assert second.request.url.params["regionCode"] == "US"
    assert source.following(second, Body(CHART, NOON)) is None
    assert source.following(first, Body(b"{}", NOON)) is None


@pytest.mark.parametrize(("batch", "path"), [(False, "/videos"), (True, "/videos:batchGetStats")])
def test_videos_that_left_the_chart_go_on_being_measured(batch: bool, path: str) -> None:
    source = YouTubeSource(YouTubeOptions(batch_stats=batch, watched=1))
    told(CHART, NOON, source)
    (ask,) = [a for a in source.asks(NOON) if a.label == "watched/0"]
    assert ask.request.url.path.endswith(path)
    assert ask.request.url.params["id"] == "LanternCst1"
    assert (ask.every, dict(ask.cost)) == (3600, {"stats" if batch else "units": 1.0})


def test_spent_quota_waits_for_midnight_on_the_pacific_coast() -> None:
    spent = mentions_error((FIXTURES / "errors/BudgetSpentError-quota.json").read_bytes())
    assert isinstance(spent, BudgetSpentError)
    assert seconds_to_midnight(NOON) == 20 * 3600
    eve = parse_time("2026-03-08T07:59:00Z")
    assert seconds_to_midnight(eve) == 60
    assert seconds_to_midnight(eve + MINUTE_MS) == 23 * 3600  # the clocks go forward


def mentions_error(content: bytes) -> HeatError:
    with pytest.raises(HeatError) as refused:
        mentions_in(YouTubeSource(), recorded_bodies(content, NOON)[0])
    return refused.value


def test_refusal_tells_reasons_and_no_message() -> None:
    told_ = str(mentions_error((FIXTURES / "errors/BudgetSpentError-quota.json").read_bytes()))
    assert told_ == "HTTP 403: quotaExceeded"


@pytest.mark.parametrize(
    ("message", "status", "reasons", "error"),
    [
        ("API key expired. Please renew the API key.", 400, ["badRequest"], CredentialsError),
        ("API key not valid. Please pass a valid one.", 400, ["badRequest"], CredentialsError),
        ("API key not valid.", 400, [], CredentialsError),
        ("API key expired.", 400, ["invalidParameter"], RefusedError),
        ("Invalid value: 'API key expired'", 400, ["badRequest"], RefusedError),
        ("API key expired.", 500, ["badRequest"], UpstreamError),
        (["API key expired."], 400, ["badRequest"], RefusedError),
    ],
)
def test_key_that_only_the_message_speaks_of_is_told_by_how_it_begins_and_not_quoted(
    message: object, status: int, reasons: list[str], error: type[HeatError]
) -> None:
    told_ = {"code": status, "message": message, "status": "INVALID_ARGUMENT",
             "errors": [{"reason": reason} for reason in reasons]}  # fmt: skip
    body = Body(json.dumps({"error": told_}).encode(), NOON, status)
    with pytest.raises(HeatError) as refused:
        mentions_in(YouTubeSource(), body)
    assert type(refused.value) is error
    assert "API key" not in str(refused.value)


def test_wrong_service_is_named_by_its_fields() -> None:
    with pytest.raises(UnreadableBodyError, match="fields data, type"):
        told((FIXTURES / "errors/UnreadableBodyError-other_service.json").read_bytes())


def test_region_that_is_none_is_refused() -> None:
    with pytest.raises(ValidationError):
        YouTubeOptions(regions=("us",))


@pytest.mark.skipif(not PAYLOADS.exists(), reason=f"no recorded payloads at {PAYLOADS}")
@pytest.mark.parametrize(
    ("name", "videos"),
    [
        ("search_list_p1.json", 25),
        ("videos_chart_mostPopular_p1_2019.json", 5),
        ("videos_list_multi_with_statistics.json", 2),
    ],
)
def test_real_response_is_read(name: str, videos: int) -> None:
    mentions = told((PAYLOADS / name).read_bytes())
    assert len({m.url for m in mentions}) == videos
    assert all(m.title and m.channel and m.event_time < NOON for m in mentions)
    assert not any("&amp;" in m.title or "&#39;" in m.title for m in mentions)


@pytest.mark.skipif(not PAYLOADS.exists(), reason=f"no recorded payloads at {PAYLOADS}")
@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("error_400_keyInvalid.json", CredentialsError),
        ("error_403_quotaExceeded.json", BudgetSpentError),
    ],
)
def test_real_refusal_is_named(name: str, error: type[HeatError]) -> None:
    assert type(mentions_error((PAYLOADS / name).read_bytes())) is error
