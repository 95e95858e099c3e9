"""Menus, dialogs and toasts: by pointer, by keyboard, and without JavaScript."""

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.home import Home
from tests.browser.visitor import NARROW, WIDE, Visitor

TOAST = (
    "document.dispatchEvent(new CustomEvent('toast', {detail: {kind: '%s', text: '<b>%s</b>'}}))"
)


def test_a_menu_closes_by_escape_and_by_a_look_elsewhere(camille: Visitor) -> None:
    camille.open("/style")
    page = camille.page
    menu, summary = page.locator(".menu.start"), page.locator(".menu.start > summary")
    link = menu.get_by_role("link").first
    summary.press("Enter")
    expect(link).to_be_visible()
    page.keyboard.press("Tab")
    expect(link).to_be_focused()
    page.keyboard.press("Escape")
    expect(link).to_be_hidden()
    expect(summary).to_be_focused()
    for leave in (lambda: page.locator("h1").click(), lambda: page.locator(".me summary").click()):
        summary.click()
        expect(link).to_be_visible()
        leave()
        expect(link).to_be_hidden()
    summary.click()
    link.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")  # to what stands before the menu
    expect(link).to_be_hidden()


def test_a_dialog_asks_in_place_and_gives_the_focus_back(camille: Visitor) -> None:
    camille.open("/contacts/1")
    page = camille.page
    opener, dialog = page.locator("[data-dialog]"), page.get_by_role("dialog")
    for close in (
        lambda: page.keyboard.press("Escape"),
        lambda: dialog.locator("[data-close]").press("Enter"),
        lambda: page.mouse.click(5, 5),
    ):
        opener.press("Enter")
        expect(dialog.locator("[data-close]")).to_be_focused()
        dialog.locator("p").click()  # within it: it stays
        expect(dialog).to_be_visible()
        camille.look("(a dialog)")
        close()
        expect(dialog).to_be_hidden()
        expect(opener).to_be_focused()
    assert page.url.endswith("/contacts/1")


def test_without_javascript_the_same_is_asked_on_a_page(
    visit: Visit, home: Home, cookies: Any
) -> None:
    visitor = visit(home.url, javascript=False, storage_state=cookies)
    visitor.open("/contacts/1")
    expect(visitor.page.locator("dialog")).to_be_hidden()
    visitor.page.locator("[data-dialog]").click()
    visitor.page.wait_for_url("**/contacts/1/remove")


def test_a_toast_is_told_and_goes_but_a_fault_stays(camille: Visitor) -> None:
    page = camille.page
    page.clock.install()
    for width in (NARROW, WIDE):
        page.set_viewport_size({"width": width, "height": 700})
        camille.open("/contacts")
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        for kind in ("success", "error"):
            page.evaluate(TOAST % (kind, kind))
        done, fault = page.locator(".toast.success"), page.locator(".toast.error")
        expect(done).to_contain_text("<b>success</b>")
        expect(fault).to_have_attribute("role", "alert")
        expect(fault).to_be_in_viewport()
        camille.look("(toasts)")
        done.hover()
        page.clock.run_for(60_000)
        expect(done).to_be_visible()  # while it is pointed at
        page.mouse.move(1, 1)
        page.clock.run_for(60_000)
        expect(done).to_have_count(0)
        fault.get_by_role("button").click()
        expect(fault).to_have_count(0)
