"""Answering in a conversation: once, to the right number, and nothing typed is lost."""

import pytest
from flask import Flask

from tests.web import making
from tests.web.browser import Browser, form_fields, words

ONE = "/conversations/1"


@pytest.fixture
def phone(app: Flask) -> int:
    return making.add_phone(app)


def test_an_answer_goes_to_the_other_side_once(app: Flask, admin: Browser, phone: int) -> None:
    making.came_in(app, phone, "Tu viens ?")
    admin.get(ONE)
    form = form_fields(admin.page.text, ONE) | {"text": "Oui"}
    for _ in range(2):
        admin.post(ONE, form)
        assert admin.page.headers["Location"] == f"{ONE}#newest"
    assert "Accepted: your message leaves at once." in words(admin.follow().text)
    sent = [(one.peer, one.body) for one in making.messages(app) if one.direction == "out"]
    assert sent == [(making.LEA, "Oui")]


def test_a_short_code_can_be_answered_and_a_name_cannot(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.came_in(app, phone, "Répondez STOP", "36111")
    making.came_in(app, phone, "Votre code", "OVHcloud")
    admin.submit(ONE, {"text": "STOP"})
    assert admin.page.status_code == 303
    admin.get("/conversations/2")
    assert "cannot be answered" in words(admin.page.text)
    assert "<textarea" not in admin.page.text
    assert "Add to contacts" not in words(admin.page.text)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"text": " "}, "The message is empty."),
        ({"text": "a" * 10_000}, "at most 10 are allowed"),
        ({"text": "Oui", "at": "2020-01-01T10:00"}, "is past"),
        ({"text": "Oui", "csrf_token": "old"}, "open for too long"),
    ],
)
def test_an_answer_that_cannot_go_is_kept(
    app: Flask, admin: Browser, phone: int, typed: dict[str, str], said: str
) -> None:
    making.came_in(app, phone, "Tu viens ?")
    admin.submit(ONE, typed)
    assert admin.page.status_code == 400
    assert said in words(admin.page.text)
    assert "Tu viens ?" in words(admin.page.text)
    shown = form_fields(admin.page.text, ONE)
    assert {name: shown[name] for name in typed if name != "csrf_token"} == {
        name: value for name, value in typed.items() if name != "csrf_token"
    }
    assert len(making.messages(app)) == 1


def test_the_length_of_an_answer_is_counted_without_javascript(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.came_in(app, phone, "Tu viens ?")
    admin.submit(ONE, {"text": "Oui ê", "count": "1"})
    assert "1 SMS, 65 characters left (UCS-2)" in words(admin.page.text)
    assert form_fields(admin.page.text, ONE)["text"] == "Oui ê"


def test_the_conversation_of_a_removed_phone_stays_readable(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.came_in(app, phone, "Avant")
    making.went_out(app, phone, "Raté", status="failed", reason="absent")
    admin.get(ONE)
    form = form_fields(admin.page.text, ONE) | {"text": "Trop tard"}
    admin.submit(f"/phones/{phone}/remove")
    page = admin.get(ONE).text
    assert "Avant" in page
    assert "The phone of this conversation was removed" in words(page)
    assert "<textarea" not in page
    assert "Write it again with another phone" in words(page)
    assert "With Maison (removed)" in words(admin.get("/conversations").text)
    club = making.add_phone(app, "Club", "+33600000002")
    admin.post(ONE, form)
    assert admin.page.status_code == 400
    assert "No phone is chosen." in words(admin.page.text)
    assert form_fields(admin.page.text, ONE)["text"] == "Trop tard"
    admin.send_again(ONE, {"phone": str(club)})
    assert admin.page.headers["Location"] == "/conversations/2#newest"
    assert making.messages(app)[2].body == "Trop tard"
