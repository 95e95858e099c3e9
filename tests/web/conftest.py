"""The real application on a database of its own, and people with their browsers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from raspisms.extensions import db
from raspisms.messaging import logins, members
from tests.application import make_app
from tests.web.browser import Browser

PASSWORD = "trois mots simples"
SETTINGS = {
    "RASPISMS_SECRET_KEY": "a key for the tests only",
    # Nothing listens there: a test that means to reach OVH brings its own simulator.
    "RASPISMS_OVH_API_URL": "http://127.0.0.1:9/1.0",
}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    app = make_app(tmp_path, **SETTINGS)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> Browser:
    """The browser of somebody who is not logged in."""
    return Browser(app)


@pytest.fixture
def admin(app: Flask) -> Browser:
    """The browser of the administrator Camille."""
    return logged_in(app, account(app, "Camille", is_admin=True))


@pytest.fixture
def member(app: Flask) -> Browser:
    """The browser of Sacha, to whom no phone is given."""
    return logged_in(app, account(app, "Sacha"))


def account(app: Flask, name: str, *, is_admin: bool = False) -> int:
    """Make an account with PASSWORD; its id."""
    with app.app_context():
        return members.create(name, PASSWORD, is_admin=is_admin).id


def logged_in(app: Flask, member_id: int) -> Browser:
    """A browser in which that member is logged in: what a login leaves there, without its pages."""
    with app.app_context():
        secret = logins.begin(member_id, "")
    browser = Browser(app)
    with browser.client.session_transaction() as session:
        session.permanent = True
        session.update(_user_id=secret, _fresh=True)
    return browser


def logged_in_by_link(app: Flask, member_id: int) -> Browser:
    """A browser in which a one-time link of that member was used; its page is the answer."""
    with app.app_context():
        token = logins.make_login_link(member_id)
    browser = Browser(app)
    browser.submit(f"/login/{token}")
    assert browser.page.status_code == 303
    return browser
