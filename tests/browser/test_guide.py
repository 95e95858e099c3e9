"""The guide for OVH, step by step, from an empty folder to an answer, on a small screen."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from raspisms.simulator import Simulator, account
from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor
from tests.browser.words import BY_LANGUAGE, Words
from tests.household import settings_for
from tests.process import Served

ANA = {"name": "Ana", "password": "trois mots simples"}
FRIEND, FRIEND_AS_TYPED, FRIEND_AS_READ = "+33639981111", "06 39 98 11 11", "06 39 98 11 11"
KEYS = {
    "Service Name": account.SERVICE,
    "Application Key": account.APPLICATION_KEY,
    "Application Secret": account.APPLICATION_SECRET,
    "Consumer Key": account.CONSUMER_KEY,
}


@pytest.fixture
def empty(simulator: Simulator, tmp_path: Path) -> Iterator[Served]:
    """An installation that nobody has opened yet."""
    with Served(tmp_path / "instance", **settings_for(simulator)) as served:
        yield served


@pytest.mark.parametrize("language", ["fr", "en"])
def test_who_follows_the_guide_sends_and_is_answered(
    language: str, visit: Visit, empty: Served, simulator: Simulator
) -> None:
    words = BY_LANGUAGE[language]
    permissions = ["clipboard-read", "clipboard-write"]
    visitor = visit(empty.url, language, permissions=permissions)
    make_first_account(visitor, words, empty)
    add_phone(visitor, words, simulator)
    write(visitor, words, simulator)
    be_answered(visitor, words, simulator)


def make_first_account(visitor: Visitor, words: Words, empty: Served) -> None:
    link = re.search(r"http://\S+/setup/\S+", empty.output)
    assert link, "the console does not show the link"
    visitor.open(link.group())
    visitor.fill(words.name, ANA["name"])
    visitor.fill(words.password, ANA["password"])
    visitor.fill(words.again, ANA["password"])
    visitor.press(words.make_account)
    visitor.follow(words.phones)


def add_phone(visitor: Visitor, words: Words, simulator: Simulator) -> None:
    page = visitor.page
    visitor.follow(words.add_phone)
    page.get_by_label(words.adapter).select_option(label="OVH SMS")
    address = copied_address(page, words)
    simulator.set_callback(account.SERVICE, address)  # pasted at OVH

    visitor.fill(words.phone_name, "Maison")
    visitor.fill(words.number, account.NUMBER)
    for label, value in KEYS.items():
        visitor.fill(label, value)
    visitor.fill("Application Secret", "x" * 32)
    with visitor.refused(400):
        visitor.press(words.save_phone)
        expect(page.get_by_label("Application Secret")).to_have_accessible_description(
            re.compile(re.escape(words.wrong_secret))
        )
    expect(page.get_by_label(words.phone_name)).to_have_value("Maison")
    expect(page.get_by_label(words.number)).to_have_value(account.NUMBER)
    for label in KEYS.keys() - {"Application Secret"}:
        expect(page.get_by_label(label)).to_have_value(KEYS[label])
    expect(page.get_by_role("textbox", name=words.callback)).to_have_value(address)

    visitor.fill("Application Secret", KEYS["Application Secret"])
    visitor.press(words.save_phone)
    expect(page.get_by_role("row", name="Maison")).to_be_visible()
    page.get_by_role("link", name="Maison").click()
    expect(page.get_by_role("textbox", name=words.callback)).to_have_value(address)
    for label in ("Application Secret", "Consumer Key"):
        expect(page.get_by_label(label)).to_have_value("")


def copied_address(page: Page, words: Words) -> str:
    """The address in the blue box, as its button copies it."""
    box = page.locator(".notice.info").filter(
        has=page.get_by_role("heading", name=words.callback, exact=True)
    )
    expect(box.get_by_role("textbox", name=words.callback)).to_have_attribute("readonly", "")
    box.get_by_role("button", name=words.copy, exact=True).click()
    expect(box.get_by_role("status")).to_have_text(words.copied)
    address: str = page.evaluate("navigator.clipboard.readText()")
    assert address == box.get_by_role("textbox", name=words.callback).input_value()
    return address


def write(visitor: Visitor, words: Words, simulator: Simulator) -> None:
    """Written, seen sent, and seen delivered once the callback came: nothing else tells of it."""
    page = visitor.page
    simulator.fault("error_503", match="GET */outgoing*")
    callback = simulator.hold("callback_about_to_go")
    visitor.follow(words.write)
    visitor.fill(words.to, FRIEND_AS_TYPED)
    visitor.fill(words.text, "Bonjour, on mange à midi ?")
    visitor.press(words.send)
    expect(page.get_by_role("status").filter(has_text=words.accepted)).to_be_visible()
    page.evaluate("window.neverReloaded = true")
    message = page.locator(".bubble").filter(has_text="on mange à midi ?")
    expect(message).to_contain_text(words.sent)
    callback.release()
    expect(message).to_contain_text(words.delivered)
    assert [job.receiver for job in simulator.ledger.jobs] == [FRIEND]


def be_answered(visitor: Visitor, words: Words, simulator: Simulator) -> None:
    page = visitor.page
    simulator.answer(FRIEND, account.NUMBER, "Oui, à tout à l'heure")
    expect(page.get_by_role("main")).to_contain_text("Oui, à tout à l'heure")
    assert page.evaluate("window.neverReloaded"), "the page was loaded anew"

    page.get_by_role("link", name=words.conversations, exact=True).click()
    page.evaluate("window.neverReloaded = true")
    conversation = page.get_by_role("listitem").filter(has_text=FRIEND_AS_READ)
    expect(conversation).to_contain_text("Oui, à tout à l'heure")
    expect(conversation).not_to_contain_text(words.unread)
    simulator.answer(FRIEND, account.NUMBER, "J'apporte le dessert")
    expect(conversation).to_contain_text("J'apporte le dessert")
    expect(conversation).to_contain_text(words.unread)
    assert page.evaluate("window.neverReloaded"), "the page was loaded anew"
