"""The pages of what is planned: the list, the month, a plan and what can be done with it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from flask import Flask

from raspisms.extensions import db
from raspisms.messaging import contacts, groups, opt_outs, plan_runs, plans
from raspisms.messaging.campaign_content import CampaignContent
from raspisms.messaging.transactions import writing
from raspisms.models import CampaignDraft, Member, Plan
from raspisms.sms.person import Person
from raspisms.sms.recurrence import Birthdays, Repeated, Schedule, rules
from tests.web import making
from tests.web.browser import FRENCH, Browser, words
from tests.web.conftest import account, logged_in

FRIDAY = datetime(2027, 1, 1, 9, tzinfo=UTC)
TUESDAY = datetime(2027, 1, 5, 8, tzinfo=UTC)
WEEKLY = Repeated(date(2027, 1, 1), time(9), rules.parse("FREQ=WEEKLY;BYDAY=TU"))
XSS = '"><script>alert(1)</script>'


@pytest.fixture
def at(app: Flask) -> time_machine.Traveller:
    with time_machine.travel(FRIDAY, tick=False) as clock:
        making.add_phone(app)
        making.add_group(app, "U13")
        making.add_contact(app, "Léa")
        with app.app_context():
            groups.add_contacts(1, [1])
        yield clock


@pytest.fixture
def camille(app: Flask, at: time_machine.Traveller) -> Browser:
    return logged_in(app, account(app, "Camille", is_admin=True))


def add_plan(
    app: Flask, schedule: Schedule = WEEKLY, name: str = "Entraînement", **more: object
) -> int:
    people = more.pop("people", ())
    content = CampaignContent(text="Demain à 18 h", groups=(1,), phones=(1,), when="schedule")
    wanted = plans.Wanted(1, name, content.as_kept(), schedule, fixed=bool(people), people=people)
    with app.app_context():
        member = db.session.scalars(db.select(Member)).first()
        with writing() as session:
            return plans.make(app.extensions["raspisms"], session, member, wanted).id


def run(app: Flask, now: datetime) -> None:
    with app.app_context():
        plan_runs.run_due(app.extensions["raspisms"], now)


def stored(app: Flask) -> Plan:
    with app.app_context():
        plan = db.session.scalars(db.select(Plan)).one()
        db.session.expunge_all()
        return plan


def test_where_nothing_is_planned_it_says_how_to_begin(camille: Browser) -> None:
    assert "Nothing is planned" in words(camille.get("/campaigns/planned").text)


def test_the_list_says_what_leaves_when_to_how_many_and_by_which_phone(
    app: Flask, camille: Browser
) -> None:
    add_plan(app)
    add_plan(app, name="Vœux", people=[Person(making.LEA)])
    page = words(camille.get("/campaigns/planned").text)
    assert "Tuesday 5 January 09:00 Entraînement to those it then finds · Maison" in page
    assert "09:00 Vœux 1 person · Maison" in page
    assert "Every week on Tuesdays at 09:00, from January 1, 2027. Next: 5 Jan, 09:00" in page
    run(app, TUESDAY)
    with time_machine.travel(TUESDAY, tick=False):
        page = words(camille.get("/campaigns/planned").text)
    assert "Entraînement 1 person the last time · Maison" in page
    assert "Vœux 1 person · Maison" in page


def test_the_month_has_each_day_with_what_leaves(app: Flask, camille: Browser) -> None:
    add_plan(app)
    page = camille.get("/campaigns/planned/month?month=2027-02").text
    assert page.count("09:00") == 4
    assert "February 2027" in page
    for typed in ("", "2027-13", "0000-01", "x" * 500, "9999-99"):
        camille.get("/campaigns/planned/month", query_string={"month": typed})
        assert camille.page.status_code == 200
        assert "January 2027" in camille.page.text


def test_a_plan_tells_when_it_goes_for_whom_and_what_it_did(app: Flask, camille: Browser) -> None:
    plan_id = add_plan(app, name=XSS)
    page = camille.get(f"/campaigns/plans/{plan_id}").text
    assert XSS not in page
    told = words(page)
    for said in ("Demain à 18 h", "Found out at each run", "1 person", "Tuesday 26 January"):
        assert said in told
    assert "It has not run yet." in told
    with app.app_context():
        opt_outs.add(app.extensions["raspisms"], None, "Léa", "")
    assert "At the next run, as it is now 0 people" in words(camille.get("/campaigns/plans/1").text)
    with app.app_context():
        opt_outs.remove(app.extensions["raspisms"], None, making.LEA)
    run(app, TUESDAY)
    assert "It has not run yet." not in words(camille.get(f"/campaigns/plans/{plan_id}").text)


def test_it_is_paused_resumed_and_ended(app: Flask, camille: Browser) -> None:
    path = f"/campaigns/plans/{add_plan(app)}"
    camille.submit(f"{path}/pause", on=path)
    assert stored(app).paused_at == FRIDAY
    assert "It is paused" in words(camille.follow().text)
    camille.submit(f"{path}/resume", on=path)
    assert (stored(app).paused_at, stored(app).next_at) == (None, TUESDAY)
    camille.submit(f"{path}/end")
    assert stored(app).ended_at == FRIDAY
    page = camille.follow().text
    assert "Ended" in words(page)
    assert f"{path}/end" not in page
    assert camille.get("/campaigns/planned").status_code == 200


def test_a_change_begins_with_a_draft_and_leaves_the_plan_as_it_is(
    app: Flask, camille: Browser
) -> None:
    path = f"/campaigns/plans/{add_plan(app)}"
    camille.submit(f"{path}/edit", on=path)
    assert camille.page.headers["Location"] == "/campaigns/drafts/1"
    assert "Demain à 18 h" in camille.follow().text
    assert stored(app).version == 1
    with app.app_context():
        assert len(db.session.scalars(db.select(CampaignDraft)).all()) == 1


def test_a_run_that_could_not_be_made_is_told_and_made_by_hand(
    app: Flask, camille: Browser
) -> None:
    path = f"/campaigns/plans/{add_plan(app)}"
    with app.app_context():
        groups.remove_contacts(1, [1])
    run(app, TUESDAY)
    assert "Needs you" in words(camille.get("/campaigns/planned").text)
    told = words(camille.get(path).text)
    assert "Nobody is in the groups that you chose." in told
    camille.submit(f"{path}/missed", on=path)
    assert camille.page.status_code == 400
    with app.app_context():
        groups.add_contacts(1, [1])
    camille.submit(f"{path}/missed", on=path)
    assert "The run is made. Recipients: 1." in words(camille.follow().text)
    assert stored(app).problem is None
    assert len(making.messages(app)) == 1
    camille.post(f"{path}/missed", {"csrf_token": "", "run_at": "x"})
    assert camille.page.status_code in (400, 403)


def test_a_fault_of_the_program_is_told_until_the_run_is_made(app: Flask, camille: Browser) -> None:
    path = f"/campaigns/plans/{add_plan(app)}"

    def set_pace(pace: object) -> None:
        with app.app_context(), writing() as session:
            plan = session.get_one(Plan, 1)
            plan.content = {**plan.content, "pace": pace}

    set_pace(5)  # no version of the program writes a number
    assert "RaspiSMS itself has a fault" in words(camille.get(path).text)
    with time_machine.travel(TUESDAY, tick=False):
        run(app, TUESDAY)
        told = words(camille.get(path).text)
        assert "It is tried again twice a minute." in told
        assert "Make this run now" not in told
        for page in ("/campaigns/planned", "/campaigns", "/conversations"):
            assert "needs you" in words(camille.get(page).text).lower()
        set_pace("")
        run(app, TUESDAY)
        assert "RaspiSMS itself has a fault" not in words(camille.get(path).text)


def test_what_keeps_the_next_run_from_being_made_is_told_before(
    app: Flask, camille: Browser
) -> None:
    add_plan(app)
    told = "As it is now, the next run cannot be made"
    assert told not in words(camille.get("/campaigns/plans/1").text)
    with app.app_context():
        groups.remove(None, 1)
    page = words(camille.get("/campaigns/plans/1").text)
    assert f"{told} A group that you chose was removed meanwhile." in page


def test_birthdays_are_said_and_counted_by_day(app: Flask, camille: Browser) -> None:
    with app.app_context():
        contacts.edit(app.extensions["raspisms"], 1, "Léa", making.LEA, {"born": "2000-01-02"})
    born = Birthdays(date(2027, 1, 1), time(9), "born")
    path = f"/campaigns/plans/{add_plan(app, born)}"
    add_plan(app, born, "Vœux", people=[Person(making.LEA)])
    assert "1 person" in words(camille.get(path).text)
    with time_machine.travel(FRIDAY + timedelta(days=3), tick=False):
        run(app, FRIDAY + timedelta(days=3))
        assert "0 people" in words(camille.get(path).text)
        coming = words(camille.get("/campaigns/planned").text)
    # Each day has others: neither all of them nor those of the last time are told.
    for name in ("Entraînement", "Vœux"):
        assert f"09:00 {name} to those whose birthday it is · Maison" in coming


def test_it_is_in_french_too(app: Flask, camille: Browser) -> None:
    add_plan(app)
    french = Browser(app, FRENCH)
    french.client = camille.client
    assert "janvier 2027" in french.get("/campaigns/planned/month").text.lower()
