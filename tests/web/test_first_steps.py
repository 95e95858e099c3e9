"""An empty installation leads to its first messages."""

from flask import Flask

from raspisms.messaging import first_account
from tests.household import KEYS
from tests.web import making
from tests.web.browser import Browser, form_fields, words
from tests.web.conftest import PASSWORD, account, logged_in


def leads_to(browser: Browser) -> str:
    return browser.get("/").headers["Location"]


def test_who_makes_the_first_account_lands_there(app: Flask, client: Browser) -> None:
    with app.app_context():
        link = first_account.make_link()
    client.submit(f"/setup/{link}", {"name": "Camille", "password": PASSWORD, "again": PASSWORD})
    client.follow()
    client.follow()
    assert "First steps" in words(client.page.text)
    assert client.page.request.path == "/start"


def test_each_step_is_done_by_what_is_there(app: Flask, admin: Browser) -> None:
    assert leads_to(admin) == "/start"
    page = words(admin.get("/start").text)
    assert (page.count("Next"), page.count("Done")) == (1, 0)
    assert "As soon as there is a phone." in page

    phone = making.add_phone(app)
    page = words(admin.get("/start").text)
    assert (page.count("Next"), page.count("Done")) == (1, 1)
    making.went_out(app, phone, "Essai", status="pending")
    assert words(admin.get("/start").text).count("Done") == 1

    making.went_out(app, phone, "Essai", status="sent")
    assert words(admin.get("/start").text).count("Done") == 2
    assert leads_to(admin) == "/start"

    making.add_contact(app, "Léa")
    assert leads_to(admin) == "/conversations"
    page = words(admin.get("/start").text)
    assert page.count("Done") == 3
    assert "All is set up" in page


def test_a_second_member_is_company_too(app: Flask, admin: Browser) -> None:
    making.went_out(app, making.add_phone(app), "Essai", status="delivered")
    account(app, "Sacha")
    assert leads_to(admin) == "/conversations"


def test_each_step_leads_to_a_form_that_is_filled_in(app: Flask, admin: Browser) -> None:
    page = admin.get("/start").text
    assert "/phones/new?adapter=test_adapter" in page
    assert (
        form_fields(admin.get("/phones/new?adapter=test_adapter").text, "/phones/new")["adapter"]
        == "test_adapter"
    )
    making.add_phone(app)
    assert form_fields(admin.get("/start").text, "/write") == {"to": ""}
    assert "Nothing arrives." in words(admin.page.text)
    making.change_phone(app, 1, adapter="ovh_sms_virtual_number_adapter", settings=KEYS)
    assert "Nothing arrives." not in words(admin.get("/start").text)
    write = admin.get("/write?to=06+12+34+56+78").text
    assert form_fields(write, "/write")["number"] == "06 12 34 56 78"


def test_who_knows_their_way_is_led_no_more(app: Flask, admin: Browser) -> None:
    admin.submit("/start/dismiss", on="/start")
    assert admin.page.headers["Location"] == "/conversations"
    assert leads_to(admin) == "/conversations"
    assert "/start/dismiss" not in admin.get("/start").text
    assert 'href="/start"' in admin.get("/settings").text
    other = logged_in(app, account(app, "Dominique", is_admin=True))
    assert leads_to(other) == "/conversations"


def test_members_are_led_nowhere_and_told_whom_to_ask(member: Browser) -> None:
    assert leads_to(member) == "/conversations"
    assert "Ask an administrator" in words(member.follow().text)
    assert member.get("/start").status_code == 403
