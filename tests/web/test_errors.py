"""Everything that goes wrong is a page in words."""

import errno
import logging
import sqlite3

import pytest
from flask import Flask, abort
from sqlalchemy.exc import OperationalError

from raspisms.errors import Conflict, Invalid, NotFound, RaspismsError, say
from raspisms.messaging import contacts
from raspisms.messaging.machine import StorageError
from tests.web.browser import FRENCH, Browser, words

OTHER_HEADERS = {"Date", "Content-Length"}


@pytest.mark.parametrize("code", [400, 403, 404, 405, 409, 413, 415, 418, 429, 503])
def test_each_refusal_is_a_page_that_says_what_to_do(
    app: Flask, member: Browser, code: int
) -> None:
    app.view_functions["account.index"] = lambda: abort(code)
    page = member.get("/account")
    assert page.status_code == code
    assert "Home page" in words(page.text)
    assert "<nav" in page.text


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotFound(say("Nobody knows it."), say("Look elsewhere.")), 404),
        (Conflict(say("Nobody knows it."), say("Look elsewhere.")), 409),
        (Invalid(say("Nobody knows it."), say("Look elsewhere.")), 400),
        (StorageError(say("Nobody knows it."), say("Look elsewhere.")), 503),
    ],
)
def test_a_fault_that_carries_words_shows_them(
    app: Flask, member: Browser, error: RaspismsError, code: int
) -> None:
    def fail() -> None:
        raise error

    app.view_functions["account.index"] = fail
    assert member.get("/account").status_code == code
    assert "Nobody knows it. Look elsewhere." in words(member.page.text)


def test_a_fault_of_the_program_is_logged_under_the_number_on_the_page(
    app: Flask, member: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    app.view_functions["auth.login_link"] = lambda token: 1 / 0
    with caplog.at_level(logging.ERROR):
        page = member.get("/login/a-secret")
    assert page.status_code == 500
    assert "This is a fault of the program, not yours." in words(page.text)
    (record,) = caplog.records
    assert record.exc_info
    number = record.getMessage().split()[1]
    assert number in words(page.text)
    assert "/login/<token>" in record.getMessage()
    assert "a-secret" not in record.getMessage()
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (MemoryError(), "The machine is short of memory."),
        (RuntimeError("can't start new thread"), "The machine is short of memory."),
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full."),
        (OSError(errno.EROFS, "Read-only file system"), "The disk can only be read."),
        (OSError(errno.EIO, "Input/output error"), "The disk did not answer."),
    ],
)
def test_a_fault_of_the_machine_is_said_in_words_and_logged_in_a_line(
    app: Flask, member: Browser, caplog: pytest.LogCaptureFixture, fault: Exception, said: str
) -> None:
    def fail() -> None:
        raise fault

    app.view_functions["account.index"] = fail
    pages = [member.get("/account") for _ in range(3)]
    assert [page.status_code for page in pages] == [503, 503, 503]
    assert said in words(member.page.text)
    assert "Then load this page again." in words(member.page.text)
    (record,) = caplog.records
    assert said in record.getMessage()
    assert not record.exc_info


def test_what_was_saved_before_the_machine_failed_is_not_called_lost(
    app: Flask, admin: Browser
) -> None:
    def save_and_fail() -> None:
        contacts.add(app.extensions["raspisms"], "Ana", "+33639980001")
        raise MemoryError

    app.view_functions["contacts.add"] = save_and_fail
    admin.submit("/contacts/new", {"name": "Ana", "number": "+33639980001"})
    assert admin.page.status_code == 503
    assert "What you sent was saved before that" in words(admin.page.text)
    assert "Nothing was saved" not in words(admin.page.text)


def test_where_not_even_a_page_has_room_the_sentence_has(app: Flask, member: Browser) -> None:
    def exhausted() -> str:
        raise MemoryError

    app.jinja_env.globals["language_tag"] = exhausted
    page = member.get("/account")
    assert page.status_code == 503
    assert page.mimetype == "text/plain"
    assert page.text.startswith("The machine is short of memory.")


def test_a_fault_while_it_is_asked_who_reads_still_gets_a_page_in_words(
    app: Flask, member: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(_secret: str) -> None:
        raise OperationalError("SELECT", {}, sqlite3.OperationalError("disk I/O error"))

    monkeypatch.setattr("raspisms.messaging.logins.find", unreadable)
    member.headers.update(FRENCH)
    page = member.get("/account")
    assert page.status_code == 500
    assert '<html lang="fr">' in page.text


def test_a_method_that_an_address_does_not_take_is_named_with_those_it_takes(
    client: Browser,
) -> None:
    client.post("/healthz")
    assert client.page.status_code == 405
    assert "GET" in client.page.headers["Allow"]


def test_a_form_too_large_is_refused_in_words(client: Browser) -> None:
    client.get("/login")
    client.send_again("/login", {"name": "x" * 1_100_000})
    assert client.page.status_code == 413
    assert "larger than RaspiSMS accepts" in words(client.page.text)


@pytest.mark.parametrize(
    "path", ["/callback/guess/status", "/callback/guess", "/callback/", "/a/b/c", "/api/v3"]
)
def test_unknown_addresses_cannot_be_told_apart(client: Browser, path: str) -> None:
    unknown, other = client.get("/unknown"), client.get(path)
    assert unknown.status_code == other.status_code == 404
    assert unknown.text == other.text
    for one in (unknown, other):
        for name in OTHER_HEADERS:
            one.headers.pop(name, None)
    assert unknown.headers == other.headers
    posted, other_posted = client.post("/unknown"), client.post("/callback/guess/status")
    assert posted.status_code == other_posted.status_code
    assert posted.text == other_posted.text


def test_a_page_that_lost_its_token_leads_back_to_where_it_was(member: Browser) -> None:
    member.post("/logout", headers={"Referer": "http://localhost/account?tab=1"})
    assert member.page.status_code == 400
    assert 'href="/account?tab=1"' in member.page.text
    member.post("/logout", headers={"Referer": "https://evil.example/account"})
    assert "evil.example" not in member.page.text
