"""Searching while one types, by keyboard, and what an address that is far too long is answered."""

import re
import time
from typing import Any

from playwright.sync_api import Route, expect

from tests.browser.conftest import Visit
from tests.browser.home import Home
from tests.browser.visitor import WIDE
from tests.web import making

PEER = "+33639984477"


def test_results_follow_what_is_typed_and_lead_to_their_place(
    visit: Visit, home: Home, cookies: Any
) -> None:
    for text in ("Le saxophone est réparé", "Le saxhorn aussi"):
        making.came_in(home.app, 1, text, PEER)
    visitor = visit(home.url, storage_state=cookies, width=WIDE)
    page = visitor.page
    visitor.open("/search")
    hits, told = page.locator(".search-hits > li"), page.locator("[data-search-told]")
    page.keyboard.type("sax")
    expect(hits).to_have_count(2)
    expect(told).to_contain_text("2")
    page.keyboard.type("oph")
    expect(hits).to_have_count(1)
    expect(page).to_have_url(re.compile(r"\?q=saxoph$"))
    expect(page.locator("mark")).to_have_text("saxophone")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    hits.get_by_role("link").click()
    expect(page.locator(".bubble:target")).to_contain_text("saxophone")
    page.go_back()
    expect(page.locator("#q")).to_have_value("saxoph")
    expect(hits).to_have_count(1)


def test_an_answer_that_comes_late_is_not_shown(visit: Visit, home: Home, cookies: Any) -> None:
    making.came_in(home.app, 1, "Un basson", PEER)
    visitor = visit(home.url, storage_state=cookies, width=WIDE)
    page, held = visitor.page, []

    def hold(route: Route) -> None:
        held.append(route)

    visitor.open("/search")
    page.route(re.compile(r"q=bass$"), hold)
    page.locator("#q").fill("bass")
    expect(page.locator("#results")).to_have_attribute("aria-busy", "true")
    until = time.monotonic() + 10
    while not held and time.monotonic() < until:
        page.evaluate("0")
    page.locator("#q").fill("introuvable")
    expect(page.locator("#results .empty")).to_be_visible()
    with page.expect_response(re.compile(r"q=bass$")):
        held[0].continue_()
    page.evaluate("new Promise((done) => setTimeout(done))")
    expect(page.locator(".search-hits")).to_have_count(0)
    expect(page).to_have_url(re.compile("introuvable"))


def test_far_too_much_in_an_address_is_answered_in_words(
    visit: Visit, home: Home, cookies: Any
) -> None:
    visitor = visit(home.url, storage_state=cookies)
    with visitor.refused(400):
        visitor.open(f"/search?q={'a+' * 2500}")
    expect(visitor.page.locator("#q-error")).to_be_visible()
