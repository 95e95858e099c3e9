"""What is said on pages before old texts are emptied, and how it is stopped."""

import time_machine
from flask import Flask

from raspisms import clock
from raspisms.messaging import retention
from tests.web import making
from tests.web.browser import Browser, words

HOUSEHOLD = "/settings/household"


def test_every_page_says_it_for_a_week_and_how_to_stop_it(
    app: Flask, admin: Browser, member: Browser
) -> None:
    phone, now = making.add_phone(app), clock.now()
    making.came_in(app, phone, "Ancien")
    making.change_message(app, 1, created_at=now.replace(year=2020), sent_at=now.replace(year=2020))
    admin.submit(HOUSEHOLD, {"keep_texts_months": "12"})
    with app.app_context():
        retention.work(app.extensions["raspisms"])
    told = words(admin.get("/contacts").text)
    assert "Old texts will be emptied" in told
    assert "older than 12 months go for good; now that is 1 message." in told
    assert f'href="{HOUSEHOLD}#keep_texts_months"' in admin.page.text
    assert "An administrator can stop it" in words(member.get("/contacts").text)
    admin.submit(HOUSEHOLD, {"keep_texts_months": ""})
    assert "Old texts" not in words(admin.get("/contacts").text)
    with app.app_context(), time_machine.travel(now + 2 * retention.NOTICE):
        retention.work(app.extensions["raspisms"])
    assert making.messages(app)[0].body == "Ancien"
    journal = words(admin.get("/settings/journal").text)
    assert "“Months after which texts are emptied”" in journal


def test_a_number_of_months_that_is_none_is_told_beside_the_field(admin: Browser) -> None:
    admin.submit(HOUSEHOLD, {"keep_texts_months": "0"})
    assert admin.page.status_code == 400
    assert "a whole number from 1 to 600" in words(admin.page.text)
