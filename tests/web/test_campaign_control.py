"""The pages that decide about a campaign: they ask first, and lose nothing of what is typed."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from raspisms import clock
from raspisms.extensions import db
from raspisms.messaging import campaigns
from raspisms.messaging.campaigns import Draft
from raspisms.messaging.transactions import writing
from raspisms.models import Campaign, CampaignDraft, Message
from raspisms.sms.lifecycle import Status
from tests.web import making
from tests.web.browser import Browser, form_fields, words
from tests.web.conftest import account, logged_in

ONE = "/campaigns/1"
PEOPLE = ("+33639981111", "+33639982222", "+33639983333")


@pytest.fixture
def sacha(app: Flask) -> Browser:
    """A member with a phone, and a campaign to three that is to leave tomorrow."""
    member_id = account(app, "Sacha")
    making.add_phone(app, members=[member_id])
    with app.app_context():
        draft = Draft(1, "\n".join(PEOPLE), "Bonjour", _tomorrow(), name="Fête")
        campaigns.accept(app.extensions["raspisms"], None, draft)
    return logged_in(app, member_id)


def _tomorrow() -> str:
    return (clock.now() + timedelta(days=1)).isoformat()


def act(browser: Browser, name: str) -> str:
    """Press the button of the campaign's page; what is said."""
    token = form_fields(browser.get(f"{ONE}/cancel").text, f"{ONE}/cancel")["csrf_token"]
    browser.post(f"{ONE}/{name}", {"csrf_token": token})
    answer = browser.follow() if browser.page.status_code == 303 else browser.page
    return words(answer.text)


def stored(app: Flask) -> tuple[Campaign, list[Message]]:
    with app.app_context():
        campaign = db.session.get_one(Campaign, 1)
        return campaign, list(db.session.scalars(select(Message).order_by(Message.id)))


def test_it_is_paused_and_goes_on(app: Flask, sacha: Browser) -> None:
    assert "The campaign is paused: 3 messages wait." in act(sacha, "pause")
    assert stored(app)[0].paused_at
    assert "This campaign is paused already." in act(sacha, "pause")
    assert sacha.page.status_code == 409
    assert "The campaign goes on: 3 messages leave at their time." in act(sacha, "resume")
    assert not stored(app)[0].paused_at


def test_cancelling_asks_first(app: Flask, sacha: Browser) -> None:
    page = words(sacha.get(f"{ONE}/cancel").text)
    assert "Cancel “Fête”?" in page
    assert "3 messages that have not left yet are cancelled for good." in page
    sacha.send_again(f"{ONE}/cancel")
    assert "3 messages are not sent." in words(sacha.follow().text)
    assert {one.status for one in stored(app)[1]} == {"cancelled"}
    assert "Cancel the campaign" not in words(sacha.get(f"{ONE}/cancel").text)


def test_the_text_is_changed_and_a_bad_one_comes_back(app: Flask, sacha: Browser) -> None:
    sacha.submit(f"{ONE}/text", {"text": "Salut {{ contact."})
    assert sacha.page.status_code == 400
    assert form_fields(sacha.page.text, f"{ONE}/text")["text"] == "Salut {{ contact."
    sacha.send_again(f"{ONE}/text", {"text": "Salut"})
    assert "3 messages leave with the new one." in words(sacha.follow().text)
    assert {one.body for one in stored(app)[1]} == {"Salut"}


def test_a_new_text_is_looked_at_before(app: Flask, sacha: Browser) -> None:
    making.add_contact(app, "Éloïse", PEOPLE[0])
    text = "{% if contact_metas.name %}Salut {{ contact_metas.name }}{% endif %}"
    sacha.submit(f"{ONE}/text", {"text": text, "count": "1"})
    page = words(sacha.page.text)
    assert "1 SMS in all. 2 people get nothing" in page
    assert "The shortest: Salut Éloïse" in page
    assert {one.body for one in stored(app)[1]} == {"Bonjour"}
    sacha.send_again(f"{ONE}/text")
    assert sorted(one.status for one in stored(app)[1]) == ["pending", "skipped", "skipped"]


def test_a_new_text_with_a_field_that_nobody_has_is_asked_about(app: Flask, sacha: Browser) -> None:
    text = "Salut {{ contact.prenon }}"
    told = words(sacha.submit(f"{ONE}/text", {"text": text}).text)
    assert "None of them has the field prenon: it stays empty." in told
    assert {one.body for one in stored(app)[1]} == {"Bonjour"}
    sacha.send_again(f"{ONE}/text")
    assert {one.body for one in stored(app)[1]} == {"Salut "}


def test_its_page_has_the_buttons(app: Flask, sacha: Browser) -> None:
    page = sacha.get(ONE).text
    assert "csrf_token" in form_fields(page, f"{ONE}/pause")


def test_of_two_who_change_the_text_the_second_sees_that_of_the_first(
    app: Flask, sacha: Browser
) -> None:
    other = Browser(app)
    other.client = sacha.client
    first, second = sacha.get(f"{ONE}/text").text, other.get(f"{ONE}/text").text
    sacha.post(f"{ONE}/text", form_fields(first, f"{ONE}/text") | {"text": "Le premier"})
    other.post(f"{ONE}/text", form_fields(second, f"{ONE}/text") | {"text": "Le second"})
    assert other.page.status_code == 409
    page = words(other.page.text)
    assert "Somebody else changed the text of this campaign meanwhile." in page
    assert {one.body for one in stored(app)[1]} == {"Le premier"}
    # What was typed is there still, and can be sent over it knowingly.
    other.send_again(f"{ONE}/text")
    assert {one.body for one in stored(app)[1]} == {"Le second"}


def test_the_time_is_changed_on_the_clock_of_the_household(app: Flask, sacha: Browser) -> None:
    sacha.submit(f"{ONE}/time", {"at": "2020-01-01T10:00"})
    assert "is past" in words(sacha.page.text)
    soon = (clock.now() + timedelta(days=40)).strftime("%Y-%m-%dT18:30")
    sacha.send_again(f"{ONE}/time", {"at": soon})
    assert "3 messages leave at the new time." in words(sacha.follow().text)
    assert form_fields(sacha.get(f"{ONE}/time").text, f"{ONE}/time")["at"] == soon


def test_those_who_failed_get_it_again_where_that_may_help(app: Flask, sacha: Browser) -> None:
    reasons = dict(zip(PEOPLE, ("absent", "bad_number", "absent"), strict=True))
    with app.app_context(), writing() as session:
        for message in session.scalars(select(Message)):
            message.status, message.reason = Status.FAILED, reasons[message.peer]
    page = words(sacha.get(f"{ONE}/again").text)
    assert "3 people did not get it." in page
    assert "The recipient's phone is off or out of reach. (2)" in page
    sacha.send_again(f"{ONE}/again")
    assert "Accepted: 2 messages leave at once." in words(sacha.follow().text)
    assert [one.peer for one in stored(app)[1][3:]] == [PEOPLE[0], PEOPLE[2]]
    sacha.submit(f"{ONE}/again", {"reasons": []})
    assert sacha.page.status_code == 400
    assert "Who was sent it again already is not among them." in words(sacha.page.text)


def test_a_copy_is_a_draft(app: Flask, sacha: Browser) -> None:
    assert "This is a new draft" in act(sacha, "copy")
    with app.app_context():
        draft = db.session.scalars(select(CampaignDraft)).one()
        assert draft.content["recipients"] == "\n".join(PEOPLE)
    assert len(stored(app)[1]) == 3


def test_who_was_excluded_is_to_be_excluded_of_a_copy_again(app: Flask, sacha: Browser) -> None:
    assert "excluded" not in act(sacha, "copy")
    with app.app_context():
        draft = Draft(1, "\n".join(PEOPLE), "Bonjour", _tomorrow(), exclude=PEOPLE[0])
        campaigns.accept(app.extensions["raspisms"], None, draft)
    sacha.get("/campaigns/2")
    sacha.send_again("/campaigns/2/copy")
    assert "1 person was excluded; who that was is not kept." in words(sacha.follow().text)


@pytest.mark.parametrize("page", ["cancel", "text", "time", "again"])
def test_who_does_not_have_the_phone_sees_nothing_of_it(
    app: Flask, sacha: Browser, page: str
) -> None:
    stranger = logged_in(app, account(app, "Noé"))
    answer = stranger.get(f"{ONE}/{page}")
    assert answer.status_code == 404
    assert "Bonjour" not in answer.text


def test_the_buttons_are_those_that_do_something(app: Flask, sacha: Browser) -> None:
    first = sacha.get(ONE).text
    sacha.send_again(f"{ONE}/pause")
    paused = sacha.get(ONE).text
    sacha.submit(f"{ONE}/cancel")
    cancelled = sacha.get(ONE).text
    assert "/campaigns/1/pause" in first
    assert "/campaigns/1/resume" not in first
    assert "Somebody paused it." in paused
    assert "/campaigns/1/resume" in paused
    assert "/campaigns/1/pause" not in paused
    assert "/campaigns/1/copy" in cancelled
    assert not any(f"/campaigns/1/{act}" in cancelled for act in ("resume", "pause", "cancel"))
