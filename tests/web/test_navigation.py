"""The frame of every page: where one is, what is not read, what waits."""

import re

import pytest
from flask import Flask

from tests.web import making
from tests.web.browser import Browser
from tests.web.conftest import account, logged_in

ENTRY = re.compile(
    r'<a href="/(\w+)"( aria-current="page")?>.*?<span class="label">([^<]+)', re.DOTALL
)


def entries(page: str) -> dict[str, bool]:
    """The names of the places in the navigation, and whether one is there."""
    places = page.partition('<nav class="places"')[2].partition("</nav>")[0]
    return {name: bool(here) for _, here, name in ENTRY.findall(places)}


def test_the_places_are_those_of_people_and_the_one_that_is_open_is_marked(admin: Browser) -> None:
    places = ["Conversations", "Write", "Contacts", "Campaigns", "Phones", "Settings"]
    for path, name in {
        "/conversations": "Conversations",
        "/write": "Write",
        "/contacts/new": "Contacts",
        "/campaigns": "Campaigns",
        "/campaigns/new": "Campaigns",
        "/campaigns/planned": "Campaigns",
        "/messages": "Campaigns",
        "/phones": "Phones",
        "/settings": "Settings",
        "/account": "Settings",
        "/style": "Settings",
    }.items():
        assert entries(admin.get(path).text) == {one: one == name for one in places}, path


def test_what_waits_or_needs_a_person_is_counted(app: Flask, admin: Browser) -> None:
    phone = making.add_phone(app)
    making.went_out(app, phone, "Lost", "+33639980002", "failed", reason="unknown_number")
    page = admin.get("/write").text
    assert "0 messages wait or need you" in page  # a failure has ended; it is not counted
    for number in range(2):
        making.went_out(app, phone, "Late", f"+3363998001{number}", "held", reason="overdue")
    assert "2 messages wait or need you" in admin.get("/write").text


def test_a_member_is_told_nothing_of_phones_that_they_do_not_see(
    app: Flask, admin: Browser, member: Browser
) -> None:
    phone = making.add_phone(app)
    making.went_out(app, phone, "Late", "+33639980002", "held", reason="overdue")
    making.came_in(app, phone, "Hello", "+33639980003")
    assert "1 message waits or needs you" in admin.get("/write").text
    page = member.get("/write").text
    assert "0 messages wait or need you" in page
    assert "<title>Write an SMS" in page


def test_what_is_not_read_is_in_the_title_the_favicon_and_the_navigation(
    app: Flask, admin: Browser
) -> None:
    phone = making.add_phone(app)
    page = admin.get("/contacts").text
    assert "<title>Contacts – RaspiSMS</title>" in page
    assert re.search(r'rel="icon" href="[^"]*raspisms\.svg', page)
    for number in range(3):
        making.came_in(app, phone, "Hello", f"+3363998001{number}")
    page = admin.get("/contacts").text
    assert "<title>(3) Contacts – RaspiSMS</title>" in page
    assert 'data-title="Contacts – RaspiSMS"' in page
    assert re.search(r'rel="icon" href="[^"]*raspisms-unread\.svg', page)
    assert re.search(r'<span class="count" data-unread="">.*3 unread conversations', page)


def test_who_is_not_logged_in_is_told_no_counts(app: Flask, client: Browser) -> None:
    making.came_in(app, making.add_phone(app), "Hello", "+33639980003")
    page = client.get("/login").text
    assert "<title>Log in – RaspiSMS</title>" in page
    assert "data-unread" not in page


@pytest.mark.parametrize("name", ['"><script>alert(1)</script>', "&amp; ' onload=x"])
def test_no_name_breaks_the_frame(name: str, app: Flask) -> None:
    admin = logged_in(app, account(app, name, is_admin=True))
    making.add_contact(app, name, "+33639980003")
    page = admin.get("/contacts/1").text
    assert "<script>alert" not in page
    assert "onload=" not in re.sub(r'"[^"]*"|>[^<]*<', "", page)


def test_the_page_of_the_style_shows_each_piece_and_its_code(admin: Browser) -> None:
    page = admin.get("/style").text
    for shown in ('class="notice warning"', "<dialog", "<progress", 'class="avatar tint-'):
        assert shown in page
    assert "{% call dialog(&#34;style-dialog&#34;" in page
