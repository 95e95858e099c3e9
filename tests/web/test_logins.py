"""Logins: where somebody is logged in, ending one, and how long each lives."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from raspisms import clock
from raspisms.extensions import db
from raspisms.messaging import logins
from raspisms.messaging.transactions import writing
from raspisms.models import LoginSession
from tests.application import make_app
from tests.disk import small_disk
from tests.statements import changes, statements
from tests.web.browser import Browser, words
from tests.web.conftest import PASSWORD, SETTINGS, account, logged_in

FIREFOX = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"


@pytest.fixture
def lea(app: Flask) -> int:
    return account(app, "Léa")


def rows(app: Flask) -> list[LoginSession]:
    with app.app_context():
        found = list(db.session.scalars(select(LoginSession).order_by(LoginSession.id)))
        db.session.expunge_all()
        return found


def change(app: Flask, **values: Any) -> None:
    """Change all logins there are."""
    with app.app_context(), writing() as session:
        for login in session.scalars(select(LoginSession)):
            for name, value in values.items():
                setattr(login, name, value)


def test_the_database_cannot_let_anybody_in(app: Flask, lea: int) -> None:
    with app.app_context():
        secret = logins.begin(lea, FIREFOX)
        assert logins.find(secret)
        kept = rows(app)[0].secret_hash
        assert kept != secret
        assert logins.find(kept) is None


def test_the_account_page_lists_where_one_is_logged_in(app: Flask, lea: int) -> None:
    phone = Browser(app, {"Accept-Language": "en", "User-Agent": FIREFOX})
    phone.submit("/login", {"name": "Léa", "password": PASSWORD})
    computer = logged_in(app, lea)
    page = words(computer.get("/account").text)
    assert "Firefox on Android" in page
    assert page.count("This device") == 1
    assert "Today" in page


def test_one_login_is_ended_and_the_others_go_on(app: Flask, lea: int) -> None:
    here, there, elsewhere = (logged_in(app, lea) for _ in range(3))
    ended = rows(app)[1].id
    here.submit(f"/account/logins/{ended}/end", on="/account")
    assert "That device is logged out." in words(here.follow().text)
    assert there.get("/account").status_code == 302
    assert elsewhere.get("/account").status_code == 200
    here.submit("/account/logins/end", on="/account")
    assert "All other devices are logged out." in words(here.follow().text)
    assert elsewhere.get("/account").status_code == 302


def test_nobody_ends_the_login_of_somebody_else(app: Flask, lea: int) -> None:
    browser = logged_in(app, lea)
    other = logged_in(app, account(app, "Eve"))
    logged_in(app, 2)
    other.get("/account")
    token = {"csrf_token": _token(other)}
    assert other.post(f"/account/logins/{rows(app)[0].id}/end", token).status_code == 303
    other.post("/account/logins/end", token)
    assert browser.get("/account").status_code == 200
    assert len(rows(app)) == 2


def _token(browser: Browser) -> str:
    return browser.page.text.partition('name="csrf_token" value="')[2].partition('"')[0]


def test_a_copied_cookie_dies_with_the_log_out(app: Flask, lea: int) -> None:
    browser, thief = logged_in(app, lea), Browser(app)
    for cookie in browser.client._cookies.values():
        thief.client.set_cookie(cookie.key, cookie.value, domain="localhost")
    assert thief.get("/account").status_code == 200
    browser.submit("/logout", on="/account")
    assert thief.get("/account").status_code == 302


def test_a_browser_has_one_login_at_a_time(app: Flask, lea: int) -> None:
    browser = logged_in(app, lea)
    with app.app_context():
        link = logins.make_login_link(account(app, "Eve"))
    browser.submit(f"/login/{link}")
    assert 'value="Eve"' in browser.get("/account").text
    (login,) = rows(app)
    assert login.member_id != lea


def test_a_cookie_of_before_there_were_logins_leads_to_the_login(app: Flask, lea: int) -> None:
    browser = Browser(app)
    with browser.client.session_transaction() as session:
        session["_user_id"] = f"{lea}:an-old-key"
    assert browser.get("/account").status_code == 302
    assert browser.submit("/login", {"name": "Léa", "password": PASSWORD}).status_code == 303


def test_a_login_that_is_used_lives_on_and_one_that_is_not_ends(app: Flask, lea: int) -> None:
    browser = logged_in(app, lea)
    soon = clock.now() + timedelta(days=1)
    change(app, used_on=(clock.now() - timedelta(days=29)).date(), expires_at=soon)
    assert browser.get("/account").status_code == 200
    (login,) = rows(app)
    assert login.used_on == clock.now().date()
    assert login.expires_at > clock.now() + timedelta(days=29)
    change(app, expires_at=clock.now() - timedelta(seconds=1))
    assert browser.get("/account").status_code == 302
    with app.app_context():
        logins.forget_ended(clock.now())
    assert rows(app) == []


def test_a_page_asks_once_who_it_is_for_and_writes_nothing(app: Flask, lea: int) -> None:
    browser = logged_in(app, lea)
    with statements(app) as asked:
        browser.get("/account")
    assert sum("login_session.secret_hash =" in one for one in asked) == 1
    assert not changes(asked)


def test_a_full_disk_locks_nobody_out(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "2m") as disk:
        app = make_app(disk.folder, **SETTINGS)
        browser = logged_in(app, account(app, "Léa"))
        yesterday = (clock.now() - timedelta(days=1)).date()
        change(app, used_on=yesterday)
        disk.fill()
        assert browser.get("/account").status_code == 200
        assert rows(app)[0].used_on == yesterday
        disk.free()
        assert browser.get("/account").status_code == 200
        assert rows(app)[0].used_on == clock.now().date()
        with app.app_context():
            db.engine.dispose()
