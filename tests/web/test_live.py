"""An open page is told what changed, only what its reader may see, and for little work."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, update
from werkzeug.test import TestResponse

from raspisms import sqlite
from raspisms.changes import Changes
from raspisms.extensions import db
from raspisms.messaging import authentication, backups, marks
from raspisms.messaging.transactions import writing
from raspisms.models import Member, PhoneAccess
from raspisms.models.member import by_name
from tests import sound
from tests.statements import statements
from tests.web import making
from tests.web.browser import Browser, form_fields, words
from tests.web.conftest import account, logged_in
from tests.web.making import LEA
from tests.web.watching import OpenPage, is_unread

ONE = "/conversations/1"
LIST = "/conversations"
FIXED = "2026-06-01T10:00:00+00:00"


@pytest.fixture
def phone(app: Flask) -> int:
    return making.add_phone(app)


@pytest.fixture
def still() -> Iterator[Any]:
    """The clock stands: what time alone changes does not."""
    with time_machine.travel(FIXED, tick=False) as moved:
        yield moved


def give(app: Flask, phone: int, to: Collection[int]) -> None:
    """Have these members see the phone, and no others."""
    with app.app_context(), writing() as session:
        session.execute(delete(PhoneAccess).where(PhoneAccess.phone_id == phone))
        session.add_all(PhoneAccess(member_id=one, phone_id=phone) for one in to)


def stay(browser: Browser, action: str, data: dict[str, str] | None = None) -> TestResponse:
    """Send the form for ``action`` of the page ONE as send.js does, which does not leave it."""
    fields = form_fields(browser.get(ONE).text, action)
    return browser.post(action, {**fields, **(data or {})}, headers={"RaspiSMS-Page": ONE})


def test_an_open_page_gets_only_what_is_new(app: Flask, admin: Browser, phone: int) -> None:
    making.came_in(app, phone, "Salut")
    page = OpenPage(admin, ONE)
    assert page.parts() == {"counts"}  # which a page does not tell itself
    assert page.ask().status_code == 204
    making.came_in(app, phone, "Encore")
    news = page.ask()
    assert news.status_code == 200
    assert "Encore" in news.text
    assert "<html" not in news.text
    assert page.ask().status_code == 204


def test_what_concerns_another_part_is_not_sent(app: Flask, admin: Browser, phone: int) -> None:
    making.came_in(app, phone, "Salut")
    thread, listed = OpenPage(admin, ONE), OpenPage(admin, LIST)
    for page in (thread, listed):
        page.ask()
    making.went_out(app, phone, "Ailleurs", "+33699999999")
    assert "thread" not in thread.parts()
    assert "list" in listed.parts()


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "delivered"},
        {"status": "failed", "reason": "absent"},
        {"reason_detail": "autre"},
        {"attempt_at": making.in_days(1)},
    ],
)
def test_a_change_of_state_is_news(
    app: Flask, admin: Browser, phone: int, changes: dict[str, Any]
) -> None:
    making.went_out(app, phone, "Salut")
    page = OpenPage(admin, ONE)
    page.ask()
    making.change_message(app, 1, **changes)
    assert "thread" in page.parts()


def test_the_next_day_is_news_because_yesterday_is_named_so(app: Flask, still: Any) -> None:
    making.came_in(app, making.add_phone(app), "Salut")
    page = OpenPage(logged_in(app, account(app, "Ana", is_admin=True)), ONE)
    page.ask()
    still.shift(86_400)
    assert "Yesterday" in page.ask().text


def test_as_long_as_nothing_was_stored_an_answer_costs_the_login_alone(
    app: Flask, still: Any
) -> None:
    making.came_in(app, making.add_phone(app), "Salut")
    browser = logged_in(app, account(app, "Ana", is_admin=True))
    pages = [OpenPage(browser, path) for path in (ONE, LIST, "/contacts")]
    for page in pages:
        page.ask()
        with statements(app) as asked:
            answer = page.ask()
        assert answer.status_code == 204
        assert not answer.data
        questions = [one for one in asked if one.lstrip().startswith("SELECT")]
        assert questions
        assert all("FROM member" in one or "FROM login_session" in one for one in questions)


def test_what_a_page_asks_first_costs_no_more_unless_something_came_meanwhile(
    app: Flask, still: Any
) -> None:
    phone = making.add_phone(app)
    making.came_in(app, phone, "Salut")
    page = OpenPage(logged_in(app, account(app, "Ana", is_admin=True)), LIST)
    page.states["stamp"] = page.stamp
    assert page.ask().status_code == 204
    page.states["stamp"] = page.stamp
    making.came_in(app, phone, "Encore")
    assert page.parts() == {"counts", "list"}


def test_what_another_process_stores_is_news(app: Flask, still: Any) -> None:
    phone = making.add_phone(app)
    page = OpenPage(logged_in(app, account(app, "Ana", is_admin=True)), LIST)
    page.ask()
    assert page.ask().status_code == 204
    other = Changes(Path(app.instance_path, sqlite.DATABASE))
    before = other.stamp()
    making.came_in(app, phone, "Salut")
    assert other.stamp() != before
    assert "list" in page.parts()
    other.close()


def test_a_database_that_was_put_in_place_of_another_is_news(app: Flask, tmp_path: Path) -> None:
    database = Path(app.instance_path, sqlite.DATABASE)
    changes, copy = Changes(database), tmp_path / "copy"
    before = changes.stamp()
    assert changes.stamp() == before
    backups.back_up(database.parent, copy)
    copy.replace(database)
    after = changes.stamp()
    assert after != before
    assert changes.stamp() == after
    changes.close()


def test_a_file_that_cannot_be_read_is_always_news(tmp_path: Path) -> None:
    missing = Changes(tmp_path / "missing")
    assert missing.stamp() != missing.stamp()
    broken = tmp_path / "broken"
    broken.write_bytes(b"no database at all" * 500)
    assert Changes(broken).stamp() != Changes(broken).stamp()


def test_counts_follow_and_leave_out_what_is_muted_or_read(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.came_in(app, phone, "Salut")
    page = OpenPage(admin, "/contacts")
    assert 'data-unread-now="1" data-newest="1" data-newest-in="1"' in page.ask().text
    making.came_in(app, phone, "Coucou", "+33699999999")
    assert 'data-unread-now="2" data-newest="2" data-newest-in="2"' in page.ask().text
    admin.get("/conversations/2")
    assert 'data-unread-now="1" data-newest="1"' in page.ask().text
    with app.app_context():
        marks.mute(db.session.scalars(by_name("Camille")).one(), 1)
    assert 'data-unread-now="0" data-newest="0" data-newest-in="0"' in page.ask().text


def test_what_is_marked_as_unread_again_is_no_later_than_what_was_known(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.came_in(app, phone, "Salut")
    making.went_out(app, phone, "Oui")
    admin.get(ONE)
    page = OpenPage(admin, "/contacts")
    assert 'data-newest="0" data-newest-in="0" data-latest="2"' in page.ask().text
    admin.submit(f"{ONE}/unread", on=ONE)
    assert 'data-newest="1" data-newest-in="1" data-latest="2"' in page.ask().text


# Who sees what.


def test_each_member_is_told_of_their_own_phones_only(app: Flask) -> None:
    ana, leo = account(app, "Ana"), account(app, "Léo")
    phones = [
        making.add_phone(app, name, f"+3360000000{place}", members=[member])
        for place, (name, member) in enumerate({"A": ana, "L": leo}.items())
    ]
    pages = [OpenPage(logged_in(app, member), LIST) for member in (ana, leo)]
    for page in pages:
        page.ask()
    for phone, text in zip(phones, ("pour Ana", "pour Léo"), strict=True):
        making.came_in(app, phone, text)
    for page, theirs, others in zip(
        pages, ("pour Ana", "pour Léo"), ("pour Léo", "pour Ana"), strict=True
    ):
        told = page.ask().text
        assert theirs in told
        assert others not in told
        assert 'data-unread-now="1"' in told


def test_who_was_never_given_the_phone_gets_nothing_of_it(app: Flask, member: Browser) -> None:
    making.came_in(app, making.add_phone(app), "Secret")
    page = OpenPage(member, LIST)
    page.address += "&conversation=1"
    told = page.ask().text
    assert "Secret" not in told
    assert LEA not in told
    assert 'data-unread-now="0" data-newest="0"' in told
    assert "You do not see this conversation any more" in words(f"<main {told}")
    assert page.see(1, 1).status_code == 204


def test_a_phone_that_is_taken_away_is_told_in_the_page_and_given_back_too(app: Flask) -> None:
    sacha = account(app, "Sacha")
    phone = making.add_phone(app, members=[sacha])
    making.came_in(app, phone, "Salut")
    page = OpenPage(logged_in(app, sacha), ONE)
    page.ask()
    give(app, phone, [])
    told = page.ask().text
    assert "You do not see this conversation any more" in told
    assert 'href="/conversations"' in told
    assert "Salut" not in told
    assert page.ask().status_code == 204
    give(app, phone, [sacha])
    assert "Salut" in page.ask().text


def test_who_is_logged_out_is_sent_to_the_login(app: Flask, phone: int) -> None:
    making.came_in(app, phone, "Salut")
    ana = account(app, "Ana", is_admin=True)
    page = OpenPage(logged_in(app, ana), ONE)
    page.ask()
    with app.app_context():
        authentication.set_password("Ana", "un autre mot de passe")
    answer = page.ask()
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login")


def test_a_page_of_one_member_shows_nothing_of_the_next_one(app: Flask, phone: int) -> None:
    making.came_in(app, phone, "Salut")
    page = OpenPage(logged_in(app, account(app, "Ana", is_admin=True)), ONE)
    page.client = logged_in(app, account(app, "Léo", is_admin=True)).client
    told = page.ask().text
    assert "Somebody else is logged in here now" in told
    assert "Salut" not in told


@pytest.mark.parametrize("query", ["", "?member=x", "?member=9" * 50, "?member=1&conversation=%00"])
def test_an_odd_question_is_no_fault(app: Flask, admin: Browser, query: str) -> None:
    headers = {"RaspiSMS-Shown": 'stamp="unclosed, =, counts=' + "x" * 2000}
    answer = admin.client.get(f"/live{query}", headers=headers)
    assert answer.status_code == 200


# Reading.


def test_reading_takes_the_mark_away_for_oneself_only(app: Flask, admin: Browser) -> None:
    sacha = account(app, "Sacha")
    making.came_in(app, making.add_phone(app, members=[sacha]), "Salut")
    assert is_unread(admin)
    admin.get(ONE)
    assert not is_unread(admin)
    assert is_unread(logged_in(app, sacha))


def test_a_conversation_can_be_marked_as_unread_again(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.came_in(app, phone, "Salut")
    admin.submit(f"{ONE}/unread", on=ONE)
    assert admin.page.headers["Location"] == "/conversations"
    assert is_unread(admin)


def test_fetching_ahead_or_looking_at_older_pages_is_not_reading(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.came_in(app, phone, "Salut")
    admin.client.get(ONE, headers={"Sec-Purpose": "prefetch;prerender"})
    admin.client.head(ONE)
    admin.get(f"{ONE}?before=99")
    assert is_unread(admin)


def test_asking_is_not_reading_but_looking_is(app: Flask, admin: Browser, phone: int) -> None:
    making.came_in(app, phone, "Salut")
    page = OpenPage(admin, ONE)
    page.ask()
    making.came_in(app, phone, "Encore")
    assert "data-here" in page.ask().text
    assert is_unread(admin)
    assert page.see(1, 2).status_code == 204
    assert not is_unread(admin)
    assert "data-here" not in page.ask().text


def test_what_came_after_what_was_seen_stays_unread(app: Flask, admin: Browser, phone: int) -> None:
    making.came_in(app, phone, "Salut")
    page = OpenPage(admin, ONE)
    for text in ("vu", "pas vu"):
        making.came_in(app, phone, text)
    page.see(1, 2)
    assert is_unread(admin)


def test_looking_is_told_with_the_token_of_the_form_only(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.came_in(app, phone, "Salut")
    page = OpenPage(admin, LIST)
    page.token = "another"
    assert page.see(1, 1).status_code == 400
    assert is_unread(admin)


# What asking must not do.


def test_an_open_page_does_not_take_away_what_the_next_page_has_to_tell(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.came_in(app, phone, "Salut")
    page = OpenPage(admin, ONE)
    admin.submit(ONE, {"text": "Oui"})
    answer = page.ask()
    assert "Accepted" not in answer.text
    assert "Set-Cookie" not in answer.headers
    assert "Accepted" in words(admin.get(ONE).text)


def test_an_open_page_that_asks_writes_nothing(app: Flask, admin: Browser, phone: int) -> None:
    making.came_in(app, phone, "Salut")
    pages = [OpenPage(admin, path) for path in (ONE, LIST)]
    journal = Path(app.instance_path, "raspisms.sqlite3-wal")
    before = journal.read_bytes()
    for _ in range(3):
        for page in pages:
            page.ask()
    assert journal.read_bytes() == before


# Sending without leaving the page.


def test_a_form_sent_from_its_page_is_answered_with_what_the_page_would_tell(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.came_in(app, phone, "Salut")
    answer = stay(admin, ONE, {"text": "Oui"})
    assert answer.status_code == 200
    (told,) = answer.json["told"]
    assert told["kind"] == "success"
    assert "Accepted" in told["text"]
    assert answer.json["request"]
    assert "Accepted" not in words(admin.get(ONE).text)


def test_where_the_answer_leads_elsewhere_what_is_told_waits_there(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.came_in(app, phone, "Salut")
    answer = stay(admin, f"{ONE}/unread")
    assert answer.json == {"location": "/conversations"}
    assert "marked as unread" in words(admin.get("/conversations").text)


def test_a_problem_is_the_page_with_the_form_again(app: Flask, admin: Browser, phone: int) -> None:
    making.came_in(app, phone, "Salut")
    answer = stay(admin, ONE, {"text": ""})
    assert answer.status_code == 400
    assert "<form" in answer.text


# The sound.


def test_the_sound_is_small_and_our_own() -> None:
    assert sound.PATH.read_bytes() == sound.make()
    assert sound.PATH.stat().st_size < 10_000


def test_only_who_wants_it_gets_the_sound(app: Flask, admin: Browser) -> None:
    assert "data-sound" not in admin.get(LIST).text
    with app.app_context(), writing() as session:
        session.execute(update(Member).values(sound=True))
    found = re.search(r'data-sound="([^"]+)"', admin.get(LIST).text)
    assert found
    answer = admin.get(found[1])
    assert answer.mimetype in ("audio/wav", "audio/x-wav")
    assert answer.data == sound.PATH.read_bytes()
