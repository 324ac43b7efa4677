"""The page of a backtest: complete, escaped, and free of scripts and foreign addresses."""

import json
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from deploy.backtest.report import figures, page
from deploy.backtest.run import Gathered
from schemas.clock import DAY_MS, HOUR_MS
from streams.kpis.chapter import HeatLog, chapters
from streams.kpis.reliability import brier, reliability
from streams.kpis.table import kpis
from tests.builders import NOON, heat
from tests.streams.kpis.builders import busy_feed, evidence, material, opened, trade

TOLD: dict[str, Any] = {
    "recording": "week.jsonl", "sha256": "ab" * 32, "config_hash": "c0ffee", "overrides": {},
    "sealed_with": {},
    "digest": "d" * 32, "code_version": "0", "simulated": True,
    "passed_over": [{
        "entity": "Ferry <b>Tolliver</b>", "at": "2026-03-09T12:00:00Z", "detection_score": 9.71,
        "mentions": 15, "types": ["news"], "cohesion": None,
    }],
    "rounds": {"newsapi": {
        "closed_share": 0.207, "closed_times": 47, "longest_hours": 5.8, "patience_hours": 3.0,
        "nightly": "22:30-03:10", "usual_pause_hours": 1.67,
    }},
    "backcheck": {"hours": 6, "wait_hours": 24, "within_hours": 3, "onset": 1.0}, "brier": None,
    "config": {"gates": {"min_types": 2}},
}
NASTY = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def parts() -> tuple[Any, ...]:
    found = material(
        evidence(title=NASTY, url="javascript:alert(1)"), [opened(confidence=0.8)],
        [trade(1, NOON + 3 * HOUR_MS, title="Variety has it", url="https://example.org/v")],
        busy_feed(NOON - 5 * DAY_MS, 12),
    )
    table = kpis(found, NOON + 10 * DAY_MS)
    log = HeatLog()
    log.add(heat(known_time=NOON))
    steps = {found.openings[0].alert_id: ["confirmed", "retracted"]}
    told = chapters(found, table.leads, log, steps)
    return TOLD, table, [table.system], told, reliability([(0.8, False)])


def test_the_page_holds_the_alert_its_receipts_and_its_lead(parts: tuple[Any, ...]) -> None:
    tree = HTMLParser(page(*parts))
    alert = tree.css("details:not(.settings)")
    assert len(alert) == 1
    said = alert[0].text()
    for words in ("Nova Reyes", "picked-up", "+3.0 h", "variety.com", "confidence 0.80",
                  "confirmed, retracted", NASTY):
        assert words in said
    assert {"Simulated data" in banner.text() for banner in tree.css(".banner")} == {True}


def test_an_alert_that_was_not_checked_yet_is_told_as_such() -> None:
    found = material(evidence(), [opened(confidence=0.8)])
    table = kpis(found, NOON)
    parts = TOLD, table, [], chapters(found, table.leads, HeatLog(), {}), reliability([])
    said = " ".join(HTMLParser(page(*parts)).text().split())
    assert "false alertsnone 1 not checked yet and not counted" in said
    assert "; not checked yet" in said
    assert figures(*parts)["alerts"][0]["checked"] is False
    assert Gathered(material=found).held == []
    found.last = NOON + DAY_MS
    assert Gathered(material=found).held == [(0.8, True)]


def test_the_settings_fold_by_section(parts: tuple[Any, ...]) -> None:
    folded = HTMLParser(page(*parts)).css("details.settings")
    assert [one.css_first("summary").text() for one in folded] == ["gates"]
    assert '"min_types": 2' in folded[0].css_first("pre").text()


def test_settings_that_nobody_changed_are_told_as_such(parts: tuple[Any, ...]) -> None:
    assert "As they come. Hash c0ffee." in " ".join(HTMLParser(page(*parts)).text().split())


def test_closed_eyes_and_names_that_a_gate_held_back_are_told(parts: tuple[Any, ...]) -> None:
    said = " ".join(HTMLParser(page(*parts)).text().split())
    assert "newsapi: eyes closed 22:30-03:10 UTC on most days, 21 % of the time (47 times" in said
    assert "nothing came for more than 3.0 h, where 1.67 h are usual" in said
    assert "Ferry <b>Tolliver</b>2026-03-09T12:00:00Z 9.715news" in said
    assert "back by the check 6 h later" in said


def test_nothing_scraped_becomes_markup_or_a_link(parts: tuple[Any, ...]) -> None:
    tree = HTMLParser(page(*parts))
    assert tree.css("script") == []
    links = {a.attributes["href"] for a in tree.css("a")}
    assert links == {"https://example.org/v"}


def test_the_page_asks_nobody_for_anything(parts: tuple[Any, ...]) -> None:
    tree = HTMLParser(page(*parts))
    assert tree.css("link, img, iframe, object") == []
    policy = tree.css_first('meta[http-equiv="Content-Security-Policy"]')
    assert policy.attributes["content"].startswith("default-src 'none'")


def test_every_plot_has_a_name(parts: tuple[Any, ...]) -> None:
    plots = HTMLParser(page(*parts)).css("svg")
    assert len(plots) == 5
    assert all(plot.attributes["aria-label"] for plot in plots)


def test_the_same_figures_are_there_for_programs(parts: tuple[Any, ...]) -> None:
    told = json.loads(json.dumps(figures(*parts)))
    assert told["alerts"][0]["lead_hours"] == 3.0
    assert told["kpis"]["system"]["early"]["hits"] == 1


def test_reliability_holds_what_was_said_against_what_held() -> None:
    pairs = [(0.9, True)] * 9 + [(0.9, False)] + [(0.2, False)] * 10
    bins = reliability(pairs)
    assert sum(one.n for one in bins) == 20
    assert bins[0].held == 0.0
    assert brier(pairs) == pytest.approx((9 * 0.01 + 0.81 + 10 * 0.04) / 20)
