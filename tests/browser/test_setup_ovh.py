"""From an empty installation to a delivered test SMS: all that a person does is counted."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from raspisms.simulator import Simulator, account
from tests.browser.visitor import AUDIT, HEIGHTS, LOCALES, NARROW
from tests.household import settings_for
from tests.process import Served

CLICKS, PASTES = 10, 2
MOBILE, MOBILE_AS_COPIED = "+33639981111", "06 39 98 11 11"
#: Clicks of a mouse or a finger have a detail; those that a key or a label makes have none.
COUNTING = """
addEventListener("click", (event) => { if (event.isTrusted && event.detail) done("click"); }, true);
addEventListener("paste", (event) => { if (event.isTrusted) done("paste"); }, true);
"""


@pytest.fixture
def empty(simulator: Simulator, tmp_path: Path) -> Iterator[Served]:
    """An installation that nobody has opened yet."""
    with Served(tmp_path / "instance", **settings_for(simulator)) as served:
        yield served


class Person:
    """Somebody at a small screen, in French; ``acts`` are the clicks and pastes in their order."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.acts: list[str] = []
        self.context: BrowserContext = browser.new_context(
            base_url=url,
            locale=LOCALES["fr"],
            viewport={"width": NARROW, "height": HEIGHTS[NARROW]},
            permissions=["clipboard-read", "clipboard-write"],
        )
        self.context.expose_binding("done", lambda _source, act: self.acts.append(act))
        self.context.add_init_script(COUNTING)
        self.page: Page = self.context.new_page()

    def press(self, selector: str, leads_to: str) -> None:
        self.page.locator(selector).click()
        self.page.wait_for_url(re.compile(leads_to))
        assert self.page.evaluate(AUDIT) == []

    def paste(self, selector: str, text: str) -> None:
        self.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
        self.page.locator(selector).focus()
        self.page.keyboard.press("Control+V")


@pytest.fixture
def person(browser: Browser, empty: Served) -> Iterator[Person]:
    person = Person(browser, empty.url)
    yield person
    person.context.close()


def test_ten_clicks_and_two_pasted_texts(
    person: Person, empty: Served, simulator: Simulator
) -> None:
    make_first_account(person, empty)
    person.press('main a[href="/phones/ovh"]', "/phones/ovh$")
    person.paste("#keys", make_keys(person))
    person.press('form[action="/phones/ovh"]:has(#keys) button', "/phones/ovh/service$")
    person.page.locator(f'input[value="{account.SERVICE}"]').click()
    person.press('form[action="/phones/ovh/service"] button', "/phones/ovh/sender$")
    person.press('form[action="/phones/ovh/sender"] button', r"/phones/1/callbacks\?setup=1$")
    # It says that an address of this machine cannot be called; the simulator can, being on it.
    person.press('form[action^="/phones/1/callbacks"] button', r"/phones/1/test\?setup=1$")
    assert (simulator.account.services[account.SERVICE].callback or "").startswith(empty.url)
    person.paste("#number", MOBILE_AS_COPIED)
    person.press('form[action^="/phones/1/test"] button', r"/phones/1/test/\d+")
    expect(person.page.locator("#ended .badge.ok")).to_be_visible()

    assert [one.receiver for one in simulator.ledger.jobs] == [MOBILE]
    clicks, pastes = person.acts.count("click"), person.acts.count("paste")
    assert pastes == PASTES, person.acts
    assert clicks == CLICKS, person.acts


def make_first_account(person: Person, empty: Served) -> None:
    link = re.search(r"http://\S+/setup/\S+", empty.output)
    assert link, "the console does not show the link"
    page = person.page
    page.goto(link.group())
    page.locator('input[name="name"]').fill("Ana")
    for field in page.locator('input[type="password"]').all():
        field.fill("trois mots simples")
    person.press("main form button", "/start$")


def make_keys(person: Person) -> str:
    """Open OVH's page by its link, make the keys there, and copy what it then shows."""
    with person.context.expect_page() as opened:
        person.page.locator('main a[target="_blank"]').click()
    at_ovh: Any = opened.value
    at_ovh.wait_for_load_state()
    at_ovh.locator("form button").click()
    shown: str = at_ovh.locator("main").inner_text()
    at_ovh.close()
    return shown
