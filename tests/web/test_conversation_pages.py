"""A thread: its pages, what is new and what is scheduled in it, drafts, the phone it goes by."""

import re

import pytest
from flask import Flask

from raspisms.extensions import db
from raspisms.messaging import conversations
from tests.statements import statements
from tests.web import making
from tests.web.browser import Browser, form_fields, words
from tests.web.conftest import account, logged_in
from tests.web.making import LEA

ONE = "/conversations/1"
LIST = "/conversations"


@pytest.fixture
def phone(app: Flask) -> int:
    return making.add_phone(app)


def shown(html: str) -> list[int]:
    """The ids of the messages of a page, in their order."""
    return [int(one) for one in re.findall(r'<li class="bubble[^"]*" id="m(\d+)"', html)]


def item(html: str, name: str) -> str:
    """One line of a list, by its id."""
    return re.split(r"<li ", html.partition(f'id="{name}"')[2], maxsplit=1)[0]


@pytest.fixture
def long(app: Flask, phone: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread of ten messages, four on each page."""
    monkeypatch.setattr(conversations, "PAGE", 4)
    for number in range(1, 11):
        making.came_in(app, phone, f"numéro {number}.")


def test_a_thread_is_gone_through_page_by_page_and_back(admin: Browser, long: None) -> None:
    assert shown(admin.get(ONE).text) == [7, 8, 9, 10]
    assert shown(admin.get(f"{ONE}?before=7").text) == [3, 4, 5, 6]
    assert f'href="{ONE}?after=6"' in admin.page.text
    assert shown(admin.get(f"{ONE}?before=3").text) == [1, 2]
    assert "data-older" not in admin.page.text
    assert shown(admin.get(f"{ONE}?after=2").text) == [3, 4, 5, 6]
    assert "<textarea" not in admin.page.text
    assert shown(admin.get(f"{ONE}?after=6").text) == [7, 8, 9, 10]
    assert "<textarea" in admin.page.text


def test_a_page_around_a_message_shows_and_marks_it_and_reads_nothing(
    admin: Browser, long: None
) -> None:
    page = admin.get(f"{ONE}?at=5").text
    assert shown(page) == [4, 5, 6, 7]
    assert '<li class="bubble found" id="m5"' in page
    assert "Unread:" in words(admin.get(LIST).text)
    assert shown(admin.get(f"{ONE}?at=10").text) == [9, 10]
    assert shown(admin.get(f"{ONE}?at=999").text) == [9, 10]
    assert shown(admin.get(f"{ONE}?at=x").text) == [7, 8, 9, 10]


def test_a_line_stands_above_what_is_new_although_the_page_reads_it(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.came_in(app, phone, "Lu")
    assert 'id="new"' in admin.get(ONE).text
    making.went_out(app, phone, "Ma réponse")
    making.came_in(app, phone, "Pas lu")
    making.came_in(app, phone, "Pas lu non plus")
    page = admin.get(ONE).text
    assert page.count('id="new"') == 1
    assert page.index("Ma réponse") < page.index('id="new"') < page.index(">Pas lu<")
    assert f"{ONE}#newest" in admin.get(LIST).text  # nothing is unread: it opens at the end
    assert 'id="new"' not in admin.get(ONE).text


def test_what_is_scheduled_stands_at_the_end_and_can_be_cancelled_there(
    app: Flask, admin: Browser, phone: int
) -> None:
    soon, late = making.in_days(1), making.in_days(9)
    for text, at in (("Plus tard", late), ("Bientôt", soon)):
        making.went_out(
            app, phone, text, status="pending", scheduled=True, due_at=at, attempt_at=at
        )
    making.came_in(app, phone, "Maintenant")
    page = admin.get(ONE).text
    assert shown(page) == [3, 2, 1]
    assert page.index("Maintenant") < page.index("Scheduled") < page.index("Bientôt")
    assert "Leaves:" in item(page, "m2")
    admin.submit("/messages/2/cancel", on=ONE)
    assert shown(admin.get(ONE).text) == [2, 3, 1]
    assert "Scheduled" in words(admin.page.text)


def test_list_and_thread_stand_side_by_side_and_the_open_one_is_marked(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.came_in(app, phone, "Un")
    making.came_in(app, phone, "Deux", "+33612345679")
    page = admin.get(ONE).text
    assert 'aria-current="page"' in item(page, "c1")
    assert 'aria-current="page"' not in item(page, "c2")
    assert "Unread:" not in item(page, "c1")
    assert "Unread:" in item(page, "c2")
    assert page.count("<h1") == 1


def test_a_link_is_one_in_the_thread_and_none_in_the_list(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.came_in(app, phone, "Voir https://exemple.fr/a_(b). <b>")
    page = admin.get(ONE).text
    assert 'href="https://exemple.fr/a_(b)" target="_blank" rel="noopener' in item(page, "m1")
    assert "&lt;b&gt;" in item(page, "m1")
    assert 'href="https://exemple.fr' not in item(page, "c1")


def test_a_draft_is_there_again_and_gone_once_it_is_sent(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.came_in(app, phone, "Tu viens ?")
    text = '</textarea>"><script>alert(1)</script>'
    admin.get(ONE)
    fields = form_fields(admin.page.text, ONE)
    quiet = {"csrf_token": fields["csrf_token"], "text": text, "quiet": "1"}
    assert admin.post(f"{ONE}/draft", quiet).status_code == 204
    assert form_fields(admin.get(ONE).text, ONE)["text"] == text
    assert "<script>alert" not in admin.page.text
    assert "Draft:" in words(admin.get(LIST).text)
    admin.submit(ONE)
    assert form_fields(admin.get(ONE).text, ONE)["text"] == ""
    assert "Draft:" not in words(admin.get(LIST).text)


def test_a_draft_is_kept_by_a_button_too_and_is_one_s_own(app: Flask, admin: Browser) -> None:
    sacha = logged_in(app, account(app, "Sacha", is_admin=True))
    making.came_in(app, making.add_phone(app), "Tu viens ?")
    fields = form_fields(admin.get(ONE).text, ONE)
    assert 'formaction="/conversations/1/draft"' in admin.page.text
    admin.post(f"{ONE}/draft", fields | {"text": "Oui, mais", "keep": "1"})
    assert "Your draft is kept." in words(admin.follow().text)
    assert form_fields(admin.page.text, ONE)["text"] == "Oui, mais"
    assert form_fields(sacha.get(ONE).text, ONE)["text"] == ""
    admin.post(f"{ONE}/draft", fields | {"text": "a" * 10_001, "keep": "1"})
    assert admin.page.status_code == 400
    assert "too long to be kept" in words(admin.page.text)
    assert len(form_fields(admin.page.text, ONE)["text"]) == 10_001


def test_the_phone_of_an_answer_is_chosen_among_those_one_may_use(app: Flask) -> None:
    sacha = account(app, "Sacha")
    making.came_in(app, making.add_phone(app, members=[sacha]), "Tu viens ?")
    browser = logged_in(app, sacha)
    assert "phone" not in form_fields(browser.get(ONE).text, ONE)
    club = making.add_phone(app, "Club", "+33600000002", members=[sacha])
    other = making.add_phone(app, "Pas à Sacha", "+33600000003")
    assert form_fields(browser.get(ONE).text, ONE)["phone"] == "1"
    assert "Pas à Sacha" not in browser.page.text
    browser.send_again(ONE, {"text": "Non", "phone": str(other)})
    assert browser.page.status_code == 400
    assert "No phone is chosen." in words(browser.page.text)
    browser.send_again(ONE, {"text": "Oui", "phone": str(club)})
    assert browser.page.headers["Location"] == "/conversations/2#newest"
    (sent,) = [one for one in making.messages(app) if one.direction == "out"]
    assert (sent.phone_id, sent.peer, sent.body) == (club, LEA, "Oui")


def test_who_loses_the_phone_while_writing_keeps_the_text_and_is_told_nothing_more(
    app: Flask,
) -> None:
    sacha = account(app, "Sacha")
    phone = making.add_phone(app, members=[sacha])
    making.came_in(app, phone, "Un secret")
    browser = logged_in(app, sacha)
    form = form_fields(browser.get(ONE).text, ONE) | {"text": "Ma longue réponse"}
    with app.app_context():
        db.session.execute(db.text("DELETE FROM phone_access"))
        db.session.commit()
    browser.post(ONE, form)
    assert browser.page.status_code == 404
    told = words(browser.page.text)
    assert "nothing was sent" in told
    assert "Ma longue réponse" in told
    assert "secret" not in told
    assert "06 12 34 56 78" not in told
    assert browser.post(f"{ONE}/draft", form | {"quiet": "1"}).status_code == 204
    assert len(making.messages(app)) == 1


def test_muting_archiving_and_putting_back(app: Flask, admin: Browser, phone: int) -> None:
    making.came_in(app, phone, "Salut")
    admin.submit(f"{ONE}/mute", on=ONE)
    assert "The conversation is muted" in words(admin.follow().text)
    assert "Muted." in words(admin.get(LIST).text)
    admin.submit(f"{ONE}/unmute", on=ONE)
    assert "Muted." not in words(admin.get(LIST).text)
    admin.submit(f"{ONE}/archive", on=ONE)
    assert admin.page.headers["Location"] == LIST
    assert "Salut" not in words(admin.follow().text)
    assert "Salut" in words(admin.get(f"{LIST}?show=archived").text)
    admin.submit(f"{ONE}/unarchive", on=ONE)
    assert "Salut" in words(admin.get(LIST).text)
    assert "Nothing is archived" in words(admin.get(f"{LIST}?show=archived").text)
    assert "All is read" in words(admin.get(f"{LIST}?show=unread").text)


def test_a_message_is_shown_in_all_detail_and_deleted(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.came_in(app, phone, "Avant")
    admin.submit(ONE, {"text": "Oui"})
    making.change_message(app, 2, status="delivered", final_at=making.in_days(0), credits=1.5)
    told = words(admin.get("/messages/2").text)
    for fact in ("06 12 34 56 78", "Maison", "Written by Camille", "Delivered", "1 SMS", "1.5"):
        assert fact in told
    assert "the other person keeps it" in told
    admin.submit("/messages/2/delete", on="/messages/2")
    assert "The message is deleted." in words(admin.follow().text)
    assert shown(admin.page.text) == [1]
    assert admin.get("/messages/2").status_code == 404
    admin.submit("/messages/1/delete", on="/messages/1")
    assert admin.page.headers["Location"] == LIST


def test_a_conversation_is_deleted_after_a_page_that_says_what_that_means(
    app: Flask, admin: Browser, phone: int
) -> None:
    at = making.in_days(1)
    making.came_in(app, phone, "Avant")
    making.went_out(app, phone, "Demain", status="pending", scheduled=True, due_at=at)
    page = f"{ONE}/delete"
    told = words(admin.get(page).text)
    assert "All 2 messages are deleted." in told
    assert "everyone in the household who sees this phone" in told
    making.came_in(app, phone, "Entre-temps")
    admin.send_again(page)
    assert admin.page.status_code in (400, 409)
    assert "still wait to be sent" in words(admin.page.text)
    admin.send_again(page, {"cancel": "1", "newest": "2"})
    assert "The conversation is deleted." in words(admin.follow().text)
    assert shown(admin.get(ONE).text) == [3]


def test_a_deleted_conversation_is_an_empty_page_that_says_so(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.came_in(app, phone, "Avant")
    admin.submit(f"{ONE}/delete")
    assert "No conversation yet" in words(admin.follow().text)
    assert "Nothing is here any more" in words(admin.get(ONE).text)


def test_more_messages_and_conversations_are_no_more_queries(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.came_in(app, phone, "Un")
    admin.get(ONE)
    counts = []
    for more in (1, 10):
        for number in range(more):
            making.went_out(app, phone, "Ratée", status="failed", reason="absent")
            making.went_out(app, phone, "Deux", f"+336123400{more}{number}")
        with statements(app) as asked:
            admin.get(ONE)
        counts.append(len(asked))
    assert counts[0] == counts[1]
