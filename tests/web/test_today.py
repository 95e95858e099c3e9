"""What leaves today and what needs a person is told where one begins, to those it is for."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from raspisms import clock
from raspisms.messaging import accounts
from raspisms.messaging.campaign_control import BY_FAILURES
from raspisms.messaging.transactions import writing
from raspisms.models import Campaign, Phone, Plan
from raspisms.simulator import Simulator
from raspisms.simulator.account import SERVICE
from tests.household import Household
from tests.web import making
from tests.web.browser import Browser, words
from tests.web.conftest import account, logged_in

TO = ("06 39 98 00 01", "06 39 98 00 02")
BEGINNINGS = ("/conversations", "/campaigns")
MORNING = datetime(2027, 1, 5, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _morning() -> object:
    with time_machine.travel(MORNING, tick=False):
        yield


def change(app: Flask, model: type, row_id: int, **changes: object) -> None:
    with app.app_context(), writing() as session:
        for name, value in changes.items():
            setattr(session.get_one(model, row_id), name, value)


@pytest.mark.parametrize("path", BEGINNINGS)
def test_what_leaves_today_is_told_and_what_leaves_tomorrow_is_not(
    app: Flask, admin: Browser, path: str
) -> None:
    phone = making.add_phone(app)
    for hours, name in ((2, "Loto"), (20, "Demain")):
        made = making.add_campaign(app, phone, "Texte", *TO, name=name)
        change(app, Campaign, made, due_at=MORNING + timedelta(hours=hours))
    told = words(admin.get(path).text).partition("Leaves today")[2].partition("All that")[0]
    assert "Loto" in told
    assert "2 people · Maison" in told
    assert "Demain" not in told


@pytest.mark.parametrize("path", BEGINNINGS)
def test_a_campaign_that_paused_itself_is_told_until_somebody_decides(
    app: Flask, admin: Browser, path: str
) -> None:
    made = making.add_campaign(app, making.add_phone(app), "Texte", *TO, name="Loto")
    told = "The campaign “Loto” paused itself."
    assert told not in words(admin.get(path).text)
    change(app, Campaign, made, paused_at=clock.now(), pause_reason=BY_FAILURES)
    assert told in words(admin.get(path).text)
    change(app, Campaign, made, paused_by=1)  # a person keeps it paused
    assert told not in words(admin.get(path).text)


def test_a_plan_of_which_a_run_could_not_be_made_is_told(app: Flask) -> None:
    admin_id = account(app, "Camille", is_admin=True)
    plan = making.add_plan(app, admin_id, making.add_phone(app), "Entraînement", *TO)
    problem = {
        "message": {"msgid": "Nobody is left.", "params": {}},
        "hint": None,
        "run_at": MORNING.isoformat(),
        "was_sent": False,
    }
    change(app, Plan, plan, problem=problem)
    page = logged_in(app, admin_id).get("/campaigns").text
    assert "The plan “Entraînement” needs you." in words(page)
    assert f'href="/campaigns/plans/{plan}"' in page


@pytest.mark.parametrize("path", [*BEGINNINGS, "/campaigns/planned", "/campaigns/plans/1"])
def test_a_plan_that_cannot_be_read_keeps_nobody_from_a_page(app: Flask, path: str) -> None:
    member_id = account(app, "Camille", is_admin=True)
    plan = making.add_plan(app, member_id, making.add_phone(app), "Loto", *TO)
    rule = {"kind": "repeated", "rule": "FREQ=HOURLY", "starts": "2027-01-01", "at": "09:00"}
    change(app, Plan, plan, schedule=rule, next_at=clock.now() - timedelta(minutes=1))
    assert logged_in(app, member_id).get(path).status_code == 200


def test_a_phone_that_does_not_work_for_a_while_is_told(app: Flask, admin: Browser) -> None:
    phone = making.add_phone(app)
    told = "The phone “Maison” does not work"
    change(app, Phone, phone, problem="unreachable", problem_at=MORNING - timedelta(minutes=14))
    assert told not in words(admin.get("/campaigns").text)
    change(app, Phone, phone, problem_at=MORNING - timedelta(minutes=15))
    assert told in words(admin.get("/campaigns").text)
    change(app, Phone, phone, paused=True)  # then nobody expects it to work
    assert told not in words(admin.get("/campaigns").text)


def test_nobody_is_told_of_phones_that_they_do_not_see(app: Flask) -> None:
    account(app, "Camille", is_admin=True)
    lea = account(app, "Léa")
    phone = making.add_phone(app)
    made = making.add_campaign(app, phone, "Texte", *TO, name="Loto")
    change(app, Campaign, made, due_at=MORNING + timedelta(hours=2))
    change(app, Campaign, made, paused_at=MORNING, pause_reason=BY_FAILURES)
    change(app, Phone, phone, problem="unreachable", problem_at=MORNING - timedelta(hours=1))
    for path in BEGINNINGS:
        page = logged_in(app, lea).get(path).text
        assert "Loto" not in page
        assert "Maison" not in page


def test_credit_that_does_not_last_for_a_week_is_told(
    household: Household, simulator: Simulator
) -> None:
    app = household.app
    with app.app_context():
        phone = household.add_ovh_phone().id
    made = making.add_campaign(app, phone, "Texte", *TO, "+33639980003", name="Loto")
    browser = logged_in(app, household.admin_id)
    told = "is too low for what is planned. Credits that are left: 1. SMS that leave within a week:"
    told += " 3 or more."
    for left, days, is_told in ((1, 2, True), (3, 2, False), (1, 20, False)):
        simulator.account.service(SERVICE).credits = left
        for message in making.messages(app):
            making.change_message(app, message.id, due_at=making.in_days(days))
        change(app, Campaign, made, due_at=making.in_days(days))
        with app.app_context():
            accounts.refresh(household.engine, phone)
        assert (told in words(browser.get("/campaigns").text)) is is_told, (left, days)


def test_drafts_to_go_on_with_are_counted(app: Flask) -> None:
    admin_id = account(app, "Camille", is_admin=True)
    making.add_draft(app, admin_id, making.add_phone(app), "Bonjour")
    assert "1 draft to go on with" in logged_in(app, admin_id).get("/campaigns").text
