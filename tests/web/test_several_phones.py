"""What goes by several phones is for those who may use all of them: nobody else sees any of it."""

from datetime import timedelta

import pytest
from flask import Flask

from raspisms import clock
from raspisms.extensions import db
from raspisms.messaging.campaign_content import CampaignContent
from raspisms.messaging.campaign_control import BY_FAILURES
from raspisms.messaging.transactions import writing
from raspisms.models import Campaign, CampaignDraft, Plan
from tests.web import making
from tests.web.browser import Browser, form_fields
from tests.web.conftest import account, logged_in

TO = ("+33639980001", "+33639980002")
SECRET = "Surprise"
PAGES = (
    "/campaigns",
    "/campaigns/drafts",
    "/campaigns/planned",
    "/campaigns/planned/month",
    "/campaigns/statistics",
)


@pytest.fixture
def sacha(app: Flask) -> Browser:
    """A member to whom the first of two phones is given."""
    member_id = account(app, "Sacha")
    making.add_phone(app, members=[member_id])
    making.add_phone(app, "Bureau", "+33600000002")
    return logged_in(app, member_id)


@pytest.fixture
def boss(app: Flask, sacha: Browser) -> int:
    """An administrator, who wrote a campaign, a plan and a draft that go by both."""
    member_id = account(app, "Camille", is_admin=True)
    campaign = making.add_campaign(app, 1, SECRET, *TO, name=SECRET, tag=SECRET, phones=(1, 2))
    plan = making.add_plan(app, member_id, 1, SECRET, *TO)
    draft = making.add_draft(app, member_id, 1, SECRET)
    with app.app_context(), writing() as session:
        soon = clock.now() + timedelta(minutes=5)
        of_campaign = {"due_at": soon, "paused_at": soon, "pause_reason": BY_FAILURES}
        rows = ((Campaign, campaign, of_campaign), (Plan, plan, {"next_at": soon}))
        for model, row_id, changes in rows:
            for name, value in changes.items():
                setattr(session.get_one(model, row_id), name, value)
        for row in (session.get_one(Plan, plan), session.get_one(CampaignDraft, draft)):
            row.content = {**row.content, "phones": [1, 2]}
    return member_id


@pytest.mark.parametrize("page", PAGES)
def test_nothing_of_it_is_told(app: Flask, sacha: Browser, boss: int, page: str) -> None:
    assert SECRET not in sacha.get(page).text
    assert SECRET in logged_in(app, boss).get(page).text


def test_where_one_begins_only_its_messages_by_ones_own_phone_are(
    app: Flask, sacha: Browser, boss: int
) -> None:
    assert "Leaves today" not in sacha.get("/conversations").text
    assert "paused itself" not in sacha.page.text
    assert "Leaves today" in logged_in(app, boss).get("/conversations").text


@pytest.mark.parametrize(
    "page",
    ["/campaigns/1", "/campaigns/1/file", "/campaigns/plans/1", "/campaigns/drafts/1/review"],
)
def test_none_of_its_pages_is_there(app: Flask, sacha: Browser, boss: int, page: str) -> None:
    assert sacha.get(page).status_code == 404
    assert logged_in(app, boss).get(page).status_code == 200


@pytest.mark.parametrize("act", ["1/pause", "plans/1/pause", "plans/1/edit", "drafts/1/copy"])
def test_nothing_is_decided_about_it(app: Flask, sacha: Browser, boss: int, act: str) -> None:
    sacha.get("/campaigns/new")
    token = form_fields(sacha.page.text, "/campaigns/new")["csrf_token"]
    assert sacha.post(f"/campaigns/{act}", {"csrf_token": token}).status_code == 404
    with app.app_context():
        assert db.session.query(CampaignDraft).count() == 1
        assert db.session.get_one(Plan, 1).paused_at is None


def test_a_draft_takes_no_phone_that_is_not_ones_own(app: Flask, sacha: Browser) -> None:
    """It would be kept where its author does not find it again."""
    typed = {"text": "Bonjour", "phone": "1", "phone2": "2"}
    address = sacha.submit("/campaigns/new", typed).headers["Location"]
    assert sacha.get(address).status_code == 200
    with app.app_context():
        draft = db.session.scalars(db.select(CampaignDraft)).one()
        assert CampaignContent.of(draft.content).phones == (1,)
