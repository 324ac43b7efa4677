"""The page of KPIs in a real browser, at the width of a desk and of a pocket."""

import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect, sync_playwright

from gateway.app import build_app
from gateway.settings import GatewaySettings
from schemas.records import Figure
from tests.gateway.test_dashboard import CHROMIUM, FLAGS, WIDTHS
from tests.gateway.test_kpis import kpi

pytestmark = [pytest.mark.browser, pytest.mark.integration]
WITHIN_MS = 30_000


def figures(n: int) -> tuple[Figure, ...]:
    """Rising usefulness; every fifth day nobody voted."""
    voted = n % 5 > 0
    return (
        Figure(name="lead_hours", value=1.5 + n / 10, low=0.5, high=3 + n / 10, n=6),
        Figure(name="early_minus_chance", value=n / 100 - 0.05, low=-0.15, high=0.3, n=9),
        Figure(name="useful", value=0.6 + n / 100 if voted else None,
               low=0.4 if voted else None, high=0.95 if voted else None, n=4 * voted),
        Figure(name="false_alerts", value=0.1, low=0.03, high=0.25, n=9),
        Figure(name="voted", value=0.4, low=0.2, high=0.6, n=9),
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}: `make test` installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[FastAPI, str]]:
    """The application over HTTP; its lifespan is not entered, so it needs no broker."""
    app = build_app(GatewaySettings())
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="warning"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        yield app, f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(30)


@pytest.fixture(params=WIDTHS)
def page(
    browser: Browser, served: tuple[FastAPI, str], request: pytest.FixtureRequest
) -> Iterator[Page]:
    """A blank page; a complaint of the browser, such as of its content policy, fails the test."""
    width, height = WIDTHS[request.param]
    page = browser.new_page(viewport={"width": width, "height": height})
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(WITHIN_MS)
    served[0].state.gateway.kpis.begin(0)
    yield page
    page.close()
    assert complaints == []


def test_before_the_first_day_it_says_when_there_will_be_one(
    page: Page, served: tuple[FastAPI, str]
) -> None:
    page.goto(f"{served[1]}/trends/kpis")
    expect(page.locator("#empty")).to_contain_text("No day was judged yet")


def test_days_are_drawn_and_told(page: Page, served: tuple[FastAPI, str]) -> None:
    app, address = served
    for n in range(20):
        state = "final" if n < 17 else "provisional"
        app.state.gateway.kpis.fold(kpi(n, figures=figures(n), state=state, alerts=3 + n % 4))
    page.goto(f"{address}/trends/kpis")
    expect(page.locator(".chart")).to_have_count(6)
    useful = page.locator(".chart", has_text="Useful, of the voted")
    expect(useful).to_contain_text("target ≥ 80 %")
    expect(useful.locator(".dot")).to_have_count(16)
    expect(useful.locator(".dot.provisional")).to_have_count(3)
    expect(page.locator("#table tbody tr")).to_have_count(20)
    expect(page.get_by_role("rowheader", name="2026-03-27")).to_be_visible()
    expect(page.locator("#table tbody tr").nth(4)).to_contain_text("no case")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_table_scrolls_by_keyboard_and_a_link_leads_back(
    page: Page, served: tuple[FastAPI, str]
) -> None:
    app, address = served
    app.state.gateway.kpis.fold(kpi(0, figures=figures(1)))
    page.goto(f"{address}/trends/kpis")
    expect(page.locator("#table tbody tr")).to_have_count(1)
    reached = []
    for _ in range(3):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.trim().slice(0, 12)"))
    assert reached[:2] == ["Skip to the ", "Back to the "]
    expect(page.locator(".scroll")).to_be_focused()


def test_a_refused_question_is_told_in_words(
    browser: Browser, served: tuple[FastAPI, str]
) -> None:
    page = browser.new_page()  # its console tells of the 400, which is as it should be
    page.goto(f"{served[1]}/trends/kpis?since=yesterday")
    expect(page.locator("#kpis-note")).to_contain_text("since: a day such as", timeout=WITHIN_MS)
    page.close()
