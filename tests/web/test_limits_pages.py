"""The limits of a phone and the quiet hours of the household, on their pages."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from raspisms.extensions import db
from raspisms.models import PhoneLimit
from raspisms.sms.quiet_hours import DAYS
from tests.web.browser import Browser
from tests.web.making import (
    LEA,
    add_campaign,
    add_phone,
    change_message,
    change_phone,
    messages,
    went_out,
)

QUIET = "/settings/quiet-hours"


def _limits(app: Flask) -> list[tuple[int, str]]:
    with app.app_context():
        rows = db.session.scalars(db.select(PhoneLimit).order_by(PhoneLimit.id)).all()
        return [(one.volume, one.startpoint) for one in rows]


def test_a_limit_is_added_in_plain_words_and_removed(app: Flask, admin: Browser) -> None:
    page = f"/phones/{add_phone(app)}/limits"
    assert "This phone has no limit." in admin.get(page).text
    assert admin.submit(page, {"volume": "100", "period": "-24 hours"}).status_code == 303
    text = admin.follow().text
    assert "100 messages" in text
    assert "in any 24 hours" in text
    assert _limits(app) == [(100, "-24 hours")]
    with app.app_context():
        limit_id = db.session.scalars(db.select(PhoneLimit.id)).one()
    admin.send_again(f"{page}/{limit_id}/remove")
    assert "This phone has no limit." in admin.follow().text
    journal = admin.get("/settings/journal").text
    assert "Limit: 100 (-24 hours)." in journal


def test_a_limit_is_added_in_the_words_of_raspisms(app: Flask, admin: Browser) -> None:
    page = f"/phones/{add_phone(app)}/limits"
    words = {"volume": "7", "period": "own", "startpoint": "this week midnight -1 week"}
    admin.submit(page, words)
    assert _limits(app) == [(7, "this week midnight -1 week")]
    assert "this week and the one before" in admin.follow().text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"volume": "beaucoup", "period": "today"}, "is no number of messages"),
        ({"volume": "1", "period": "own", "startpoint": "jadis"}, "names no moment"),
        ({"volume": " ", "period": "today"}, "It is not said how many messages may go."),
        ({"volume": "1", "period": "own"}, "It is not said since when messages count."),
        ({"volume": "1", "period": "own", "startpoint": "tomorrow"}, "not always in the past"),
    ],
)
def test_what_is_no_limit_is_said_and_kept(
    app: Flask, admin: Browser, typed: dict[str, str], said: str
) -> None:
    answer = admin.submit(f"/phones/{add_phone(app)}/limits", typed)
    assert answer.status_code == 400
    assert said in answer.text
    for value in typed.values():
        assert f'value="{value}"' in answer.text
    assert _limits(app) == []


def test_a_limit_of_none_says_that_nothing_leaves(app: Flask, admin: Browser) -> None:
    phone_id = add_phone(app)
    admin.submit(f"/phones/{phone_id}/limits", {"volume": "0", "period": "today"})
    assert "A limit of 0 lets nothing leave" in admin.follow().text
    went_out(app, phone_id, "Bonjour", status="pending")
    (message,) = messages(app)
    change_message(app, message.id, reason="phone_limit", attempt_at=None)
    assert "may send nothing: it waits until the limits" in admin.get("/messages").text
    for page in ("/messages", "/phones", "/write"):
        assert "A limit of 0 lets nothing leave" in admin.get(page).text


def test_the_report_of_a_campaign_says_which_phone_can_send_nothing(
    app: Flask, admin: Browser
) -> None:
    phone_id, other = add_phone(app), add_phone(app, "Grenier", "+33600000002")
    campaign = add_campaign(app, phone_id, "Bonjour", LEA, "+33612345679", phones=(other,))
    page, told = f"/campaigns/{campaign}", "The limits of the phone “Maison” let nothing leave"
    admin.submit(f"/phones/{phone_id}/limits", {"volume": "0", "period": "today"})
    assert told not in admin.get(page).text, "it waits for its time"
    for message in messages(app):
        change_message(app, message.id, reason="phone_limit", attempt_at=None)
    text = admin.get(page).text
    assert told in text
    assert "Grenier” let nothing" not in text


def test_pages_say_which_limit_is_reached_and_until_when(
    app: Flask, admin: Browser, member: Browser
) -> None:
    phone_id = add_phone(app)
    went_out(app, phone_id, "Bonjour", claimed_at=datetime.now(UTC))
    admin.submit(f"/phones/{phone_id}/limits", {"volume": "1", "period": "-24 hours"})
    for page in ("/messages", "/phones", "/write"):
        text = admin.get(page).text
        assert "The phone “Maison” is at its limit" in text
        assert "At most 1 message leaves, in any 24 hours" in text
        assert "The next message may leave: <time" in text
        assert "is at its limit" not in member.get(page).text


def test_a_waiting_message_says_why_and_until_when(app: Flask, admin: Browser) -> None:
    phone_id = add_phone(app)
    talk = went_out(app, phone_id, "Bonjour", status="pending")
    (message,) = messages(app)
    at = datetime.now(UTC) + timedelta(hours=9)
    change_message(app, message.id, reason="quiet_hours", attempt_at=at, due_at=at)
    for page in ("/messages", f"/conversations/{talk}"):
        text = admin.get(page).text
        assert "These are quiet hours." in text
        assert "Leaves:" in text


def test_a_phone_that_is_set_aside_says_so_until_somebody_looks_after_it(
    app: Flask, admin: Browser
) -> None:
    phone_id = add_phone(app)
    change_phone(app, phone_id, aside_at=datetime.now(UTC))
    assert "Set aside" in admin.get("/phones").text
    admin.submit(f"/phones/{phone_id}/pause", on=f"/phones/{phone_id}")
    admin.submit(f"/phones/{phone_id}/resume", on=f"/phones/{phone_id}")
    assert "Set aside" not in admin.get("/phones").text


def test_ready_quiet_hours_are_chosen(app: Flask, admin: Browser) -> None:
    assert admin.submit(QUIET, {"choice": "marketing", "all_too": "1"}).status_code == 303
    text = admin.follow().text
    assert text.count('value="08:00-20:00"') == 6
    assert re.search('name="holidays"[^>]* checked', text)
    assert re.search('name="all_too"[^>]* checked', text)


def test_quiet_hours_are_told_while_they_last(app: Flask, admin: Browser) -> None:
    in_three_days = (datetime.now(UTC) + timedelta(days=3)).weekday()
    hours = {day: "08:00-20:00" if n == in_three_days else "" for n, day in enumerate(DAYS)}
    admin.submit(QUIET, {"choice": "own", **hours})
    assert "These are quiet hours" in admin.follow().text
    assert admin.submit(QUIET, {"choice": "none"}).status_code == 303
    assert "These are quiet hours" not in admin.follow().text


def test_own_hours_are_written_by_day(app: Flask, admin: Browser) -> None:
    days = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat"), "8h-12h, 14:00-19:30")
    admin.submit(QUIET, {"choice": "own", "sun": "", **days})
    text = admin.follow().text
    assert text.count('value="08:00-12:00, 14:00-19:30"') == 6
    answer = admin.submit(QUIET, {"choice": "own", "tue": "matin"})
    assert answer.status_code == 400
    assert "“matin” are no hours of a day" in answer.text
    assert 'value="matin"' in answer.text
    empty = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "")
    assert "nothing could ever leave" in admin.submit(QUIET, {"choice": "own", **empty}).text


def test_who_saved_meanwhile_is_not_overwritten_unseen(app: Flask, admin: Browser) -> None:
    admin.get(QUIET)
    form = admin.page.text
    admin.submit(QUIET, {"choice": "nights"})
    admin.page.data = form.encode()
    answer = admin.send_again(QUIET, {"choice": "marketing"})
    assert answer.status_code == 409
    assert "Somebody else changed these settings" in answer.text
