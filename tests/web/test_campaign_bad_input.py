"""What can go wrong with a campaign is told in a sentence, and nothing of it is lost."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from raspisms import clock
from raspisms.extensions import db
from raspisms.messaging import (
    campaign_drafts,
    contacts,
    groups,
    limit_changes,
    phone_removal,
)
from raspisms.messaging.campaign_content import CampaignContent, Csv
from raspisms.models import CampaignDraft, Member
from tests.web import making
from tests.web.browser import Browser, words
from tests.web.test_review import admin_token

ANA, BOB = "+33612345601", "+33612345602"
DRAFT = "/campaigns/drafts/1"
REVIEW = f"{DRAFT}/review"


@pytest.fixture
def club(app: Flask, admin: Browser) -> Flask:
    """A phone, and a group of two."""
    making.add_phone(app)
    ids = [making.add_contact(app, *one) for one in (("Ana", ANA), ("Bob", BOB))]
    with app.app_context():
        groups.add_contacts(groups.add(None, "U13").id, ids)
    return app


def keep(app: Flask, **changed: Any) -> CampaignContent:
    values: dict[str, Any] = {"text": "Bonjour", "groups": (1,), "phones": (1,), "name": "Reprise"}
    content = CampaignContent(**values | changed)
    with app.app_context():
        campaign_drafts.save(db.session.get_one(Member, 1), content)
    return content


def content(app: Flask) -> CampaignContent:
    with app.app_context():
        return CampaignContent.of(db.session.get_one(CampaignDraft, 1).content)


def refuses(admin: Browser, sentence: str) -> None:
    """The review says it and has nothing to confirm; whoever confirms all the same is told too."""
    once = words(admin.get(REVIEW).text).count(sentence)
    assert once
    assert "Send to" not in admin.page.text
    form = {"csrf_token": admin_token(admin), "version": "1", "count": "2", "people": ""}
    assert admin.post(f"{REVIEW}/confirm", form).status_code in (400, 409)
    assert words(admin.page.text).count(sentence) == once


def test_nobody_is_left_once_all_are_excluded(club: Flask, admin: Browser) -> None:
    written = keep(club, exclude="Ana", exclude_groups=(1,))
    refuses(admin, "all 2 recipients are excluded")
    assert (content(club), making.messages(club)) == (written, [])


def test_a_text_that_cannot_be_made_for_3_of_800_goes_to_the_others(
    club: Flask, admin: Browser
) -> None:
    rows = [(f"+3361234{n:04}", "4" if n % 300 else "0") for n in range(800)]
    keep(
        club,
        groups=(),
        text="Part : {{ 100 / contact.parts }} euros",
        csv=Csv("parts.csv", ("parts",), tuple(rows)),
    )
    told = words(admin.get(REVIEW).text)
    assert "It goes to 797 people" in told
    assert "3 for whom the text cannot be made" in told
    told = words(admin.get(f"{REVIEW}/left-out?cause=text_error").text)
    assert told.count("Line 1 of the text: Nothing can be divided by zero.") == 3
    assert "06 12 34 06 00" in told
    admin.submit(f"{REVIEW}/confirm", on=REVIEW)
    found = [(one.status, one.reason) for one in making.messages(club)]
    assert found.count(("skipped", "text_error")) == 3
    assert len([status for status, _ in found if status == "pending"]) == 797
    assert {one.body for one in making.messages(club) if one.status == "pending"} == {
        "Part : 25 euros"
    }


def test_a_time_that_is_past_is_told_and_kept(club: Flask, admin: Browser) -> None:
    written = keep(club, when="at", at="2001-01-01T10:00")
    refuses(admin, "The time 2001-01-01 10:00 is past.")
    assert (content(club), making.messages(club)) == (written, [])


def test_a_time_that_the_clocks_skip_is_moved_with_them_and_told_before(
    club: Flask, admin: Browser
) -> None:
    day = last_sunday_of_march(clock.now().year + 1)
    keep(club, when="at", at=f"{day}T02:30")
    assert "03:30" in words(admin.get(REVIEW).text)
    assert "02:30" not in words(admin.page.text)
    admin.send_again(f"{REVIEW}/confirm")
    due = datetime(day.year, day.month, day.day, 1, 30, tzinfo=UTC)
    assert {one.due_at for one in making.messages(club)} == {due}


def last_sunday_of_march(year: int) -> date:
    end = date(year, 3, 31)
    return end - timedelta(days=(end.weekday() + 1) % 7)


def test_a_rule_for_each_minute_is_refused_with_the_most_there_can_be(
    club: Flask, admin: Browser
) -> None:
    rule = {"kind": "rule", "rule": "FREQ=MINUTELY", "at": "10:00", "starts": "2026-12-01"}
    written = keep(club, when="schedule", repeat=rule)
    told = words(admin.get(REVIEW).text)
    assert "more often than once an hour, which is the most there can be" in told
    assert "Plan it" not in told
    told = words(admin.get(f"{DRAFT}?check=1").text)
    assert "more often than once an hour" in told
    assert 'value="FREQ=MINUTELY"' in admin.page.text
    assert content(club).repeat == written.repeat


def test_a_limit_of_0_is_told_before_and_what_is_confirmed_waits(
    club: Flask, admin: Browser
) -> None:
    with club.app_context():
        limit_changes.add(club.extensions["raspisms"], None, 1, "0", "today")
    keep(club)
    assert "Nothing can leave: the limit of the phone is 0." in words(admin.get(REVIEW).text)
    admin.send_again(f"{REVIEW}/confirm")
    assert {one.status for one in making.messages(club)} == {"pending"}


def test_what_becomes_of_a_group_after_the_confirmation_changes_nothing(
    club: Flask, admin: Browser
) -> None:
    keep(club, when="at", at=f"{clock.now().year + 1}-01-02T10:00")
    admin.submit(f"{REVIEW}/confirm", on=REVIEW)
    with club.app_context():
        new = contacts.add(club.extensions["raspisms"], "Zoé", "+33612345603").id
        groups.add_contacts(1, [new])
        groups.remove(db.session.get_one(Member, 1), 1)
    assert sorted(one.peer for one in making.messages(club)) == [ANA, BOB]
    told = words(admin.get("/campaigns/1").text)
    assert "2 people" in told
    assert "0 of 2" in told


def test_a_phone_that_is_removed_while_a_campaign_runs_accounts_for_all(
    club: Flask, admin: Browser
) -> None:
    making.add_campaign(club, 1, "Bonjour", ANA, BOB, name="Reprise")
    making.change_message(club, 1, status="sent", sent_at=clock.now(), attempt_at=None)
    told = words(admin.get("/phones/1/remove").text)
    assert "1 message that has not left yet will be cancelled." in told
    admin.send_again("/phones/1/remove")
    told = words(admin.get("/campaigns/1").text)
    assert "2 of 2" in told
    assert "Cancelled" in told
    assert "Maison" in told


def test_a_phone_that_is_removed_before_the_confirmation_is_told(
    club: Flask, admin: Browser
) -> None:
    written = keep(club)
    with club.app_context():
        phone_removal.remove(1, db.session.get_one(Member, 1))
    refuses(admin, "No phone is chosen.")
    assert (content(club), making.messages(club)) == (written, [])
