"""Answering in a browser: the keys, drafts that keep themselves, the menu of a message."""

from typing import Any

import pytest
from playwright.sync_api import expect

from raspisms.extensions import db
from raspisms.messaging import marks
from raspisms.models.member import by_name
from tests.browser.conftest import Visit
from tests.browser.home import Home
from tests.browser.visitor import Visitor
from tests.browser.words import ENGLISH as WORDS
from tests.household import eventually
from tests.web import making

PERSON = "+33639985071"


@pytest.fixture
def ana(visit: Visit, home: Home, cookies: Any) -> Visitor:
    return visit(home.url, language="en", storage_state=cookies)


def draft(home: Home, conversation_id: int) -> str | None:
    with home.app.app_context():
        member = db.session.scalars(by_name(home.keys.name)).one()
        return marks.find(member, conversation_id).draft


def test_what_is_typed_keeps_itself_until_it_is_sent_by_the_keys(ana: Visitor, home: Home) -> None:
    here = making.came_in(home.app, 1, "Tu viens ?", PERSON)
    page = ana.page
    ana.open(f"/conversations/{here}")
    expect(page.get_by_role("button", name="Keep as draft")).to_have_count(0)
    box = page.get_by_label(WORDS.reply)
    box.fill("Oui, mais")
    eventually(lambda: draft(home, here) == "Oui, mais")
    # At once where the page is left before the pause is over.
    box.press_sequentially(" tard")
    ana.open("/conversations")
    eventually(lambda: draft(home, here) == "Oui, mais tard")

    ana.open(f"/conversations/{here}")
    expect(box).to_have_value("Oui, mais tard")
    box.press("Control+Enter")
    expect(page.locator(".bubble.mine").filter(has_text="Oui, mais tard")).to_be_visible()
    expect(box).to_have_value("")
    ana.open("/conversations")
    assert draft(home, here) is None
    sent = [one.body for one in making.messages(home.app) if one.conversation_id == here]
    assert sent == ["Tu viens ?", "Oui, mais tard"]


def test_a_window_in_which_nothing_was_typed_leaves_the_draft_of_another(
    ana: Visitor, home: Home
) -> None:
    here = making.came_in(home.app, 1, "Tu viens ?", "+33639985072")
    page, other = ana.page, ana.page.context.new_page()
    ana.open(f"/conversations/{here}")
    other.goto(page.url)
    other.get_by_label(WORDS.reply).fill("D'ailleurs")
    eventually(lambda: draft(home, here) == "D'ailleurs")
    page.get_by_label(WORDS.reply).focus()
    expect(page.get_by_label(WORDS.reply)).to_have_value("")
    ana.open("/conversations")
    other.close()
    assert draft(home, here) == "D'ailleurs"


def test_the_text_of_a_message_is_copied_from_its_menu(ana: Visitor, home: Home) -> None:
    here = making.came_in(home.app, 1, "Le code est 1234", "+33639985073")
    page = ana.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ana.open(f"/conversations/{here}")
    menu = page.locator(".bubble details")
    menu.locator("summary").click()
    menu.get_by_role("button", name="Copy the text").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "Le code est 1234"
    expect(menu).not_to_have_attribute("open", "")
