"""A campaign of which too much fails pauses itself before more of it leaves."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from raspisms.extensions import db
from raspisms.messaging import campaign_control, campaigns, outbox
from raspisms.messaging.campaigns import Draft
from raspisms.messaging.transactions import writing
from raspisms.models import Campaign, JournalEntry, Message, Phone
from raspisms.sms.lifecycle import Status
from tests.household import Household

PEOPLE = [f"+336399811{n:02}" for n in range(12)]


@pytest.fixture
def phone(household: Household) -> Iterator[Phone]:
    with household.app.app_context():
        yield household.add_test_phone()


@pytest.fixture(autouse=True)
def limits(household: Household) -> None:
    limit(household, 3, 50)


def limit(household: Household, failures: int, percent: int) -> None:
    engine = household.engine
    engine.go_by(
        replace(engine.config, campaign_failures=failures, campaign_failed_percent=percent)
    )


def wrote(household: Household, left: int, failed: int, **more: object) -> int:
    """A campaign of which so many left, and so many of these failed, by now."""
    typed = "\n".join(PEOPLE[: more.pop("people", len(PEOPLE))])  # type: ignore[misc]
    draft = Draft(1, typed, "Bonjour", **more)  # type: ignore[arg-type]
    campaign = campaigns.accept(household.engine, household.admin, draft).campaign.id
    ids = list(db.session.scalars(select(Message.id).where(Message.campaign_id == campaign)))
    with writing() as session:
        for which, status in ((ids[:left], Status.SENT), (ids[:failed], Status.FAILED)):
            values = {"status": status, "claimed_at": Message.created_at}
            session.execute(update(Message).where(Message.id.in_(which)).values(values))
    return campaign


def go_on(household: Household, campaign_id: int) -> tuple[Campaign, int]:
    """The campaign once more of it was to leave, and how many wait."""
    outbox.send_due(household.engine, 1)
    db.session.rollback()
    waits = (Message.campaign_id == campaign_id, Message.status == Status.PENDING)
    count = db.session.scalar(select(func.count()).select_from(Message).where(*waits))
    return db.session.get_one(Campaign, campaign_id), count or 0


def test_many_failures_pause_it_and_it_says_why(household: Household, phone: Phone) -> None:
    campaign, waiting = go_on(household, wrote(household, left=6, failed=3))
    assert waiting == 6
    assert campaign.paused_at is not None
    assert (campaign.pause_reason, campaign.paused_by) == ("failures", None)
    assert campaign_control.why(campaign) == campaign_control.PAUSE_REASONS["failures"]
    entry = db.session.scalars(select(JournalEntry)).all()[-1]
    assert (entry.action, entry.actor, entry.details) == (
        "campaign.paused_itself",
        "",
        {"count": 6},
    )
    assert set(db.session.scalars(select(Message.reason))) == {None, "campaign_paused"}


@pytest.mark.parametrize(
    ("left", "failed", "limits"),
    [
        (3, 2, (3, 50)),  # too few
        (7, 3, (3, 50)),  # too small a share
        (6, 6, (0, 50)),  # never wanted
    ],
)
def test_few_failures_do_not(
    household: Household, phone: Phone, left: int, failed: int, limits: tuple[int, int]
) -> None:
    limit(household, *limits)
    campaign, waiting = go_on(household, wrote(household, left, failed))
    assert (campaign.paused_at, waiting) == (None, 0)


def test_who_lets_it_go_on_is_not_asked_again(household: Household, phone: Phone) -> None:
    campaign_id = wrote(household, left=6, failed=6)
    assert go_on(household, campaign_id)[1] == 6
    campaign_control.resume(household.admin, campaign_id)
    campaign_control.pause(household.admin, campaign_id)
    paused = db.session.get_one(Campaign, campaign_id)
    assert campaign_control.why(paused) == campaign_control.PAUSE_REASONS["person"]
    campaign_control.resume(household.admin, campaign_id)
    campaign, waiting = go_on(household, campaign_id)
    assert (campaign.paused_at, waiting) == (None, 0)


def test_one_that_fails_does_not_keep_back_the_others(household: Household, phone: Phone) -> None:
    failing = wrote(household, left=6, failed=6)
    other = wrote(household, left=0, failed=0)
    assert go_on(household, failing)[1] == 6
    assert go_on(household, other)[1] == 0
