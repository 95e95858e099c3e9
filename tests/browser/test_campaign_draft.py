"""A campaign is written at a small screen, kept by itself, and gone on with by another member."""

from typing import Any

from playwright.sync_api import expect

from raspisms.messaging import members
from raspisms.messaging.transactions import writing
from raspisms.models import PhoneAccess
from tests.browser.conftest import Visit
from tests.browser.home import Home
from tests.browser.visitor import Visitor
from tests.web.conftest import logged_in


def test_a_draft_is_kept_while_one_types_and_resumed_by_another_member(
    camille: Visitor, visit: Visit, home: Home
) -> None:
    page = camille.page
    camille.open("/campaigns/new")
    page.locator("#phone").select_option("1")
    page.locator("#recipients").fill("06 39 98 30 10")
    page.locator("#text").fill("Répétition samedi")
    page.locator("input[value=schedule]").check()
    expect(page.locator("[data-when=schedule]")).to_have_attribute("open", "")
    page.wait_for_url("**/campaigns/drafts/*")
    path = page.url.removeprefix(home.url)
    camille.look_by_axe("the form of a campaign")

    other = visit(home.url, storage_state=_cookies_of_another(home))
    other.open("/campaigns/drafts")
    other.page.locator(f"a[href='{path}']").first.click()
    expect(other.page.locator("#text")).to_have_value("Répétition samedi")
    other.page.locator("#text").fill("Répétition dimanche")
    other.page.locator("button.button[name=save]").click()
    expect(other.page.locator("#text")).to_have_value("Répétition dimanche")

    with camille.refused(409):
        told = page.locator("[data-kept]")
        before = told.text_content() or ""
        page.locator("#text").fill("Répétition lundi")
        expect(told).not_to_have_text(before)
        page.locator("button.button[name=save]").click()
        expect(page.locator("button[name=as_new]")).to_be_visible()
    expect(page.locator("#text")).to_have_value("Répétition lundi")
    page.locator("button[name=as_new]").click()
    page.wait_for_url(lambda url: "/campaigns/drafts/" in url and not url.endswith(path))
    expect(page.locator("#text")).to_have_value("Répétition lundi")


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
