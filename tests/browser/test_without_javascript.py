"""The same without JavaScript: each step is a page, and news come with the next one."""

import json
from pathlib import Path

from playwright.sync_api import Locator

from tests.browser.conftest import Visit
from tests.browser.home import Home
from tests.browser.visitor import Visitor
from tests.browser.words import FRENCH as WORDS
from tests.household import eventually

NUMBER, FRIEND = "+33639980077", "+33639981177"


def test_logging_in_adding_a_phone_writing_and_reading(visit: Visit, home: Home) -> None:
    visitor = visit(home.url, javascript=False)
    log_in(visitor, home)
    add_test_phone(visitor)
    write(visitor)
    be_answered(visitor, home.folder)


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
    visitor.page.get_by_label(WORDS.phone).select_option(
        visitor.page.get_by_role("option", name="Sans JavaScript").get_attribute("value")
    )
    visitor.fill(WORDS.to, FRIEND)
    visitor.fill(WORDS.text, "Écrit sans JavaScript")
    visitor.press(WORDS.count)
    assert "1 SMS" in visitor.page.get_by_role("main").inner_text()
    visitor.press(WORDS.send)
    message = visitor.page.get_by_role("listitem").filter(has_text="Écrit sans JavaScript")
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
