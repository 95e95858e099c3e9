"""Groups in a browser, on a small screen, in French: a rule made of conditions, and why."""

from playwright.sync_api import expect

from raspisms.messaging.transactions import writing
from raspisms.models import Contact
from tests.browser.home import Home
from tests.browser.visitor import Visitor
from tests.web import making


def test_a_smart_group_is_made_of_conditions_and_says_why(camille: Visitor, home: Home) -> None:
    for name, last, data in (
        ("Zoé Conditions", 1, {"team": "U13", "age": "12"}),
        ("Léa Conditions", 2, {"team": "U13", "age": "30"}),
    ):
        contact_id = making.add_contact(home.app, name, f"+3363998600{last}")
        with home.app.app_context(), writing() as session:
            session.get_one(Contact, contact_id).data = data
    page = camille.page
    camille.open("/groups")
    page.locator("main a[href='/groups/smart/new']").click()
    page.locator("[name=name]").fill("Jeunes de l’équipe")
    page.locator("[name=field-0-0]").select_option("contact.team")
    page.locator("[name=value-0-0]").fill("U13")
    page.locator("[name=act][value=preview]:visible").click()
    expect(page.locator("main section[role=status]")).to_contain_text("Léa Conditions")
    expect(page.locator("main section[role=status]")).to_contain_text("Zoé Conditions")

    page.locator("[name=act][value=row-0]").click()
    expect(page.locator("[name=field-0-1]")).to_be_focused()
    page.locator("[name=field-0-1]").select_option("contact.age")
    page.locator("[name=comparison-0-1]").select_option("less")
    page.locator("[name=value-0-1]").fill("dix-huit")
    with camille.refused(400):
        page.locator("[name=act][value=save]").click()
        expect(page.locator("#value-0-1")).to_have_attribute("aria-invalid", "true")
    camille.look()
    page.locator("[name=value-0-1]").fill("18")
    page.locator("[name=act][value=save]").click()
    expect(page.locator("h1")).to_have_text("Jeunes de l’équipe")
    expect(page.locator(".people .name")).to_have_text(["Zoé Conditions"])
    camille.look()

    page.locator(".people").get_by_role("link", name="Zoé Conditions").nth(1).click()
    expect(page.locator("main strong")).to_contain_text("Zoé Conditions")
    expect(page.locator("main .badge.ok").first).to_be_visible()
    page.locator("main input[type=search]").fill("Léa Cond")
    page.locator("main input[type=search]").press("Enter")
    page.locator(".people a").click()
    expect(page.locator("main strong")).to_contain_text("Léa Conditions")
    expect(page.locator("main .badge.off").first).to_be_visible()
    expect(page.locator("main ol")).to_contain_text(["decimal(contact.age) = 30"])
    camille.look()
