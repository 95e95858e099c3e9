"""Everything that goes wrong is a page in words."""

import logging
import sqlite3

import pytest
from flask import Flask, abort
from sqlalchemy.exc import OperationalError

from raspisms.errors import Conflict, Invalid, NotFound, RaspismsError, say
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


def test_a_database_that_cannot_be_read_still_gets_a_page_in_words(
    app: Flask, member: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(_member_id: int) -> None:
        raise OperationalError("SELECT", {}, sqlite3.OperationalError("disk I/O error"))

    monkeypatch.setattr("raspisms.messaging.members.get", unreadable)
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
