"""Writing an SMS: accepted once, said in words, with which phone, to whom and when."""

import re
from typing import Any

import pytest
import time_machine
from flask import Flask

from raspisms.messaging import phones
from raspisms.messaging.phone_drafts import PhoneDraft
from tests.household import KEYS
from tests.web import making
from tests.web.browser import Browser, form_fields, words
from tests.web.conftest import account, logged_in
from tests.web.making import draft, kept


@pytest.fixture
def phone(app: Flask) -> int:
    return making.add_phone(app)


def test_an_sms_is_accepted_once_and_never_said_to_be_sent(
    app: Flask, admin: Browser, phone: int
) -> None:
    admin.submit("/write", draft(phone))
    assert admin.page.status_code == 303
    assert admin.page.headers["Location"] == "/conversations/1#newest"
    told = words(admin.follow().text)
    assert "Accepted: your message leaves at once." in told
    assert "Bonjour" in told
    assert "Waiting" in told
    (message,) = making.messages(app)
    assert (message.peer, message.body, message.status) == ("+33612345678", "Bonjour", "pending")


def test_a_double_click_or_a_reload_sends_once(app: Flask, admin: Browser, phone: int) -> None:
    admin.get("/write")
    form = form_fields(admin.page.text, "/write") | draft(phone)
    answers = [admin.post("/write", form) for _ in range(3)]
    assert {answer.headers["Location"] for answer in answers} == {"/conversations/1#newest"}
    assert len(making.messages(app)) == making.campaigns(app) == 1


def test_a_text_changed_in_the_same_form_is_a_new_message(
    app: Flask, admin: Browser, phone: int
) -> None:
    admin.get("/write")
    form = form_fields(admin.page.text, "/write") | draft(phone)
    admin.post("/write", form)
    admin.post("/write", form | {"text": "Bonsoir"})
    assert [message.body for message in making.messages(app)] == ["Bonjour", "Bonsoir"]


def test_the_same_text_in_a_new_form_is_a_new_message(
    app: Flask, admin: Browser, phone: int
) -> None:
    admin.submit("/write", draft(phone))
    admin.submit("/write", draft(phone))
    assert len(making.messages(app)) == 2


def test_a_form_sent_again_much_later_says_that_it_was_accepted_then(app: Flask) -> None:
    with time_machine.travel("2026-06-01T10:00:00+00:00", tick=False) as clock:
        phone, admin = making.add_phone(app), logged_in(app, account(app, "Ana", is_admin=True))
        admin.get("/write")
        form = form_fields(admin.page.text, "/write") | draft(phone)
        admin.post("/write", form)
        admin.follow()
        clock.shift(600)
        admin.post("/write", form)
        assert "its message was accepted then" in words(admin.follow().text)
    assert len(making.messages(app)) == 1


def test_a_flash_message_is_one_wherever_it_is_shown(
    app: Flask, admin: Browser, phone: int
) -> None:
    admin.submit("/write", draft(phone, flash="1"))
    assert making.messages(app)[0].flash
    assert "Flash message" in words(admin.follow().text)
    assert "shown at once, not stored by the phone" in words(admin.get("/messages/1").text)


def test_flash_is_offered_only_where_a_phone_can(app: Flask, admin: Browser) -> None:
    with app.app_context():
        ovh = PhoneDraft("OVH", "ovh_sms_virtual_number_adapter", KEYS)
        phones.add(app.extensions["raspisms"], ovh, phones.new_token())
    assert 'name="flash"' not in admin.get("/write").text
    making.add_phone(app)
    assert 'name="flash"' in admin.get("/write").text
    admin.submit("/write", draft(1, flash="1"))
    assert admin.page.status_code == 400
    assert "Flash message: The phone “OVH” cannot send flash messages." in words(admin.page.text)
    assert re.search('id="flash"[^>]* checked[^>]* aria-invalid="true"', admin.page.text)
    assert making.messages(app) == []


def test_a_contact_is_found_by_name(app: Flask, admin: Browser, phone: int) -> None:
    making.add_contact(app, "Éloïse Martin", "+33612345671")
    assert '<option value="Éloïse Martin">' in admin.get("/write").text
    admin.send_again("/write", draft(phone, number="eloise  MARTIN"))
    assert [message.peer for message in making.messages(app)] == ["+33612345671"]


def test_of_several_contacts_of_one_name_the_numbers_are_offered(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.add_contact(app, "Éloïse", "+33612345671")
    making.add_contact(app, "Éloïse", "+33612345672")
    page = admin.get("/write").text
    assert '<option value="06 12 34 56 71" label="Éloïse, 06 12 34 56 71">' in page
    admin.send_again("/write", draft(phone, number="Éloïse"))
    assert "There are 2 contacts named “Éloïse”." in words(admin.page.text)
    assert making.messages(app) == []


def test_the_names_of_contacts_are_text(app: Flask, admin: Browser, phone: int) -> None:
    making.add_contact(app, '"><script>alert(1)</script>')
    page = admin.get("/write?to=%2B33612345678").text
    assert "<script>alert" not in page
    assert kept(page)["number"] == '"><script>alert(1)</script>'


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("%2B33612345678", "06 12 34 56 78"),
        ("36111", "36111"),
        ("%3Cscript%3E", "<script>"),
        ("%00", "\x00"),
    ],
)
def test_the_address_can_name_the_recipient(
    admin: Browser, phone: int, asked: str, shown: str
) -> None:
    admin.get(f"/write?to={asked}")
    assert kept(admin.page.text)["number"].replace("\ufffd", "\x00") == shown


def test_the_address_can_name_a_contact(app: Flask, admin: Browser, phone: int) -> None:
    making.add_contact(app, "Léa")
    admin.get("/write?to=%2B33612345678")
    assert kept(admin.page.text)["number"] == "Léa"


def test_a_failed_message_can_be_written_anew(app: Flask, admin: Browser, phone: int) -> None:
    making.went_out(app, phone, "Deux\nlignes", status="failed")
    admin.get("/write?again=1")
    assert kept(admin.page.text)["text"] == "Deux\nlignes"
    assert kept(admin.page.text)["number"] == "06 12 34 56 78"


def test_nobody_reads_the_messages_of_others_by_writing_them_anew(
    app: Flask, member: Browser, phone: int
) -> None:
    making.went_out(app, phone, "Un secret", status="failed")
    assert member.get("/write?again=1").status_code == 404
    assert "secret" not in member.page.text


def test_the_only_phone_is_chosen_and_several_are_offered(
    app: Flask, admin: Browser, phone: int
) -> None:
    assert "Choose a phone" not in words(admin.get("/write").text)
    making.add_phone(app, "Club", "+33600000002")
    told = words(admin.get("/write").text)
    assert "Choose a phone" in told
    assert "Maison, 06 00 00 00 01" in told


def test_nobody_writes_with_a_phone_that_was_not_given_to_them(
    app: Flask, member: Browser, phone: int
) -> None:
    making.add_phone(app, "Club", "+33600000002", members=[1])
    told = words(member.get("/write").text)
    assert "Maison" not in told
    member.send_again("/write", draft(phone))
    assert "No phone is chosen." in words(member.page.text)
    assert making.messages(app) == []


def test_without_a_phone_the_page_says_what_to_do(admin: Browser, member: Browser) -> None:
    assert "Add a phone" in words(admin.get("/write").text)
    assert "Ask an administrator" in words(member.get("/write").text)


def test_what_was_typed_stays_when_the_last_phone_goes(
    app: Flask, admin: Browser, phone: int
) -> None:
    admin.get("/write")
    form = form_fields(admin.page.text, "/write") | draft(phone)
    making.change_phone(app, phone, removed_at=making.in_days(0))
    admin.post("/write", form)
    assert admin.page.status_code == 400
    assert kept(admin.page.text)["text"] == "Bonjour"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"paused": True}, "is paused: what you send with it waits until it is resumed"),
        ({"problem": "unreachable", "verified_at": None}, "is not verified yet"),
        ({"problem": "no_credit"}, "There is no credit left at the provider."),
    ],
)
def test_that_a_message_will_wait_is_said_before_and_after(
    app: Flask, admin: Browser, phone: int, changes: dict[str, Any], said: str
) -> None:
    making.change_phone(app, phone, **changes)
    assert said in words(admin.get("/write").text)
    admin.send_again("/write", draft(phone))
    told = words(admin.follow().text)
    assert "Accepted" in told
    assert said in told.partition("Conversations")[0]


def test_a_later_time_is_told_in_full(app: Flask) -> None:
    with time_machine.travel("2026-06-01T10:00:00+00:00"):
        phone, admin = making.add_phone(app), logged_in(app, account(app, "Ana", is_admin=True))
        assert "Europe/Paris (Central European Time)" in words(admin.get("/write").text)
        admin.send_again("/write", draft(phone, at="2026-06-05T18:30"))
        assert "leaves on Friday, June 5, 2026, 18:30:00 (CEST)." in words(admin.follow().text)
    (message,) = making.messages(app)
    assert message.due_at
    assert message.due_at.isoformat() == "2026-06-05T16:30:00+00:00"


@pytest.mark.parametrize(
    ("today", "at", "told"),
    [
        (
            "2026-03-27T10:00:00+00:00",
            "2026-03-29T02:30",
            "Sunday, March 29, 2026, 03:30:00 (CEST). The clocks go forward that night",
        ),
        (
            "2026-10-23T10:00:00+00:00",
            "2026-10-25T02:30",
            "Sunday, October 25, 2026, 02:30:00 (CEST). The clocks go back that night",
        ),
    ],
)
def test_in_the_odd_hours_of_the_year_the_real_time_is_told(
    app: Flask, today: str, at: str, told: str
) -> None:
    with time_machine.travel(today):
        phone, admin = making.add_phone(app), logged_in(app, account(app, "Ana", is_admin=True))
        admin.submit("/write", draft(phone, at=at))
        assert told in words(admin.follow().text)
