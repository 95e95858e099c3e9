"""What people type when they write an SMS: understood, counted, or refused in words and kept."""

import re

import pytest
from flask import Flask
from markupsafe import escape

from tests.web import making
from tests.web.browser import Browser, form_fields, words
from tests.web.making import draft, kept

LONG = "Il fait beau. " * 714 + "fin."
XSS = "<script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.fixture
def phone(app: Flask) -> int:
    return making.add_phone(app)


@pytest.mark.parametrize(
    ("number", "kept_as"),
    [
        ("0612345678", "+33612345678"),
        ("06.12.34.56.78", "+33612345678"),
        ("0033 6 12 34 56 78", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("０６１２３４５６７８", "+33612345678"),
        ("+44 7911 123456", "+447911123456"),
        ("36111", "36111"),
    ],
)
def test_a_number_is_understood_as_people_write_it(
    app: Flask, admin: Browser, phone: int, number: str, kept_as: str
) -> None:
    admin.submit("/write", draft(phone, number=number))
    assert admin.page.status_code == 303
    assert [message.peer for message in making.messages(app)] == [kept_as]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("number", "", "There is no recipient."),
        ("number", "personne", "There is no contact named “personne”."),
        ("number", "06 12 ab 56 78", "contains letters"),
        ("number", "06 12", "too few digits"),
        ("number", "+999 123456789", "country code that does not exist"),
        ("number", "06" * 40, "too many digits"),
        ("number", "0612345678\x00", "control character"),
        ("text", "", "The message is empty."),
        ("text", " \n\t ", "The message is empty."),
        ("text", LONG, "at most 10 are allowed"),
        ("text", "a\x00b", "U+0000"),
        ("at", "2020-01-01T10:00", "is past"),
        ("at", "9999-12-31T23:59", "more than two years ahead"),
        ("at", "demain", "is not a date and time"),
        ("phone", "", "No phone is chosen."),
        ("phone", "９" * 40, "No phone is chosen."),
        ("phone", "-1", "No phone is chosen."),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field_and_kept(
    app: Flask, admin: Browser, phone: int, field: str, value: str, said: str
) -> None:
    making.add_phone(app, "Club", "+33600000002")
    typed = draft(phone) | {field: value}
    admin.submit("/write", typed)
    assert admin.page.status_code == 400
    beside = re.search(rf'id="{field}-error">(.*?)</p>', admin.page.text, re.S)
    assert beside, f"nothing beside {field}"
    assert said in words(f"<main {beside[1]}")
    shown = kept(admin.page.text)
    for name in {"number", "text", "at"} - {field}:
        assert shown[name] == typed[name]
    if field != "phone":
        # An HTML parser reads NUL as U+FFFD: that one character cannot be shown again.
        assert shown[field].replace("\ufffd", "\x00") == value
    assert making.messages(app) == []


def test_all_that_is_wrong_is_said_at_once(admin: Browser, phone: int) -> None:
    admin.submit("/write", {"phone": "", "number": "", "text": "", "at": "hier"})
    for said in ("No phone is chosen.", "There is no recipient.", "message is empty", "not a date"):
        assert said in words(admin.page.text)


@pytest.mark.parametrize("token", ["", "an old token"])
def test_a_form_with_an_old_token_keeps_what_was_typed(
    app: Flask, admin: Browser, phone: int, token: str
) -> None:
    typed = draft(phone, text=LONG, number="Léa", at="2031-01-01T10:00")
    admin.submit("/write", typed | {"csrf_token": token})
    assert admin.page.status_code == 400
    assert "This form had been open for too long" in words(admin.page.text)
    assert kept(admin.page.text) == typed
    assert making.messages(app) == []
    admin.send_again("/write", {"text": "Bonjour", "number": "0612345678", "at": ""})
    assert admin.page.status_code == 303


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("👍🏽 d’accord", "👍🏽 d’accord"),
        ("e\u0301te\u0301", "été"),
        ("\u202eمرحبا\u202c", "\u202eمرحبا\u202c"),
        ("un\r\ndeux", "un\ndeux"),
        (XSS, XSS),
    ],
)
def test_a_text_is_kept_as_written_and_shown_as_text(
    app: Flask, admin: Browser, phone: int, typed: str, stored: str
) -> None:
    admin.submit("/write", draft(phone, text=typed))
    assert [message.body for message in making.messages(app)] == [stored]
    page = admin.follow().text
    assert f'<p class="written" dir="auto">{escape(stored)}</p>' in page


def test_without_javascript_a_button_counts_and_keeps_what_was_typed(
    app: Flask, admin: Browser, phone: int
) -> None:
    typed = draft(phone, text="Ça va ? ê", number="Léa", at="2031-01-01T10:00")
    admin.submit("/write", typed | {"count": "1"})
    assert admin.page.status_code == 200
    assert kept(admin.page.text) == typed
    said = "1 SMS, 61 characters left (UCS-2). Fewer fit into one SMS because of: ê"
    assert said in words(admin.page.text)
    assert making.messages(app) == []


@pytest.mark.parametrize(
    ("text", "encoding", "segments", "left", "because"),
    [
        ("", "GSM-7", 0, 160, []),
        ("Bonjour", "GSM-7", 1, 153, []),
        ("a\r\nb", "GSM-7", 1, 157, []),
        ("e\u0301", "GSM-7", 1, 159, []),
        ("a" * 161, "GSM-7", 2, 145, []),
        ("ê 😀", "UCS-2", 1, 66, ["ê", "😀"]),
        ("\u202eא", "UCS-2", 1, 68, ["U+202E", "א"]),
        ("αβγδεζηθικ", "UCS-2", 1, 60, [*"αβγδεζηθ", "…"]),
        (LONG, "GSM-7", 66, 98, []),
    ],
)
def test_the_live_count_is_that_of_the_server(
    admin: Browser,
    phone: int,
    text: str,
    encoding: str,
    segments: int,
    left: int,
    because: list[str],
) -> None:
    token = form_fields(admin.get("/write").text, "/write")["csrf_token"]
    answer = admin.post("/write/length", {"text": text, "csrf_token": token}).get_json()
    assert (answer["encoding"], answer["segments"]) == (encoding, segments)
    assert (answer["left"], answer["ucs2_because"]) == (left, because)
    assert bool(answer["words"]) == bool(text)


def test_the_live_count_is_for_members_with_a_form(
    app: Flask, client: Browser, admin: Browser
) -> None:
    assert not client.post("/write/length", {"text": "a"}).is_json
    assert admin.post("/write/length", {"text": "a"}).status_code == 400
