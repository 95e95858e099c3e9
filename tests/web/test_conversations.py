"""Conversations: the list, one of them, answering, unread marks, staying up to date."""

import re

import pytest
import time_machine
from flask import Flask
from markupsafe import escape

from raspisms.sms.lifecycle import Status
from tests.web import making
from tests.web.browser import Browser, form_fields, words
from tests.web.conftest import account, logged_in
from tests.web.watching import thread_anew

XSS = '"><script>alert(1)</script>'
ONE = "/conversations/1"


def thread_in(html: str) -> str:
    """The words of the thread of a page, without those of the list beside it."""
    return words(f"<main>. <ol {html.partition('<ol ')[2].partition('</ol>')[0]}")


@pytest.fixture
def phone(app: Flask) -> int:
    return making.add_phone(app)


def test_the_first_page_is_that_of_the_conversations(member: Browser) -> None:
    assert member.get("/").headers["Location"] == "/conversations"


def test_an_empty_list_says_what_to_do_next(app: Flask, admin: Browser, member: Browser) -> None:
    assert "Add a phone" in words(admin.get("/conversations").text)
    assert "Ask an administrator" in words(member.get("/conversations").text)
    making.add_phone(app)
    assert "No conversation yet" in words(admin.get("/conversations").text)


def test_the_list_shows_who_what_and_the_state_newest_first(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.add_contact(app, "Léa")
    making.came_in(app, phone, "Tu viens ?")
    making.went_out(app, phone, "Bonjour", "+33612345679", "delivered")
    told = words(admin.get("/conversations").text)
    newer, older = told.index("06 12 34 56 79"), told.index("Léa")
    assert newer < older
    assert "You: Bonjour" in told
    assert "Delivered" in told
    assert "Unread: Léa" in told
    assert told.count("Unread:") == 1


def test_the_phone_is_named_where_there_are_several(app: Flask, admin: Browser, phone: int) -> None:
    making.came_in(app, phone, "Un")
    assert "With Maison" not in words(admin.get("/conversations").text)
    making.came_in(app, making.add_phone(app, "Club", "+33600000002"), "Deux")
    told = words(admin.get("/conversations").text)
    assert "With Maison" in told
    assert "With Club" in told


def test_a_long_list_has_pages(app: Flask, admin: Browser, phone: int) -> None:
    for last in range(51):
        making.came_in(app, phone, "Salut", f"+336123456{last:02}")
    admin.get("/conversations")
    assert admin.page.text.count('<li id="c') == 50
    older = re.search(r'href="(/conversations\?before=\d+)" rel="next"', admin.page.text)
    assert older
    admin.get(older[1])
    assert admin.page.text.count('<li id="c') == 1
    assert "06 12 34 56 00" in words(admin.page.text)
    assert 'rel="next"' not in admin.page.text


@pytest.mark.parametrize("before", ["0", "-1", "x", "9" * 30, "²"])
def test_an_odd_page_is_still_a_page(app: Flask, admin: Browser, phone: int, before: str) -> None:
    making.came_in(app, phone, "Salut")
    assert admin.get(f"/conversations?before={before}").status_code == 200
    assert admin.get(f"{ONE}?before={before}").status_code == 200


def test_the_newest_message_is_at_the_foot_and_days_part_them(app: Flask) -> None:
    with time_machine.travel("2026-06-01T10:00:00+00:00", tick=False) as clock:
        phone, admin_id = making.add_phone(app), account(app, "Ana", is_admin=True)
        for text in ("un", "deux", "trois"):
            making.came_in(app, phone, text)
            clock.shift(86_400)
        told = thread_in(logged_in(app, admin_id).get(ONE).text)
    order = ["Monday 1 June", "un", "Tuesday 2 June", "deux", "Yesterday", "trois"]
    places = [told.index(f" {word} ") for word in order]
    assert places == sorted(places)


def test_days_never_come_back_where_the_clock_was_behind(app: Flask) -> None:
    with time_machine.travel("2026-06-02T10:00:00+00:00", tick=False) as clock:
        phone, admin_id = making.add_phone(app), account(app, "Ana", is_admin=True)
        making.came_in(app, phone, "un")
        clock.shift(-86_400)
        making.came_in(app, phone, "deux")
        clock.shift(86_400)
        page = logged_in(app, admin_id).get(ONE).text
    assert page.count('class="day"') == 1
    assert "Yesterday 12:00" in words(page)


def test_a_long_conversation_has_older_pages(app: Flask, admin: Browser, phone: int) -> None:
    for number in range(51):
        making.went_out(app, phone, f"numéro {number}.")
    page = admin.get(ONE).text
    assert "numéro 0." not in page
    assert "numéro 50." in page
    older = re.search(rf'href="({ONE}\?before=\d+)#newest"', page)
    assert older
    page = admin.get(older[1]).text
    assert "numéro 0." in page
    assert "numéro 1." not in page
    assert "To the newest messages" in words(page)


@pytest.mark.parametrize("status", [one for one in Status if one != Status.RECEIVED])
def test_each_state_is_told_in_words_with_what_can_be_done(
    app: Flask, admin: Browser, phone: int, status: Status
) -> None:
    reason = {"reason": "no_answer", "reason_detail": "HTTP 502 <b>"}
    making.went_out(app, phone, "Bonjour", status=status, **reason)
    told = words(f"<main {thread_anew(admin, 1)}")
    state = {
        "pending": "Waiting",
        "sending": "On its way",
        "uncertain": "Not certain",
        "held": "On hold",
        "sent": "Sent",
        "delivered": "Delivered",
        "failed": "Failed",
        "expired": "No receipt",
        "cancelled": "Cancelled",
        "skipped": "Not sent",
    }[status]
    actions = {
        "pending": ["Do not send"],
        "held": ["Send now", "Do not send"],
        "failed": ["Send again"],
        "uncertain": ["it arrives twice", "Send it again (may arrive twice)", "Leave it"],
    }.get(status, [])
    assert state in told
    assert ("The provider did not answer" in told) is (status != Status.DELIVERED)
    assert ("HTTP 502 <b>" in told) is (status != Status.DELIVERED)
    for action in actions:
        assert action in told
    for other in {"Do not send", "Send now", "Send again", "Leave it"} - set(actions):
        assert other not in told


def test_when_a_message_that_waits_will_leave_is_told(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.went_out(app, phone, "Plus tard", status="pending", due_at=making.in_days(3))
    assert "Leaves:" in words(admin.get(ONE).text)
    making.change_message(app, 1, attempts=2, attempt_at=making.in_days(3.01))
    assert "Next try:" in words(admin.get(ONE).text)
    making.change_phone(app, phone, paused=True)
    assert "it waits until the phone is resumed" in words(admin.get(ONE).text)


def test_texts_and_names_are_only_ever_text(app: Flask, admin: Browser, phone: int) -> None:
    making.add_contact(app, XSS)
    making.came_in(app, phone, f"{XSS} https://example.org")
    making.change_phone(app, phone, name=XSS)
    for path in ("/conversations", ONE):
        page = admin.get(path).text
        assert "<script>alert" not in page
        assert str(escape(XSS)) in page


def test_a_stranger_to_the_phone_finds_nothing(app: Flask, member: Browser, phone: int) -> None:
    making.came_in(app, phone, "Un secret")
    token = form_fields(member.get("/account").text, "/account")["csrf_token"]
    for path, form in ((ONE, {"text": "Bonjour"}), (f"{ONE}/unread", {})):
        member.post(path, form | {"csrf_token": token})
        assert member.page.status_code == 404
        assert "secret" not in member.page.text
    for path in (ONE, f"{ONE}?before=99", "/conversations/99", f"/conversations/{'9' * 30}"):
        assert member.get(path).status_code == 404
        assert "secret" not in member.page.text
    assert "secret" not in member.get("/conversations").text
    assert "You do not see this conversation" in thread_anew(member, 1)
    assert len(making.messages(app)) == 1


def test_a_member_sees_the_conversations_of_the_phones_given_to_them(app: Flask) -> None:
    sacha = account(app, "Sacha")
    making.came_in(app, making.add_phone(app, members=[sacha]), "Pour Sacha")
    making.came_in(app, making.add_phone(app, "Autre", "+33600000002"), "Pas pour Sacha")
    told = words(logged_in(app, sacha).get("/conversations").text)
    assert "Pour Sacha" in told
    assert "Pas pour" not in told


def test_an_unknown_number_can_be_added_to_the_contacts(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.came_in(app, phone, "C’est Léa")
    link = re.search(r'href="(/contacts/new\?[^"]*)"', admin.get(ONE).text)
    assert link
    admin.submit("/contacts/new", {"name": "Léa"}, on=link[1].replace("&amp;", "&"))
    assert admin.page.headers["Location"] == ONE
    told = words(admin.follow().text)
    assert "Léa" in told
    assert "Add to contacts" not in told
