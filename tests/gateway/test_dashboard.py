"""The dashboard in a real browser, at the width of a desk and of a pocket."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from schemas.records import Health
from tests.gateway.builders import TICK, alert, heat, reason, receipt
from tests.gateway.conftest import Deployment, deployed

pytestmark = [pytest.mark.browser, pytest.mark.integration]
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDTHS = {"desk": (1440, 900), "pocket": (390, 844)}
WITHIN_MS = 30_000
LONG = "The Extraordinarily Long Title of a Limited Series That Never Ends: Season Two"
NASTY = "<img src=x onerror=alert(1)> & 'friends'"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}: `make test` installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def world(kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A gateway over two dozen names, one with a long title and one with markup in it."""
    with deployed(kafka_bootstrap, tmp_path_factory.mktemp("dashboard")) as held:
        for poll in range(4):
            tick = TICK + 5 * poll
            held.produce(*(heat(f"name-{n:02}", 0.2 + n / 20 + poll / 10, tick) for n in range(24)))
        top = TICK + 20
        held.produce(
            heat("long", 2.4, top, entity_name=LONG, entity_type="show"),
            heat(
                "nasty", 2.3, top, entity_name=NASTY,
                receipts=(
                    receipt(title=NASTY, url="javascript:alert(1)"),
                    receipt(mention_id="m2", url="https://example.org/ok"),
                ),
            ),
            alert("nasty", 0, tick=top, entity_name=NASTY),
            alert("nasty", 1, "updated", tick=top + 5, entity_name=NASTY),
            Health(id="h", event_time=1, known_time=1, source="trades", source_type="trade",
                   state="ok"),
        )  # fmt: skip
        held.start()
        held.wait_well()
        yield held


@pytest.fixture(params=WIDTHS)
def page(browser: Browser, world: Deployment, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page once it is live; a complaint of the browser fails the test."""
    width, height = WIDTHS[request.param]
    page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(WITHIN_MS)
    page.goto(f"http://{world.address}/")
    expect(page.locator("#connection")).to_have_text("Live", timeout=WITHIN_MS)
    yield page
    page.close()
    assert complaints == []


def names(page: Page) -> list[str]:
    return page.locator("#rows button.name").all_inner_texts()


def test_the_twenty_hottest_are_shown_with_reasons_receipts_and_sparklines(page: Page) -> None:
    rows = page.locator("#rows > li")
    expect(rows).to_have_count(20)
    assert names(page)[:3] == [LONG, NASTY, "Name 23"]
    expect(rows.nth(2).locator(".tile")).to_have_text(re.compile(r"^\d+$"))
    expect(rows.nth(2).locator("svg.spark")).to_be_visible()
    expect(rows.nth(2).locator("svg.bar rect")).to_have_count(4)
    expect(rows.nth(2)).to_contain_text("42 mentions in 12 h, usual 6")
    expect(rows.nth(2).locator(".receipt a")).to_have_attribute("rel", re.compile("noopener"))


def test_nothing_is_wider_than_the_screen(page: Page) -> None:
    expect(page.locator("#rows > li")).to_have_count(20)
    page.locator("button.name").first.click()
    width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert width <= 0


def test_a_new_record_moves_the_board_and_a_new_alert_appears(
    page: Page, world: Deployment, request: pytest.FixtureRequest
) -> None:
    who = f"riser-{len(page.evaluate('navigator.userAgent'))}-{page.viewport_size['width']}"  # type: ignore[index]
    world.produce(heat(who, 2.49, TICK + 30), alert(who, tick=TICK + 30))
    expect(page.locator(f'#rows > li[data-entity="{who}"]')).to_be_visible()
    expect(page.locator("#alerts .alert h3").first).to_have_text(re.compile("Riser"))
    world.produce(heat(who, 0.0, TICK + 35))
    expect(page.locator(f'#rows > li[data-entity="{who}"]')).to_have_count(0)


def test_scraped_text_stays_text_and_dangerous_links_are_no_links(page: Page) -> None:
    row = page.locator('#rows > li[data-entity="nasty"]')
    row.locator("button.name").click()
    expect(row.locator(".detail")).to_be_visible()
    assert page.locator("#rows img, #alerts img").count() == 0
    links = page.locator("a").evaluate_all("all => all.map(a => a.protocol)")
    assert set(links) == {"http:", "https:"}
    expect(row.locator(".unlinked").first).to_have_text(NASTY)


def test_a_row_opens_and_closes_by_keyboard(page: Page) -> None:
    first = page.locator("button.name").first
    first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("button.name").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".detail")).to_contain_text("By source type")
    expect(page.locator("button.name").nth(1)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".detail")).to_have_count(0)


def test_a_category_narrows_the_board_and_can_be_shared(page: Page, world: Deployment) -> None:
    page.get_by_role("button", name="Shows").click()
    expect(page.locator("#rows > li")).to_have_count(1)
    page.goto("about:blank")
    page.goto(f"http://{world.address}/trends/dashboard#category=film")
    expect(page.locator("#empty")).to_contain_text("Nothing in this category is hot")
    page.get_by_role("button", name="All").click()
    expect(page.locator("#rows > li")).to_have_count(20)


def test_a_component_that_is_left_out_no_longer_ranks(page: Page) -> None:
    button = page.get_by_role("button", name="Velocity")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#board-note")).to_have_text("ranked without velocity")
    expect(page.locator("svg.bar rect.velocity")).to_have_count(0)


def test_alerts_tell_their_steps(page: Page) -> None:
    steps = page.locator(".alert", has_text=NASTY).locator(".steps li")
    expect(steps).to_have_count(2)
    expect(steps.nth(1)).to_contain_text("Update")


def test_open_eyes_are_counted(page: Page) -> None:
    expect(page.locator("#eyes")).to_contain_text("1 of 1 eyes open")


def test_the_page_says_when_the_world_is_simulated(
    browser: Browser, kafka_bootstrap: str, tmp_path: Path
) -> None:
    with deployed(kafka_bootstrap, tmp_path) as held:
        held.variables["HEAT_PRODUCER__CLOCK_SPEED"] = "60"
        held.start()
        held.wait_well()
        page = browser.new_page()
        page.goto(f"http://{held.address}/trends/dashboard")
        expect(page.locator("#simulated")).to_contain_text("SIMULATED WORLD", timeout=WITHIN_MS)
        expect(page.locator("#simulated")).to_contain_text("60 times")
        expect(page.locator("#empty")).to_contain_text("Nothing has been measured yet")
        held.produce(heat("a", reasons=(reason(),)))
        expect(page.locator("#rows > li")).to_have_count(1, timeout=WITHIN_MS)
        page.close()
