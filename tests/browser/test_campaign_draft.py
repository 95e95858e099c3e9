"""A campaign is written at a small screen, kept by itself, and gone on with by another member."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from raspisms.messaging import members
from raspisms.messaging.transactions import writing
from raspisms.models import PhoneAccess
from tests.browser.conftest import Visit
from tests.browser.home import Home
from tests.browser.visitor import Visitor
from tests.web import making
from tests.web.conftest import logged_in

#: More than the pause after which what is typed is kept.
SECONDS = 4
SAVE = "Enregistrer le brouillon"
#: The answer to the next keeping is there, and reaches the page when ``goOn`` is called.
HOLD = """() => {
  const ask = window.fetch;
  window.kept = new Promise((tell) => {
    window.fetch = async (address, options) => {
      const answer = await ask(address, options);
      if (options?.method !== "POST") return answer;
      window.fetch = ask;
      tell();
      await new Promise((goOn) => { window.goOn = goOn; });
      return answer;
    };
  });
}"""


@pytest.fixture
def page(camille: Visitor) -> Page:
    """Camille's, whose clock goes on at a word."""
    camille.page.clock.install()
    return camille.page


def test_a_draft_is_kept_while_one_types_and_resumed_by_another_member(
    camille: Visitor, page: Page, visit: Visit, home: Home
) -> None:
    camille.open("/campaigns/new")
    page.locator("#phone").select_option("1")
    page.locator("#recipients").fill("06 39 98 30 10")
    page.locator("#text").fill("Répétition samedi")
    page.locator("input[value=schedule]").check()
    expect(page.locator("[data-when=schedule]")).to_have_attribute("open", "")
    keep(page)
    page.wait_for_url("**/campaigns/drafts/*")
    path = page.url.removeprefix(home.url)
    camille.look_by_axe("the form of a campaign")

    other = visit(home.url, storage_state=_cookies_of_another(home))
    other.open("/campaigns/drafts")
    other.page.locator(f"a[href='{path}']").first.click()
    expect(other.page.locator("#text")).to_have_value("Répétition samedi")
    expect(other.page.locator("input[value=schedule]")).to_be_checked()
    other.page.locator("#text").fill("Répétition dimanche")
    with other.page.expect_navigation():
        press(other.page, SAVE)
    expect(other.page.locator("#text")).to_have_value("Répétition dimanche")

    with camille.refused(409):
        page.locator("#text").fill("Répétition lundi")
        keep(page)
        expect(page.locator("[data-kept]")).to_contain_text("entre-temps")
        press(page, SAVE)
        expect(page.locator("button[name=as_new]")).to_be_visible()
    expect(page.locator("#text")).to_have_value("Répétition lundi")
    page.locator("button[name=as_new]").click()
    page.wait_for_url(lambda url: "/campaigns/drafts/" in url and not url.endswith(path))
    expect(page.locator("#text")).to_have_value("Répétition lundi")


def test_a_button_pressed_while_the_draft_is_kept_waits_for_it(
    camille: Visitor, page: Page, home: Home
) -> None:
    draft_id = making.add_draft(home.app, home.admin_id, 1, "Bonjour")
    camille.open(f"/campaigns/drafts/{draft_id}")
    page.evaluate(HOLD)
    page.locator("#name").fill("À tou")
    page.clock.fast_forward(1000 * SECONDS)
    page.evaluate("window.kept")
    page.locator("#name").fill("À tous")
    press(page, SAVE)
    page.evaluate("window.goOn()")
    expect(page.locator("h1")).to_have_text("À tous")
    expect(page.locator("[role=alert]")).to_have_count(0)


def keep(page: Page) -> None:
    """Type nothing for a while, and wait until what was typed is kept."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.clock.fast_forward(1000 * SECONDS)


def press(page: Page, name: str) -> None:
    """The button that can be seen, of those of that name."""
    page.locator("button.button").get_by_text(name, exact=True).click()


def _cookies_of_another(home: Home) -> Any:
    with home.app.app_context():
        member_id = members.create("Sacha du club", "trois mots simples").id
        with writing() as session:
            session.add(PhoneAccess(member_id=member_id, phone_id=1))
    client = logged_in(home.app, member_id).client
    (name,) = (cookie.key for cookie in client._cookies.values())
    cookie = client.get_cookie(name)
    assert cookie is not None
    kept = {"name": name, "value": cookie.value, "domain": "127.0.0.1", "path": "/"}
    flags = {"expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax"}
    return {"cookies": [kept | flags], "origins": []}
