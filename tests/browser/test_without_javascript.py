"""The same without JavaScript: each step is a page, and news come with the next one."""

import json
from pathlib import Path

from playwright.sync_api import Locator

from tests.browser.conftest import Visit
from tests.browser.home import Home
from tests.browser.visitor import Visitor
from tests.browser.words import FRENCH as WORDS
from tests.household import eventually

NUMBER, FRIEND, FRIEND_AS_READ = "+33639980077", "+33639981177", "06 39 98 11 77"


def test_from_logging_in_to_logging_out(visit: Visit, home: Home) -> None:
    visitor = visit(home.url, javascript=False)
    log_in(visitor, home)
    add_test_phone(visitor)
    write(visitor)
    be_answered(visitor, home.folder)
    reply(visitor)
    search(visitor)
    add_contact(visitor)
    log_out(visitor)


def log_in(visitor: Visitor, home: Home) -> None:
    visitor.open("/")
    visitor.fill(WORDS.name, home.keys.name)
    visitor.fill(WORDS.password, home.keys.password)
    visitor.press(WORDS.log_in)


def add_test_phone(visitor: Visitor) -> None:
    visitor.follow(WORDS.phones)
    visitor.follow(WORDS.add_phone)
    visitor.fill(WORDS.phone_name, "Sans JavaScript")
    visitor.page.get_by_label(WORDS.adapter).select_option(label="Test")
    visitor.press(WORDS.show_fields)
    visitor.fill(WORDS.number, NUMBER)
    visitor.press(WORDS.save_phone)


def write(visitor: Visitor) -> None:
    visitor.follow(WORDS.write)
    visitor.page.get_by_label(WORDS.phone, exact=True).select_option(
        visitor.page.get_by_role("option", name="Sans JavaScript").get_attribute("value")
    )
    visitor.fill(WORDS.to, FRIEND)
    visitor.fill(WORDS.text, "Écrit sans JavaScript")
    visitor.press(WORDS.count)
    assert "1 SMS" in visitor.page.get_by_role("main").inner_text()
    visitor.press(WORDS.send)
    message = visitor.page.locator(".bubble").filter(has_text="Écrit sans JavaScript")
    comes_with_a_reload(visitor, message.filter(has_text=WORDS.delivered))


def be_answered(visitor: Visitor, folder: Path) -> None:
    line = json.dumps({"from": FRIEND, "text": "Lu sans JavaScript"})
    with (folder / "test_adapter" / NUMBER.strip("+") / "received.jsonl").open("a") as inbox:
        inbox.write(f"{line}\n")
    comes_with_a_reload(visitor, visitor.page.get_by_text("Lu sans JavaScript"))


def comes_with_a_reload(visitor: Visitor, news: Locator) -> None:
    def look_again() -> int:
        visitor.page.reload()
        return news.count()

    eventually(look_again, within=20, what=str(news))


def reply(visitor: Visitor) -> None:
    visitor.fill(WORDS.reply, "Répondu sans JavaScript")
    visitor.press(WORDS.send)
    message = visitor.page.locator(".bubble").filter(has_text="Répondu sans JavaScript")
    comes_with_a_reload(visitor, message.filter(has_text=WORDS.delivered))


def search(visitor: Visitor) -> None:
    visitor.open("/search")
    field = visitor.page.get_by_role("main").get_by_role("searchbox").first
    field.fill("repondu sans")
    with visitor.page.expect_navigation():
        field.press("Enter")
    visitor.look()
    hit = visitor.page.get_by_role("main").get_by_role("link").filter(has_text=FRIEND_AS_READ)
    with visitor.page.expect_navigation():
        hit.first.click()
    visitor.look()
    assert "Répondu sans JavaScript" in visitor.page.get_by_role("main").inner_text()


def add_contact(visitor: Visitor) -> None:
    visitor.follow(WORDS.add_to_contacts)
    visitor.fill(WORDS.name, "Sanson Javas")
    visitor.press(WORDS.save_contact)
    assert visitor.page.get_by_role("heading", name="Sanson Javas").count() == 1


def log_out(visitor: Visitor) -> None:
    visitor.follow(WORDS.conversations)  # back from the thread, which has the screen for itself
    visitor.page.get_by_role("banner").locator("summary").click()
    visitor.press(WORDS.log_out)
    assert visitor.page.url.endswith("/login")
