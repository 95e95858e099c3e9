"""Messages that wait or need a person: what is told of them, and what can be decided."""

from typing import Any

import pytest
from flask import Flask
from markupsafe import escape

from tests.web import making
from tests.web.browser import Browser, form_fields, words
from tests.web.conftest import account, logged_in

XSS = '"><script>alert(1)</script>'


@pytest.fixture
def phone(app: Flask) -> int:
    return making.add_phone(app)


def decide(browser: Browser, decision: str, on: str = "/messages", **changed: Any) -> str:
    """Press the button of the first message; what the page told then, notices first."""
    browser.submit(f"/messages/1/{decision}", changed, on=on)
    assert browser.page.status_code == 303
    return words(browser.follow().text)


def test_where_nothing_needs_anyone_the_page_says_so(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.went_out(app, phone, "Bien arrivé", status="delivered")
    told = words(admin.get("/messages").text)
    assert "All is well" in told
    assert "Bien arrivé" not in told


def test_messages_are_grouped_by_what_they_call_for(app: Flask, admin: Browser, phone: int) -> None:
    making.add_contact(app, "Léa")
    for status in ("failed", "pending", "sending", "held", "uncertain"):
        making.went_out(app, phone, f"texte {status}", status=status)
    told = words(admin.get("/messages").text)
    order = [
        *("Not certain (1)", "texte uncertain", "On hold (1)", "texte held"),
        *("Waiting (2)", "texte pending", "texte sending", "Failed (1)", "texte failed"),
    ]
    places = [told.index(part) for part in order]
    assert places == sorted(places)
    assert told.count("Léa") == 5


def test_what_leaves_first_is_the_first_of_those_that_wait(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.went_out(app, phone, "après", status="pending", due_at=making.in_days(9))
    making.went_out(app, phone, "avant", status="pending", due_at=making.in_days(1))
    told = words(admin.get("/messages").text)
    assert told.index("avant") < told.index("après")
    assert told.count("Leaves:") == 2


def test_the_cause_the_advice_and_the_words_of_the_provider_are_told(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.went_out(app, phone, "Raté", status="failed", reason="absent", reason_detail=XSS)
    told = words(admin.get("/messages").text)
    assert "The recipient's phone is off or out of reach. Send it again later." in told
    assert "The provider said:" in told
    assert "<script>alert" not in admin.page.text
    assert str(escape(XSS)) in admin.page.text


def test_texts_and_names_are_only_ever_text(app: Flask, admin: Browser, phone: int) -> None:
    making.add_contact(app, XSS)
    making.change_phone(app, phone, name=XSS)
    making.went_out(app, phone, XSS, status="failed")
    assert "<script>alert" not in admin.get("/messages").text


@pytest.mark.parametrize(
    ("status", "decision", "becomes", "said"),
    [
        ("pending", "cancel", "cancelled", "will not be sent"),
        ("held", "cancel", "cancelled", "will not be sent"),
        ("held", "release", "pending", "leaves now"),
        ("uncertain", "anyway", "pending", "leaves once more"),
        ("uncertain", "leave", "failed", "will not be sent again"),
    ],
)
def test_a_person_decides(
    app: Flask, admin: Browser, phone: int, status: str, decision: str, becomes: str, said: str
) -> None:
    making.went_out(app, phone, "Bonjour", status=status)
    assert said in decide(admin, decision)
    assert [message.status for message in making.messages(app)] == [becomes]


@pytest.mark.parametrize(
    ("status", "decision"),
    [
        ("pending", "cancel"),
        ("held", "release"),
        ("uncertain", "anyway"),
        ("uncertain", "leave"),
        ("failed", "again"),
    ],
)
def test_a_decision_that_comes_too_late_is_said_on_the_same_page(
    app: Flask, admin: Browser, phone: int, status: str, decision: str
) -> None:
    making.went_out(app, phone, "Bonjour", status=status)
    admin.get("/conversations/1")
    making.change_message(app, 1, status="delivered")
    admin.send_again(f"/messages/1/{decision}")
    assert admin.page.headers["Location"] == "/conversations/1#m1"
    told = words(admin.follow().text)
    assert "This message has moved on meanwhile. Look at its state now" in told
    assert [message.status for message in making.messages(app)] == ["delivered"]


def test_a_failed_message_is_sent_again_once_a_click(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.went_out(app, phone, "Bonjour", status="failed", reason="absent")
    admin.get("/messages")
    form = form_fields(admin.page.text, "/messages/1/again")
    for _ in range(2):
        admin.post("/messages/1/again", form)
    assert "Accepted: your message leaves at once." in words(admin.follow().text)
    assert [one.status for one in making.messages(app)] == ["failed", "pending"]
    assert "Accepted" in decide(admin, "again")
    assert [one.body for one in making.messages(app)] == ["Bonjour"] * 3


def test_what_is_sent_again_is_a_flash_message_as_before(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.went_out(app, phone, "Alerte", status="failed", reason="absent", flash=True)
    decide(admin, "again")
    assert [one.flash for one in making.messages(app)] == [True, True]


def test_what_cannot_be_sent_again_is_said_on_the_same_page(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.went_out(app, phone, "Bonjour", "OVHcloud", status="failed")
    assert "There is no contact named “OVHcloud”." in decide(admin, "again")
    assert len(making.messages(app)) == 1


def test_a_message_of_a_removed_phone_can_be_written_with_another(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.went_out(app, phone, "Bonjour", status="failed")
    making.went_out(app, phone, "Peut-être", status="uncertain")
    making.change_phone(app, phone, removed_at=making.in_days(0))
    page = admin.get("/messages").text
    assert 'href="/write?again=1"' in page
    assert "/messages/1/again" not in page
    assert "/messages/2/anyway" not in page
    assert "/messages/2/leave" in page


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/conversations/1#m1", "/conversations/1#m1"),
        ("https://example.org/", "/messages"),
        ("//example.org/", "/messages"),
        ("/\\example.org", "/messages"),
        ("", "/messages"),
    ],
)
def test_one_goes_back_only_to_pages_of_this_site(
    app: Flask, admin: Browser, phone: int, asked: str, leads_to: str
) -> None:
    making.went_out(app, phone, "Bonjour", status="pending")
    admin.submit("/messages/1/cancel", {"next": asked}, on="/messages")
    assert admin.page.headers["Location"] == leads_to


def test_a_button_of_an_old_page_changes_nothing(app: Flask, admin: Browser, phone: int) -> None:
    making.went_out(app, phone, "Bonjour", status="pending")
    admin.post("/messages/1/cancel", {"csrf_token": "old"})
    assert admin.page.status_code == 400
    assert "This form had been open for too long" in words(admin.page.text)
    assert "Bonjour" in words(admin.page.text)
    assert [message.status for message in making.messages(app)] == ["pending"]


@pytest.mark.parametrize("decision", ["cancel", "release", "anyway", "leave", "again", "invented"])
def test_nobody_decides_about_the_messages_of_others(
    app: Flask, member: Browser, phone: int, decision: str
) -> None:
    making.went_out(app, phone, "Un secret", status="failed")
    assert "secret" not in member.get("/messages").text
    token = form_fields(member.get("/account").text, "/account")["csrf_token"]
    for message_id in (1, 99, "9" * 18, "9" * 30):
        member.post(f"/messages/{message_id}/{decision}", {"csrf_token": token})
        assert member.page.status_code == 404
        assert "secret" not in member.page.text
    assert len(making.messages(app)) == 1


def test_a_member_decides_about_the_messages_of_the_phones_given_to_them(app: Flask) -> None:
    sacha = account(app, "Sacha")
    making.went_out(app, making.add_phone(app, members=[sacha]), "Bonjour", status="held")
    assert "leaves now" in decide(logged_in(app, sacha), "release")
