"""New names and open questions in a real browser; a question is answered from the keyboard."""

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from producers.base.reading import LogReader, whole
from schemas.codec import decode
from schemas.records import Action
from tests.gateway.conftest import Deployment
from tests.gateway.test_catalogue_routes import discovery, question
from tests.gateway.test_dashboard import CHROMIUM, FLAGS, NASTY, WITHIN_MS

pytestmark = [pytest.mark.browser, pytest.mark.integration]


@pytest.fixture
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}: `make test` installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def actions(held: Deployment) -> list[Action]:
    with LogReader(held.kafka) as reader:
        found = [decode(message.value()) for partition in range(held.kafka.keyed_partitions)
                 for message in whole(reader, "actions", partition)]
    return [record for record in found if isinstance(record, Action)]


def test_a_question_is_answered_with_the_keyboard_and_the_answer_is_on_the_log(
    running: Deployment, browser: Browser, tmp_path: Path
) -> None:
    running.produce(
        discovery(name=NASTY), question(question_id="q1", surface="Harbor", authors=9),
    )
    page = browser.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(WITHIN_MS)
    deadline = time.monotonic() + WITHIN_MS / 1000
    while time.monotonic() < deadline:
        page.goto(f"http://{running.address}/")
        expect(page.locator("#connection")).to_have_text("Live")
        if page.locator("#questions button").count():
            break
    expect(page.locator("#found h3")).to_have_text(NASTY)
    choice = page.get_by_role("button", name="Harbor means nobody")
    choice.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#questions [role=status]")).to_contain_text("answered: none")
    expect(choice).to_be_disabled()
    (answer,) = actions(running)
    assert (answer.action, answer.actor, answer.attributes["picked"]) == (
        "pick", "dashboard", "none",
    )
    running.produce(msgspec.structs.replace(
        question(question_id="q1"), id="s", state="settled", picked="none"))
    while time.monotonic() < deadline + 10:
        page.goto(f"http://{running.address}/")
        expect(page.locator("#connection")).to_have_text("Live")
        expect(page.locator("#found h3")).to_have_count(1)
        if not page.locator("#questions button").count():
            break
    expect(page.locator("#questions-part")).to_be_hidden()
    assert complaints == []
    page.close()
