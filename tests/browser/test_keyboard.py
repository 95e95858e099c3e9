"""With the keyboard alone."""

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.home import Home
from tests.browser.visitor import Visitor
from tests.browser.words import FRENCH as WORDS

MOST_STEPS = 60
FOCUSED = """() => {
  const element = document.activeElement;
  const said = (element.labels?.[0] ?? element).cloneNode(true);
  for (const unsaid of said.querySelectorAll("[aria-hidden=true]")) unsaid.remove();
  const name = element.ariaLabel ?? said.textContent;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  const isSeen = element.contains(top) || (top?.contains(element) ?? false);
  // The calendar within a time field is marked by the browser, which tells no page of it.
  const isMarked = element.type === "datetime-local" || outlineStyle !== "none";
  return [name.trim(), isMarked && parseFloat(outlineWidth) >= 2, isSeen];
}"""


def test_from_logging_in_to_logging_out(visit: Visit, home: Home) -> None:
    visitor = visit(home.url)
    visitor.open("/login")
    type_into(visitor, WORDS.name, home.keys.name)
    type_into(visitor, WORDS.password, home.keys.password, "Enter")
    visitor.page.wait_for_url("**/conversations")
    write(visitor)
    reply(visitor)
    search_and_read(visitor)
    add_contact(visitor)

    enter(visitor, WORDS.conversations)  # back from the thread, which has the screen for itself
    visitor.page.wait_for_url("**/conversations")
    enter(visitor, home.keys.name)
    enter(visitor, WORDS.log_out)
    visitor.page.wait_for_url("**/login")


def write(visitor: Visitor) -> None:
    enter(visitor, WORDS.write)
    visitor.page.wait_for_url("**/write")
    type_into(visitor, WORDS.phone, "Maison")
    type_into(visitor, WORDS.to, "06 39 98 44 01")
    type_into(visitor, WORDS.text, "Au clavier seul")
    enter(visitor, WORDS.send)
    is_delivered(visitor, "Au clavier seul")


def reply(visitor: Visitor) -> None:
    type_into(visitor, WORDS.reply, "Et encore un mot", "Control+Enter")
    is_delivered(visitor, "Et encore un mot")


def is_delivered(visitor: Visitor, text: str) -> None:
    message = visitor.page.locator(".bubble").filter(has_text=text)
    expect(message).to_contain_text(WORDS.delivered)


def search_and_read(visitor: Visitor) -> None:
    enter(visitor, WORDS.conversations)
    visitor.page.wait_for_url("**/conversations")
    type_into(visitor, WORDS.search, "clavier se", "Enter")
    visitor.page.wait_for_url("**/search?*")
    enter(visitor, "06 39 98 44 01")
    visitor.page.wait_for_url("**/conversations/*")
    expect(visitor.page.get_by_role("main")).to_contain_text("Et encore un mot")


def add_contact(visitor: Visitor) -> None:
    enter(visitor, WORDS.add_to_contacts)
    visitor.page.wait_for_url("**/contacts/new?**")
    type_into(visitor, WORDS.name, "Clara Clavier", "Enter")
    visitor.page.wait_for_url("**/conversations/*")
    expect(visitor.page.get_by_role("heading", name="Clara Clavier")).to_be_visible()


def test_the_first_key_leads_past_the_navigation(camille: Visitor) -> None:
    camille.open("/conversations")
    camille.page.keyboard.press("Tab")
    expect(camille.page.locator(".skip")).to_be_in_viewport()
    camille.page.keyboard.press("Enter")
    camille.page.keyboard.press("Tab")
    expect(camille.page.locator("main a").first).to_be_focused()


def type_into(visitor: Visitor, label: str, text: str, key: str = "") -> None:
    """Reach the field, type, and press a key where one is named."""
    go_to(visitor, label)
    visitor.page.keyboard.type(text)
    if key:
        visitor.page.keyboard.press(key)


def enter(visitor: Visitor, name: str) -> None:
    """Reach a link or a button, and press Enter."""
    go_to(visitor, name)
    visitor.page.keyboard.press("Enter")


def go_to(visitor: Visitor, name: str) -> None:
    """Press Tab until ``name`` has the focus, which on the way there can always be seen."""
    passed: list[str] = []
    # A page that is still loading goes to its newest message, away from what has the focus.
    visitor.page.wait_for_load_state("load")
    for _ in range(MOST_STEPS):
        visitor.page.keyboard.press("Tab")
        focused, is_marked, is_seen = visitor.page.evaluate(FOCUSED)
        if visitor.page.evaluate("document.activeElement === document.body"):
            continue
        assert is_marked, f"the focus on {focused} cannot be seen"
        assert is_seen, f"{focused} has the focus beneath something else"
        passed.append(focused)
        # What follows in a line of its own, such as a count, is no part of the name.
        if focused.partition("\n")[0] == name:
            return
    raise AssertionError(f"{name} cannot be reached among {passed}")
