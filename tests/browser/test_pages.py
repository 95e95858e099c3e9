"""Every page, on small and large screens, by day and by night, in both languages."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.home import Home
from tests.browser.pages import pages_of, strangers_of
from tests.browser.visitor import HEIGHTS, NARROW, WIDE, Visitor
from tests.browser.words import ENGLISH

Light = Literal["light", "dark"]
LANGUAGES = pytest.mark.parametrize("language", ["fr", "en"])


def see(visitor: Visitor, *, turned: bool = False) -> None:
    """Look at the open page in each size and light.

    In French by axe-core too: what it finds is in what the words stand in, not in the words. It
    sees the page at both widths and in both lights, by day at the one and by night at the other;
    ``turned``, the other way round. What is on every page it sees in all four ways, as each page
    is turned after the one before.
    """
    lights: Sequence[Light] = ("dark", "light") if turned else ("light", "dark")
    for width, light in zip((NARROW, WIDE), lights, strict=True):
        visitor.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        visitor.page.emulate_media(color_scheme=light)
        visitor.look(f"({width} pixels)")
        if visitor.language == "fr":
            visitor.look_by_axe(f"({width} pixels, {light})")


def see_each(visitor: Visitor, paths: Iterable[str]) -> None:
    for number, path in enumerate(paths):
        visitor.open(path)
        see(visitor, turned=number % 2 == 1)


@LANGUAGES
@pytest.mark.parametrize("half", [0, 1])
def test_each_page_fits_and_says_what_it_is(
    half: int, language: str, visit: Visit, home: Home, cookies: Any
) -> None:
    visitor = visit(home.url, language, storage_state=cookies)
    see_each(visitor, list(pages_of(home).values())[half::2])


@pytest.mark.parametrize(("half", "language"), [(0, "fr"), (1, "en")])
def test_conversations_in_each_state_fit(
    half: int, language: str, visit: Visit, home: Home, cookies: Any
) -> None:
    """The words of each state are in both languages among the messages, too."""
    visitor = visit(home.url, language, storage_state=cookies)
    paths = [f"/conversations/{number}" for number in home.conversations.values()]
    see_each(visitor, paths[half::2])


@LANGUAGES
def test_pages_for_strangers_fit(language: str, visit: Visit, home: Home, setup_link: str) -> None:
    visitor = visit(home.url, language)
    paths = strangers_of(home) | {"auth.setup": setup_link}
    see_each(visitor, paths.values())


@LANGUAGES
def test_refusals_fit(language: str, visit: Visit, home: Home, cookies: Any) -> None:
    visitor = visit(home.url, language, storage_state=cookies)
    with visitor.refused(404):
        see_each(visitor, ["/nowhere"])
    for path in ("/phones/new", "/contacts/new"):
        visitor.open(path)
        with visitor.refused(400):
            # Beyond the form's own button there are others in the head of the page.
            visitor.page.locator("main form button:not([name])").last.click()
            visitor.page.wait_for_selector("[aria-invalid=true]")
            see(visitor)


@pytest.mark.parametrize("javascript", [True, False])
def test_recipients_that_cannot_be_used_are_shown_and_can_be_left_out(
    javascript: bool, visit: Visit, home: Home, cookies: Any
) -> None:
    visitor = visit(home.url, "en", javascript=javascript, storage_state=cookies)
    visitor.open("/write?phone=1")
    visitor.fill(ENGLISH.text, f"To several, {javascript}")
    visitor.page.get_by_text("More recipients", exact=True).click()
    visitor.fill("More recipients, one on each line", "06 39 98 44 03\nNobody at all\n" + "9" * 60)
    visitor.fill(ENGLISH.to, "06 39 98 44 04, 06 12")
    with visitor.refused(400):
        visitor.page.get_by_label(ENGLISH.to, exact=True).press("Enter")
        visitor.page.wait_for_selector("textarea[aria-invalid=true]")
        see(visitor)
    visitor.press("Leave these out and send to the other 2")
    visitor.page.wait_for_url("**/review")
    visitor.press("Send to 2 people")
    visitor.page.wait_for_url(lambda url: not url.endswith("/review"))
    expect(visitor.page.locator(".toast")).to_contain_text("2 messages leave at once.")


def test_what_is_decided_together_is_asked_once_more(
    visit: Visit, home: Home, cookies: Any
) -> None:
    visitor = visit(home.url, "en", javascript=False, storage_state=cookies)
    visitor.open("/messages")
    visitor.page.get_by_text("Send all 2 now", exact=True).click()
    visitor.page.get_by_text("Send none of the 2", exact=True).first.click()
    expect(visitor.page.get_by_role("button", name="Yes, send all 2")).to_be_visible()
    see(visitor)
