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
  const name = said.textContent;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  const isSeen = element.contains(top) || (top?.contains(element) ?? false);
  // The calendar within a time field is marked by the browser, which tells no page of it.
  const isMarked = element.type === "datetime-local" || outlineStyle !== "none";
  return [name.trim(), isMarked && parseFloat(outlineWidth) >= 2, isSeen];
}"""


def test_logging_in_writing_and_logging_out(visit: Visit, home: Home) -> None:
    visitor = visit(home.url)
    visitor.open("/login")
    keys = visitor.page.keyboard
    go_to(visitor, WORDS.name)
    keys.type(home.keys.name)
    go_to(visitor, WORDS.password)
    keys.type(home.keys.password)
    keys.press("Enter")
    visitor.page.wait_for_url("**/conversations")

    go_to(visitor, WORDS.write)
    keys.press("Enter")
    visitor.page.wait_for_url("**/write")
    go_to(visitor, WORDS.phone)
    keys.type("Maison")
    go_to(visitor, WORDS.to)
    keys.type("06 39 98 44 01")
    go_to(visitor, WORDS.text)
    keys.type("Au clavier seul")
    go_to(visitor, WORDS.send)
    keys.press("Enter")
    message = visitor.page.get_by_role("listitem").filter(has_text="Au clavier seul")
    expect(message).to_contain_text(WORDS.delivered)

    go_to(visitor, home.keys.name)
    keys.press("Enter")
    go_to(visitor, WORDS.log_out)
    keys.press("Enter")
    visitor.page.wait_for_url("**/login")


def test_the_first_key_leads_past_the_navigation(camille: Visitor) -> None:
    camille.open("/conversations")
    camille.page.keyboard.press("Tab")
    expect(camille.page.locator(".skip")).to_be_in_viewport()
    camille.page.keyboard.press("Enter")
    camille.page.keyboard.press("Tab")
    expect(camille.page.locator("main a").first).to_be_focused()


def go_to(visitor: Visitor, name: str) -> None:
    """Press Tab until ``name`` has the focus, which on the way there can always be seen."""
    for _ in range(MOST_STEPS):
        visitor.page.keyboard.press("Tab")
        focused, is_marked, is_seen = visitor.page.evaluate(FOCUSED)
        if visitor.page.evaluate("document.activeElement === document.body"):
            continue
        assert is_marked, f"the focus on {focused} cannot be seen"
        assert is_seen, f"{focused} has the focus beneath something else"
        if focused == name:
            return
    raise AssertionError(f"{name} cannot be reached")
