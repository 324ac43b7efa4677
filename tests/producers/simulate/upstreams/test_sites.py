"""Every provider's answers: read by the real source, labelled, and the same for a moment."""

from dataclasses import replace

import pytest

from producers.base.body import Body
from producers.base.errors import BudgetSpentError, RefusedError, ThrottledError
from producers.base.source import ListenedSource, PolledSource, Source
from producers.base.upstream import rerouted
from producers.google_trends.pytrends_backend import answer_in
from producers.simulate.upstreams import reddit, trends, youtube
from producers.simulate.upstreams.desk import Desk
from producers.simulate.upstreams.exchange import Answer, Question, question_of
from producers.simulate.upstreams.past import Past
from producers.simulate.upstreams.sites import SITES
from producers.simulate.world import World
from producers.sources import SOURCES
from schemas.clock import DAY_MS, HOUR_MS, MINUTE_MS, Millis
from schemas.errors import HeatError
from schemas.records import RawMention
from tests.producers.builders import NOON

POLLED = tuple(made for made in SOURCES if issubclass(made, PolledSource))
NAMES = [made.facts.name for made in POLLED]


def question(url: str, **headers: str) -> Question:
    """What a source's request for an address becomes."""
    target = rerouted(url, "http://upstream")
    return question_of("GET", target.removeprefix("http://upstream"), headers, b"")


def body_of(answer: Answer, moment: Millis = NOON) -> Body:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Body(answer.body, moment, answer.status, headers)


def read(source: Source, answer: Answer, moment: Millis = NOON) -> list[RawMention]:
    body = body_of(answer, moment)
    assert source.refusal(body) is None
    return list(source.parse(body))


def asked(source: PolledSource, desk: Desk) -> list[Answer]:
    urls = [str(ask.request.url) for ask in source.asks(NOON)]
    return [desk.reply(question(url)).answer for url in urls]


@pytest.mark.parametrize("made", POLLED, ids=NAMES)
def test_real_source_reads_every_answer_and_each_mention_is_labelled(
    made: type[PolledSource], desk: Desk
) -> None:
    source = made()
    answers = asked(source, desk)
    assert answers
    assert all(answer.headers["X-Simulated"] == "true" for answer in answers)
    mentions = [m for answer in answers for m in read(source, answer)]
    assert len({m.id for m in mentions}) >= 5
    for mention in mentions:
        assert "simulated" in f"{mention.title} {mention.text}"
        assert mention.event_time <= NOON


@pytest.mark.parametrize("made", POLLED, ids=NAMES)
def test_a_moment_says_the_same_twice_and_its_empty_world_nothing(
    made: type[PolledSource], world: World, desk: Desk
) -> None:
    source = made()
    for ask in source.asks(NOON):
        told = question(str(ask.request.url))
        site = SITES[told.host]
        assert site.answer(Past(world, NOON), told) == site.answer(Past(world, NOON), told)
        nothing = body_of(site.answer(Past(world, NOON, empty=True), told))
        if nothing.is_success and source.refusal(nothing) is None:
            assert mentions_or_refusal(source, nothing) == []


def mentions_or_refusal(source: Source, body: Body) -> list[RawMention]:
    try:
        return list(source.parse(body))
    except (RefusedError, HeatError):
        return []


@pytest.mark.parametrize("made", SOURCES, ids=[made.facts.name for made in SOURCES])
def test_real_source_knows_the_words_of_refusal(made: type[Source], desk: Desk) -> None:
    source = made()
    hosts = {
        "trades": "variety.com", "google-news": "news.google.com", "newsapi": "newsapi.org",
        "reddit": reddit.API, "x": "api.x.com", "google-trends": trends.HOST,
        "tiktok": "api.apify.com", "youtube": youtube.HOST, "wikipedia": "wikimedia.org",
        "boxoffice": "www.boxofficemojo.com",
    }  # fmt: skip
    site = SITES[hosts[source.name]]
    throttled = source.refusal(body_of(site.throttled))
    assert throttled is None or isinstance(throttled, ThrottledError)
    if throttled is None:
        assert site.throttled.status == 429
    spent = source.refusal(body_of(site.spent))
    if source.name in ("newsapi", "x", "tiktok", "youtube"):
        assert isinstance(spent, BudgetSpentError)


def test_reddit_pages_by_the_name_that_the_last_one_ended_with(desk: Desk) -> None:
    from producers.reddit.source import RedditSource

    source, seen, after = RedditSource(), list[str](), ""
    for _ in range(3):
        url = f"https://{reddit.API}/r/all/new?limit=20&after={after}"
        page = read(source, desk.reply(question(url)).answer)
        seen += [m.native_id for m in page]
        after = seen[-1]
    assert len(seen) == len(set(seen)) == 60


def test_what_reddit_removes_is_a_tombstone_when_it_is_asked_for_by_name(world: World) -> None:
    from producers.reddit.source import RedditSource

    later = Past(world, NOON + 4 * HOUR_MS)
    posts = list(Past(world, NOON).said("reddit", 2 * HOUR_MS))
    gone = {reddit.fullname(m) for m in posts if reddit.is_removed(m, later)}
    assert gone
    wanted = ",".join(reddit.fullname(m) for m in posts)
    url = f"https://{reddit.API}/api/info?id={wanted}"
    told = read(RedditSource(), reddit.answer(later, question(url)), later.moment)
    assert {m.native_id for m in told if m.deleted} == gone
    assert len(told) == len(posts)


def test_feeds_of_reddit_and_its_api_tell_of_the_same_posts(desk: Desk) -> None:
    from producers.reddit.source import RedditSource

    source = RedditSource()
    feed = read(
        source, desk.reply(question(f"https://{reddit.SITE}/r/all/new.rss?limit=50")).answer
    )
    api = read(source, desk.reply(question(f"https://{reddit.API}/r/all/new?limit=50")).answer)
    assert [m.id for m in feed] == [m.id for m in api]
    assert [m.title for m in feed] == [m.title for m in api]


def test_videos_gain_views_from_hour_to_hour(world: World) -> None:
    video = next(Past(world, NOON).said("youtube"))
    views = [youtube.views_at(video, video.event_time + n * HOUR_MS) for n in range(48)]
    assert views == sorted(views)
    assert views[1] - views[0] > views[47] - views[46] > 0


def test_explore_tells_the_interest_in_a_name_beside_its_anchor(world: World) -> None:
    past = Past(world, NOON)
    item = '{"comparisonItem": [{"keyword": "Mira Castellane"}, {"keyword": "imdb"}]}'
    told = replace(question("https://trends.google.com/trends/api/explore"), query={"req": item})
    widget = answer_in(body_of(trends.answer(past, told)))["widgets"][0]
    assert widget["id"] == "TIMESERIES"
    asked_for = str(widget["request"]).replace("'", '"')
    url = "https://trends.google.com/trends/api/widgetdata/multiline"
    line = trends.answer(past, replace(question(url), query={"req": asked_for}))
    points = answer_in(body_of(line))["default"]["timelineData"]
    assert len(points) == trends.HOURS + 1
    assert all(len(point["value"]) == 2 and min(point["value"]) > 0 for point in points)


def test_stream_goes_on_where_an_event_left_off_and_says_nothing_twice(world: World) -> None:
    from producers.simulate.upstreams import wikipedia
    from producers.wikipedia.source import WikipediaSource

    source = WikipediaSource()
    assert isinstance(source, ListenedSource)
    whole = wikipedia.events(Past(world, NOON), NOON - HOUR_MS)
    middle = NOON - 30 * MINUTE_MS
    first = wikipedia.events(Past(world, middle), NOON - HOUR_MS)
    cursor = first.rsplit(b"id: ", 1)[1].partition(b"\n")[0].decode()
    resumed = question(
        f"https://{wikipedia.STREAM_HOST}{wikipedia.STREAM}", **{"last-event-id": cursor}
    )
    second = wikipedia.answer(Past(world, NOON), resumed)
    assert second.stream
    assert first + second.body.removeprefix(b":ok\n\n") == whole
    edits = list(source.parse(Body(whole, NOON)))
    assert len(edits) > 5
    assert all("simulated" in m.title for m in edits)
    assert not any(m.author == "SimBot" for m in edits)


def test_figures_of_a_day_are_there_some_hours_after_it_has_ended(world: World) -> None:
    from producers.simulate.upstreams import wikipedia

    root = f"https://{wikipedia.VIEWS_HOST}{wikipedia.ROOT}"
    told = question(f"{root}top/en.wikipedia/all-access/2026/02/28")
    ends = NOON // DAY_MS * DAY_MS
    assert wikipedia.answer(Past(world, ends + 5 * HOUR_MS), told).status == 404
    assert wikipedia.answer(Past(world, ends + 6 * HOUR_MS), told).status == 200
