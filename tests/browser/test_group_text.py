"""A text with fields to a group, at a small screen: written, previewed and sent."""

from playwright.sync_api import expect

from raspisms.extensions import db
from raspisms.messaging import contacts, groups, opt_outs
from raspisms.models import Member
from tests.browser.home import Home
from tests.browser.visitor import Visitor

INES, HUGO = "+33639980701", "+33639980702"


def test_a_text_with_fields_goes_to_a_group(home: Home, camille: Visitor) -> None:
    group_id = put_group(home)
    page = camille.page
    camille.open(f"/write?group={group_id}")
    page.locator("#phone").select_option("1")
    page.locator("#text").fill("Bonjour ")
    page.locator("details:has([data-fields]) summary").click()
    page.get_by_role("button", name="surnom", exact=True).click()
    expect(page.locator("#text")).to_have_value("Bonjour {{ contact.surnom }}")
    page.locator("#text").press_sequentially(
        ", le {{ '2026-03-28'|format_datetime('full', 'none') }} !"
    )
    camille.look_by_axe("the fields are shown")

    page.locator("button[name=count]").click()
    shown = page.locator("#preview")
    expect(shown.locator("blockquote")).to_have_text("Bonjour Nénès, le samedi 28 mars 2026 !")
    expect(shown.get_by_role("listitem")).to_contain_text("Hugo (STOP)")
    camille.look("the preview")
    camille.look_by_axe("the preview is shown")

    page.locator("form button[type=submit]:not([name])").last.click()
    page.wait_for_url("**/review")
    page.locator("form[action$='/confirm'] button.primary").click()
    page.wait_for_url(lambda url: not url.endswith("/review"))
    camille.open("/messages")
    skipped = page.locator("section:has(#skipped)").get_by_role("listitem")
    expect(skipped.filter(has_text="Bonjour Gogo")).to_contain_text("Hugo (STOP)")


def put_group(home: Home) -> int:
    """Two people, one of whom said STOP, in a group."""
    engine, admin_id = home.app.extensions["raspisms"], home.admin_id
    with home.app.app_context():
        people = [
            contacts.add(engine, "Inès", INES, {"surnom": "Nénès"}),
            contacts.add(engine, "Hugo (STOP)", HUGO, {"surnom": "Gogo"}),
        ]
        group = groups.add(None, "Équipe du samedi")
        groups.add_contacts(group.id, [one.id for one in people])
        opt_outs.add(engine, db.session.get_one(Member, admin_id), HUGO, "STOP")
        return group.id
