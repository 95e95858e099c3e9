"""A campaign to a group, at a small screen, in French: reviewed, one excluded, and confirmed."""

import re

from playwright.sync_api import expect

from tests.browser.home import Home
from tests.browser.test_group_text import put_group
from tests.browser.visitor import Visitor
from tests.web import making

TEXT = "Bonjour {{ contact.surnom }}, l’entraînement est déplacé à 18 h 30"
EXTRA = "+33639980799"


def test_it_is_looked_at_and_confirmed(home: Home, camille: Visitor) -> None:
    group_id = put_group(home)
    before = making.campaigns(home.app)
    page = camille.page
    camille.open("/campaigns/new")
    page.locator("[name=phone]").first.select_option("1")
    page.locator("[name=recipients]").fill(EXTRA)
    page.locator(f"[name=groups][value='{group_id}']").evaluate("box => box.click()")
    page.locator("#text").fill(TEXT)
    page.locator("button[name=review]").last.click()
    page.wait_for_url("**/review")
    camille.look("the review")
    confirm = page.locator("form[action$='/confirm'] button")
    expect(confirm).to_contain_text(re.compile(r"\b2\b"))
    expect(page.locator("#warnings")).to_contain_text("’")
    expect(page.locator("blockquote").first).to_have_text(re.compile("^Bonjour"))
    page.locator("[aria-labelledby='left-out'] summary").first.click()
    expect(page.locator("[aria-labelledby='left-out'] details[open]")).to_contain_text(
        "Hugo (STOP)"
    )
    camille.look_by_axe("who is left out is shown")

    page.locator("a[href$='/review/people']").click()
    page.wait_for_url("**/people")
    camille.look("who gets it")
    page.locator(f"button[name=number][value='{EXTRA}']").click()
    page.wait_for_url("**/review")
    expect(confirm).to_contain_text(re.compile(r"\b1\b"))

    confirm.click()
    page.wait_for_url(lambda url: not url.endswith("/review"))
    assert making.campaigns(home.app) == before + 1
    written = [one for one in making.messages(home.app) if one.body.startswith("Bonjour Nénès, l’")]
    assert len(written) == 1
