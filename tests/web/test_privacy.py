"""The page of what is kept of a person: a file, or erasing them."""

import io
import json
import zipfile

from flask import Flask
from sqlalchemy import text

from raspisms.extensions import db
from raspisms.messaging import contacts
from tests.web import making
from tests.web.browser import Browser, words


def test_an_administrator_erases_a_contact_after_typing_the_number(
    app: Flask, admin: Browser
) -> None:
    phone = making.add_phone(app)
    lea = making.add_contact(app, "Léa")
    making.came_in(app, phone, "Aubergine")
    making.went_out(app, phone, "Demain", status="held")
    page = f"/contacts/{lea}/privacy"
    assert f'href="{page}"' in admin.get(f"/contacts/{lea}").text
    shown = words(admin.get(page).text)
    assert "What is kept of Léa" in shown
    assert "The texts of 2 messages go" in shown
    assert "1 message that waits to be sent is cancelled" in shown
    assert "list of STOP" not in shown
    assert admin.submit(f"{page}/erase", {"number": "06 99"}, on=page).status_code == 400
    assert "This is not the number" in words(admin.page.text)
    assert 'value="06 99"' in admin.page.text
    admin.send_again(f"{page}/erase", {"number": "06 12 34 56 78"})
    assert "The person is erased." in words(admin.follow().text)
    assert {one.body for one in making.messages(app)} == {""}
    with app.app_context():
        assert contacts.find_by_number(making.LEA) is None
        for index, word in (("message_search", b"aubergine"), ("contact_search", b"lea")):
            pages = db.session.scalars(text(f"SELECT block FROM {index}_data")).all()
            assert pages, index
            assert not [one for one in pages if word in one], index
    assert admin.get(page).status_code == 404


def test_somebody_in_no_address_book_is_found_by_their_conversation(
    app: Flask, admin: Browser
) -> None:
    talk = making.came_in(app, making.add_phone(app), "Aubergine")
    page = f"/conversations/{talk}/privacy"
    assert f'href="{page}"' in admin.get(f"/conversations/{talk}").text
    answer = admin.submit(f"{page}/download", on=page)
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/zip", "no-store")
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
        data = json.loads(archive.read("data.json"))
    assert [one["body"] for one in data["messages"]] == ["Aubergine"]
    admin.get("/settings/journal")
    assert "Camille downloaded all that is kept of" in words(admin.page.text)
    admin.submit(f"{page}/erase", {"number": making.LEA}, on=page)
    assert admin.page.status_code == 303
    journal = words(admin.get("/settings/journal").text)
    assert "Camille erased a person." in journal
    assert "12 34 56 78" not in journal


def test_what_may_be_leaving_is_said_before(app: Flask, admin: Browser) -> None:
    phone = making.add_phone(app)
    talk = making.went_out(app, phone, "En route", status="uncertain")
    shown = admin.get(f"/conversations/{talk}/privacy").text
    assert "just leaving, or may have left" in words(shown)
    assert "Erase for good" not in shown


def test_no_member_sees_it(app: Flask, member: Browser) -> None:
    lea = making.add_contact(app, "Léa")
    assert "privacy" not in member.get(f"/contacts/{lea}").text
    assert member.get(f"/contacts/{lea}/privacy").status_code == 403
