"""Wikipedia: days of views without machines' noise, edits as voices, a stream that goes on."""

from pathlib import Path

import pytest

from producers.base.body import Body
from producers.wikipedia.edits import is_framed
from producers.wikipedia.source import WikipediaOptions, WikipediaSource
from producers.wikipedia.titles import address_of, is_article, plain_title
from schemas.clock import parse_time
from schemas.records import RawMention
from tests.producers.builders import NOON

FIXTURES = Path(__file__).parent / "fixtures/wikipedia"
PAYLOADS = Path(__file__).parents[3] / "shared/data/payloads/wikipedia"
recorded = pytest.mark.skipif(not PAYLOADS.exists(), reason=f"no recorded payloads at {PAYLOADS}")


def read(content: bytes, **options: object) -> list[RawMention]:
    source = WikipediaSource(WikipediaOptions(**options))
    return list(source.parse(Body(content, NOON)))


def test_a_day_of_views_is_told_by_article_without_what_machines_ask_for() -> None:
    mentions = read((FIXTURES / "top.json").read_bytes())
    assert [(m.title, m.level, m.attributes["rank"]) for m in mentions] == [
        ("Lantern Coast: The Film", 412345.0, "3"),
        ("Maribel O'Tide", 98765.0, "6"),
        ("Café Harbor (band)", 54321.0, "9"),
    ]
    assert {m.event_time for m in mentions} == {parse_time("2026-03-01T00:00:00Z")}
    assert {m.level_unit for m in mentions} == {"views per day"}
    assert mentions[2].url == "https://en.wikipedia.org/wiki/Caf%C3%A9_Harbor_(band)"


def test_a_missing_day_is_absent_and_each_day_has_an_id_of_its_own() -> None:
    mentions = read((FIXTURES / "per_article.json").read_bytes())
    assert [(m.attributes["day"], m.level) for m in mentions] == [
        ("2026-02-26", 120.0), ("2026-02-28", 4800.0),
    ]  # fmt: skip
    assert len({m.id for m in mentions}) == 2


def test_an_hour_of_a_day_is_no_day_and_a_month_ends_with_its_last_day() -> None:
    month = b'{"items":[{"project":"en.wikipedia","year":"2026","month":"01","day":"all-days",'
    month += b'"articles":[{"article":"Harbor","views":5000,"rank":1}]}]}'
    (mention,) = read(month)
    assert mention.level_unit == "views per month"
    assert mention.event_time == parse_time("2026-02-01T00:00:00Z")


def test_an_editor_is_one_voice_for_a_page_in_ten_minutes() -> None:
    mentions = read((FIXTURES / "changes.sse").read_bytes())
    assert [(m.title, m.author) for m in mentions] == [
        ("Lantern Coast", "Harborfan"), ("Lantern Coast", "Tidewriter"),
    ]  # fmt: skip
    assert mentions[0].event_time == parse_time("2026-03-01T11:58:20.407Z")
    assert mentions[0].attributes == {"comment": "/* Cast */ add source", "grown": "42"}
    assert mentions[1].attributes == {"new": "yes"}


def test_edits_of_other_wikis_are_read_where_they_are_asked_for() -> None:
    mentions = read((FIXTURES / "changes.sse").read_bytes(), wikis=("dewiki",))
    assert [(m.title, m.language) for m in mentions] == [("Hafen", "de")]


def test_the_stream_goes_on_where_its_last_event_was() -> None:
    source = WikipediaSource()
    assert "last-event-id" not in source.connect(None).headers
    assert source.connect('[{"offset":7}]').headers["last-event-id"] == '[{"offset":7}]'


def test_a_quick_look_leaves_out_what_would_not_be_told() -> None:
    source, blocks = WikipediaSource(), (FIXTURES / "changes.sse").read_bytes().split(b"\n\n")
    wanted = [block for block in blocks if source.wants(block)]
    assert len(wanted) == 4  # ours by people, and the canary, which is told by its domain
    whole = {m.id for m in read(b"\n\n".join(blocks))}
    assert {m.id for m in read(b"\n\n".join(wanted))} == whole


def test_a_stream_that_only_keeps_its_line_open_has_nothing_to_say() -> None:
    assert is_framed(b":ok\n\n")
    assert read(b":ok\n\n") == []


def test_yesterday_is_asked_for_and_watched_articles_over_a_week() -> None:
    source = WikipediaSource(WikipediaOptions(articles=("AC/DC",)))
    top, watched = [str(ask.request.url) for ask in source.asks(NOON)]
    assert top.endswith("/top/en.wikipedia/all-access/2026/02/28")
    assert watched.endswith("/user/AC%2FDC/daily/2026022200/2026022800")


@pytest.mark.parametrize(
    ("written", "title"),
    [("Dune:_Part_Two", "Dune: Part Two"), ("Caf%C3%A9", "Café"), (None, ""), (7, "")],
)
def test_titles_are_as_people_write_them(written: object, title: str) -> None:
    assert plain_title(written) == title


@pytest.mark.parametrize(
    "title",
    ["Main Page", "Special:Search", "User talk:Somebody", "wiki.phtml.php", ".xyz",
     "european election 2014", "Wikipedia:About", "", "-", "Index.php"],
)  # fmt: skip
def test_what_no_person_reads_is_no_article(title: str) -> None:
    assert not is_article(title)


@pytest.mark.parametrize("title", ["2024", "Æthelred", "東京", "Star Trek: Picard", "¡Hola!"])
def test_articles_of_every_script_are_articles(title: str) -> None:
    assert is_article(title)


def test_an_address_survives_odd_titles() -> None:
    odd = address_of("en.wikipedia", 'What? A "title"')
    assert odd == "https://en.wikipedia.org/wiki/What%3F_A_%22title%22"


@recorded
def test_recorded_payloads_are_read() -> None:
    edits = read((PAYLOADS / "eventstreams_recentchange_100_2023-07-29.ndjson").read_bytes())
    assert len(edits) > 50
    assert {m.kind for m in edits} == {"edit"}
    assert {m.channel for m in edits} == {"en.wikipedia.org"}
    (top,) = read((PAYLOADS / "pageviews_top_2015-10-10.excerpt.json").read_bytes())
    assert (top.title, top.level) == ("Carlos Hathcock", 291358.0)
    daily = read((PAYLOADS / "per_article_daily.excerpt.json").read_bytes())
    assert [m.level for m in daily] == [7238.0, 8449.0, 8669.0]
    assert read((PAYLOADS / "recentchange_categorize_2026-02-18.excerpt.json").read_bytes()) == []
