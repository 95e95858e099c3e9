"""Deciding about all messages that are held or wait: those that were seen, and no others."""

from typing import Any

import pytest
from flask import Flask

from raspisms.messaging import decisions, joining
from raspisms.messaging.transactions import writing
from raspisms.models import Campaign
from tests.web import making
from tests.web.browser import Browser, form_fields, words
from tests.web.conftest import account, logged_in

RELEASE, CANCEL, STOP = (
    "/messages/held/release",
    "/messages/held/cancel",
    "/messages/waiting/cancel",
)


@pytest.fixture
def phone(app: Flask) -> int:
    return making.add_phone(app)


def statuses(app: Flask) -> list[str]:
    return [message.status for message in making.messages(app)]


def put(app: Flask, phone: int, count: int, status: str, **more: Any) -> None:
    for _ in range(count):
        making.went_out(app, phone, "Bonjour", status=status, **more)


def put_many(app: Flask, phone: int, count: int) -> None:
    """More held messages than are listed, at once."""
    now = making.in_days(-1)
    with app.app_context(), writing() as session:
        campaign = Campaign(phone_id=phone, body="Bonjour", due_at=now, created_at=now)
        session.add(campaign)
        session.flush()
        values = {
            "campaign_id": campaign.id,
            "direction": "out",
            "body": "Bonjour",
            "segments": 1,
            "status": "held",
            "reason": "overdue",
            "due_at": now,
            "attempt_at": now,
            "attempts": 0,
            "asked": 0,
            "scheduled": True,
            "created_at": now,
        }
        peers = [f"+447700{number:06}" for number in range(count)]
        joining.put_each(session, phone, peers, values)


def test_all_that_are_held_go_also_those_that_are_not_listed(
    app: Flask, admin: Browser, phone: int
) -> None:
    put_many(app, phone, decisions.MOST_LISTED + 5)
    told = words(admin.get("/messages").text)
    assert "On hold (105)" in told
    assert "Send all 105 now" in told
    assert "Send none of the 105" in told
    assert "Only the newest are shown here" in told
    assert admin.page.text.count('<li class="card flow"') == decisions.MOST_LISTED
    admin.send_again(RELEASE)
    assert admin.page.headers["Location"] == "/messages"
    assert "105 messages leave now." in words(admin.follow().text)
    for message in making.messages(app):
        assert (message.status, message.scheduled, message.reason) == ("pending", False, None)
        assert message.due_at == message.attempt_at
        assert message.due_at > making.in_days(-0.1)


@pytest.mark.parametrize(("address", "status"), [(CANCEL, "held"), (STOP, "pending")])
def test_none_of_them_is_sent(
    app: Flask, admin: Browser, phone: int, address: str, status: str
) -> None:
    put(app, phone, 2, status)
    put(app, phone, 1, "sending")
    admin.submit(address, on="/messages")
    assert "Cancelled: 2 messages will not be sent." in words(admin.follow().text)
    assert statuses(app) == ["cancelled", "cancelled", "sending"]
    assert making.messages(app)[0].reason == "cancelled"
    assert making.messages(app)[0].final_at


def test_those_on_their_way_are_counted_but_cannot_be_stopped(
    app: Flask, admin: Browser, phone: int
) -> None:
    put(app, phone, 2, "pending")
    put(app, phone, 3, "sending")
    told = words(admin.get("/messages").text)
    assert "Waiting (5)" in told
    assert "Send none of the 2" in told
    assert "Send all" not in told


def test_a_single_one_has_its_own_buttons_only(app: Flask, admin: Browser, phone: int) -> None:
    for status in ("held", "pending"):
        put(app, phone, 1, status)
    page = admin.get("/messages").text
    assert RELEASE not in page
    assert STOP not in page


def test_what_was_held_since_is_not_touched(app: Flask, admin: Browser, phone: int) -> None:
    put(app, phone, 2, "held")
    admin.get("/messages")
    put(app, phone, 1, "held")
    admin.send_again(RELEASE)
    assert "2 messages leave now." in words(admin.follow().text)
    assert statuses(app) == ["pending", "pending", "held"]


def test_an_older_one_that_was_held_since_is_looked_at_first(
    app: Flask, admin: Browser, phone: int
) -> None:
    put(app, phone, 1, "pending")
    put(app, phone, 2, "held")
    admin.get("/messages")
    making.change_message(app, 1, status="held")
    old = {address: form_fields(admin.page.text, address) for address in (RELEASE, CANCEL)}
    for address, form in old.items():
        admin.post(address, form)
        told = words(admin.follow().text)
        assert "Meanwhile there are more of these messages than you saw." in told
    assert statuses(app) == ["held"] * 3


def test_of_those_that_someone_else_decided_about_the_rest_goes(
    app: Flask, admin: Browser, phone: int
) -> None:
    put(app, phone, 3, "held")
    admin.get("/messages")
    form = form_fields(admin.page.text, RELEASE)
    making.change_message(app, 2, status="cancelled")
    admin.post(RELEASE, form)
    assert "2 messages leave now." in words(admin.follow().text)
    admin.post(RELEASE, form)
    assert "These messages have moved on meanwhile." in words(admin.follow().text)
    assert statuses(app) == ["pending", "cancelled", "pending"]


def test_a_member_decides_for_the_phones_given_to_them_only(app: Flask, phone: int) -> None:
    sacha = account(app, "Sacha")
    mine = making.add_phone(app, "Club", "+33600000002", members=[sacha])
    for one in (phone, mine):
        put(app, one, 2, "held")
    browser = logged_in(app, sacha)
    assert "On hold (2)" in words(browser.get("/messages").text)
    browser.send_again(RELEASE, {"count": "4", "newest": "99"})
    assert statuses(app) == ["held", "held", "pending", "pending"]


def test_what_a_removed_phone_left_is_no_longer_sent(
    app: Flask, admin: Browser, phone: int
) -> None:
    put(app, phone, 2, "held")
    admin.get("/messages")
    making.change_phone(app, phone, removed_at=making.in_days(0))
    admin.send_again(RELEASE)
    assert statuses(app) == ["held", "held"]
    assert RELEASE not in admin.get("/messages").text


@pytest.mark.parametrize(
    "typed", [{"count": "", "newest": ""}, {"count": "x", "newest": "9" * 40}, {"count": "-1"}]
)
def test_an_odd_form_decides_nothing(
    app: Flask, admin: Browser, phone: int, typed: dict[str, str]
) -> None:
    put(app, phone, 2, "held")
    admin.submit(RELEASE, typed, on="/messages")
    assert admin.page.status_code == 303
    assert statuses(app) == ["held", "held"]


@pytest.mark.parametrize("address", [RELEASE, CANCEL, STOP])
def test_a_form_with_an_old_token_changes_nothing(
    app: Flask, admin: Browser, phone: int, address: str
) -> None:
    for status in ("held", "pending"):
        put(app, phone, 2, status)
    admin.submit(address, {"csrf_token": "old"}, on="/messages")
    assert admin.page.status_code == 400
    assert "This form had been open for too long" in words(admin.page.text)
    assert statuses(app) == ["held", "held", "pending", "pending"]
