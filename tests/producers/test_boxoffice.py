"""Box Office Mojo and IMDb: figures under their headings, days where the studios count them."""

from pathlib import Path

import pytest

from producers.base.body import Body
from producers.base.errors import UnreadableBodyError
from producers.boxoffice.period import Period, period_in
from producers.boxoffice.source import BoxOfficeOptions, BoxOfficeSource
from producers.boxoffice.table import amount
from schemas.clock import DAY_MS, parse_time
from schemas.records import RawMention
from tests.producers.builders import NOON

FIXTURES = Path(__file__).parent / "fixtures/boxoffice"
PAYLOADS = Path(__file__).parents[3] / "shared/data/payloads"
recorded = pytest.mark.skipif(not PAYLOADS.exists(), reason=f"no recorded payloads at {PAYLOADS}")


def read(name: str) -> list[RawMention]:
    return list(BoxOfficeSource().parse(Body((FIXTURES / name).read_bytes(), NOON + 2 * DAY_MS)))


def test_what_a_film_took_in_a_day_is_a_level_and_no_figure_is_no_level() -> None:
    first, second = read("day.html")
    assert (first.title, first.level, first.level_unit) == (
        "Lantern Coast", 12345678.0, "usd per day",
    )  # fmt: skip
    assert first.event_time == parse_time("2026-03-01T08:00:00Z")  # midnight in Los Angeles
    assert first.url == "https://www.boxofficemojo.com/release/rl7000000001/"
    assert first.attributes["theaters"] == "4,001"
    assert "rank_before" not in first.attributes
    assert (second.title, second.level) == ("Tide & Timber", 987.0)
    assert second.attributes["change_week"] == "+105.6%"


def test_a_weekend_is_no_day_of_the_same_film() -> None:
    (weekend,), (day, _) = read("weekend.html"), read("day.html")
    assert weekend.level_unit == "usd per weekend"
    assert weekend.attributes["period"] == "weekend to 2026-03-01"
    assert weekend.event_time == parse_time("2026-03-02T08:00:00Z")
    assert weekend.id != day.id


def test_places_of_a_chart_are_told_by_title_once_a_day() -> None:
    first, second = read("moviemeter.html")
    assert first.native_id == "tt90000001@2026-03-03"
    assert first.attributes == {"rank": "1", "year": "2026", "votes": "1234", "risen": "8"}
    assert second.attributes == {"rank": "2", "risen": "-1"}
    assert first.level is None


def test_charts_for_search_engines_and_of_older_pages_are_read() -> None:
    listed = (
        b"<html><title>IMDb Chart</title><script type='application/ld+json'>"
        b'{"@type":"ItemList","itemListElement":[{"@type":"ListItem","position":1,"item":'
        b'{"url":"https://www.imdb.com/title/tt90000001/","name":"Lantern &amp; Coast"}}]}'
        b"</script></html>"
    )
    tabled = (
        b"<html><title>IMDb Chart</title><table><tr><td class='titleColumn'>"
        b"<a href='/title/tt90000001/?pf_rd_m=1'>Lantern &amp; Coast</a></td></tr></table></html>"
    )
    for body in (listed, tabled):
        (place,) = BoxOfficeSource().parse(Body(body, NOON))
        assert (place.title, place.url) == (
            "Lantern & Coast", "https://www.imdb.com/title/tt90000001/",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "name", "unit"),
    [
        ("Domestic Box Office For Apr 26, 2019", "2019-04-26", "usd per day"),
        ("Domestic Box Office For Sept 5, 2020", "2020-09-05", "usd per day"),
        ("December 27-29, 2024", "weekend to 2024-12-29", "usd per weekend"),
        ("Dec 30, 2022-Jan 2, 2023", "weekend to 2023-01-02", "usd per weekend"),
        ("Domestic Box Office For 2024", "2024", "usd per year"),
        ("Top Lifetime Grosses", "all times", "usd"),
        ("Domestic Box Office For Feb 30, 2024", "2024", "usd per year"),
    ],
)
def test_headings_tell_the_time_that_a_page_is_about(heading: str, name: str, unit: str) -> None:
    found = period_in([heading])
    assert (found.name, found.unit) == (name, unit)


def test_a_day_on_which_the_clocks_change_ends_at_midnight() -> None:
    found = period_in(["Domestic Box Office For Mar 8, 2026"])
    assert found == Period("2026-03-08", parse_time("2026-03-09T07:00:00Z"), "usd per day")


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [("$14,722,175", 14722175.0), ("$0", 0.0), ("-", None), ("<0.1%", None), ("", None)],
)
def test_money_is_read_and_nothing_else(cell: str, wanted: float | None) -> None:
    assert amount(cell) == wanted


def test_days_are_those_of_los_angeles() -> None:
    source = BoxOfficeSource(BoxOfficeOptions(days=2, charts=()))
    asked = [str(ask.request.url) for ask in source.asks(parse_time("2026-03-01T05:00:00Z"))]
    assert asked == [f"https://www.boxofficemojo.com/date/2026-02-{day}/" for day in (27, 26)]


@recorded
def test_recorded_days_are_read() -> None:
    days = {"bom_date_2019-04-26.html": (62, 157461641.0), "bom_date_2020-04-20.html": (2, 261.0)}
    for name, (count, most) in days.items():
        body = (PAYLOADS / "boxoffice" / name).read_bytes()
        mentions = list(BoxOfficeSource().parse(Body(body, NOON)))
        assert (len(mentions), mentions[0].level) == (count, most)
        assert len({m.id for m in mentions}) == count


@recorded
def test_recorded_datasets_are_left_to_the_catalogue() -> None:
    for file in sorted((PAYLOADS / "imdb").glob("*.tsv")):
        with pytest.raises(UnreadableBodyError, match="the catalogue imports it"):
            list(BoxOfficeSource().parse(Body(file.read_bytes(), NOON)))
