"""An open page stays up to date, and what was shown counts as read."""

from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask

from tests.web import making
from tests.web.browser import Browser, words
from tests.web.conftest import account, logged_in
from tests.web.watching import ask, is_unread, state_of

ONE = "/conversations/1"


@pytest.fixture
def phone(app: Flask) -> int:
    return making.add_phone(app)


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


def test_an_open_page_gets_only_what_is_new(app: Flask, admin: Browser, phone: int) -> None:
    making.came_in(app, phone, "Salut")
    for path in (ONE, "/conversations"):
        state = state_of(admin.get(path))
        assert ask(admin, path, state).status_code == 304
        making.came_in(app, phone, "Encore")
        news = ask(admin, path, state)
        assert news.status_code == 200
        assert "Encore" in news.text
        assert "<html" not in news.text
        assert state_of(news) != state
        assert ask(admin, path, state_of(news)).status_code == 304


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
    state = state_of(admin.get(ONE))
    making.change_message(app, 1, **changes)
    assert ask(admin, ONE, state).status_code == 200


def test_the_next_day_is_news_because_yesterday_is_named_so(app: Flask) -> None:
    with time_machine.travel("2026-06-01T10:00:00+00:00", tick=False) as clock:
        phone, admin_id = making.add_phone(app), account(app, "Ana", is_admin=True)
        making.came_in(app, phone, "Salut")
        browser = logged_in(app, admin_id)
        state = state_of(browser.get(ONE))
        clock.shift(86_400)
        assert "Yesterday" in ask(browser, ONE, state).text


def test_only_news_counts_as_read(app: Flask, admin: Browser, phone: int) -> None:
    making.came_in(app, phone, "Salut")
    state = state_of(admin.get(ONE))
    admin.submit(f"{ONE}/unread", on=ONE)
    assert ask(admin, ONE, state).status_code == 304
    assert is_unread(admin)
    making.came_in(app, phone, "Encore")
    assert ask(admin, ONE, state).status_code == 200
    assert not is_unread(admin)


def test_an_open_page_does_not_take_away_what_the_next_page_has_to_tell(
    app: Flask, admin: Browser, phone: int
) -> None:
    making.came_in(app, phone, "Salut")
    admin.submit(ONE, {"text": "Oui"})
    assert "Accepted" not in ask(admin, ONE).text
    assert "Accepted" in words(admin.follow().text)


def test_an_open_page_that_asks_writes_nothing(app: Flask, admin: Browser, phone: int) -> None:
    making.came_in(app, phone, "Salut")
    states = {path: state_of(admin.get(path)) for path in (ONE, "/conversations")}
    journal = Path(app.instance_path, "raspisms.sqlite3-wal")
    before = journal.read_bytes()
    for _ in range(5):
        for path, state in states.items():
            ask(admin, path, state)
    assert journal.read_bytes() == before
