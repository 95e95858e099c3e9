"""The address book at a small screen: data typed, several chosen, two merged, all taken back."""

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.home import Home
from tests.web import making


def test_contacts_at_a_small_screen(visit: Visit, home: Home) -> None:
    for last, name in enumerate(("Zora Un", "Zora Deux", "Zora Trois")):
        making.add_contact(home.app, name, f"+3363998810{last}")
    visitor = visit(home.url, "en")
    page = visitor.page
    visitor.open(home.login_link())
    page.locator("main form button").click()
    page.wait_for_url("**/conversations")

    visitor.open("/contacts?search=zora")
    page.locator(".person", has_text="Zora Un").click()
    page.wait_for_url("**/contacts/*")
    visitor.follow("Change")
    page.wait_for_url("**/edit")
    page.get_by_label("Name 1", exact=True).fill("team")
    page.get_by_label("Value 1", exact=True).fill("U9")
    visitor.press("One more row")
    page.get_by_label("Value 4", exact=True).press("Enter")  # saves, and adds no row
    page.wait_for_url("**/contacts/*")
    expect(page.get_by_role("main")).to_contain_text("U9")
    visitor.look_by_axe("(a contact)")

    visitor.open("/contacts?search=zora")
    page.get_by_label("Choose Zora Deux").check()
    page.get_by_label("Choose Zora Trois").check()
    visitor.look_by_axe("(contacts)")
    visitor.press("Remove…")
    page.wait_for_url("**/contacts/removal?*")
    visitor.press("Remove 2 contacts")
    page.wait_for_url("**/contacts?done=*")
    expect(page.get_by_text("2 contacts are removed.")).to_be_visible()
    visitor.press("Undo")
    expect(page.get_by_text("Undone: 2 contacts are as they were before.")).to_be_visible()

    visitor.open("/contacts?search=zora+un")
    page.locator(".person", has_text="Zora Un").click()
    page.locator(".page-head summary").click()
    page.get_by_role("link", name="Merge with another…").click()
    visitor.fill("Search by name or number", "zora deux")
    visitor.press("Search")
    page.locator(".person", has_text="Zora Deux").click()
    page.get_by_label("Zora Deux").check()
    visitor.look_by_axe("(two contacts)")
    visitor.press("Merge them")
    expect(page.get_by_role("heading", level=1)).to_have_text("Zora Deux")
    expect(page.get_by_role("main")).to_contain_text("+33639988101")
