"""A power cut while a message to a group is accepted: it is there for everybody or for nobody."""

import pytest
from sqlalchemy import func, select

from raspisms import clock
from raspisms.extensions import db
from raspisms.messaging import campaign_drafts, campaigns, groups
from raspisms.messaging.campaign_content import CampaignContent
from raspisms.messaging.campaigns import Draft
from raspisms.messaging.transactions import writing
from raspisms.models import (
    Campaign,
    CampaignDraft,
    CampaignPhone,
    Contact,
    Conversation,
    Group,
    Message,
)
from raspisms.sms.names import sort_key
from tests.faults.moments import killed_at
from tests.household import Household, opt_out

PEOPLE = 30
DRAFT = Draft(
    1,
    "Club",
    "{% if contact.n|default(1) % 2 %}Bonjour {{ contact_metas.name }}{% endif %}",
    request="form",
    exclude="Membre 05",
    phones=(1, 2),
    confirms=(1, 1),
)


@pytest.fixture
def club(household: Household) -> Household:
    with household.app.app_context():
        household.add_test_phone()
        household.add_test_phone("Autre", "+33639988888")
        campaign_drafts.save(household.admin, CampaignContent(text=DRAFT.text, phones=(1, 2)))
        with writing() as session:
            session.add_all(_contact(n) for n in range(PEOPLE))
        group = groups.add(None, "Club")
        groups.add_contacts(group.id, range(1, PEOPLE + 1))
        opt_out("+33639980001")
        db.session.remove()
    return household


def _contact(n: int) -> Contact:
    name, now = f"Membre {n:02}", clock.now()
    key, number = sort_key(name), f"+336399800{n:02}"
    return Contact(
        name=name, name_key=key, number=number, data={"n": str(n)}, created_at=now, updated_at=now
    )


def accept(household: Household) -> object:
    return campaigns.accept(household.engine, household.admin, DRAFT)


def stored(household: Household) -> tuple[int, dict[str, int], int, bool, int, bool]:
    """Campaigns, messages by status, conversations, whether the group was noted as used, phones of
    campaigns, and whether the draft is a campaign.
    """
    with household.app.app_context():
        db.session.rollback()
        statuses = select(Message.status, func.count()).group_by(Message.status)
        found = (
            db.session.scalar(select(func.count()).select_from(Campaign)) or 0,
            dict(db.session.execute(statuses).all()),
            db.session.scalar(select(func.count()).select_from(Conversation)) or 0,
            db.session.scalars(select(Group.used_at)).one() is not None,
            db.session.scalar(select(func.count()).select_from(CampaignPhone)) or 0,
            db.session.scalars(select(CampaignDraft.campaign_id)).one() is not None,
        )
        db.session.remove()
        db.engine.dispose()
    return found


def test_it_is_stored_whole_or_not_at_all_and_once_when_the_form_is_sent_again(
    club: Household,
) -> None:
    nothing = (0, {}, 0, False, 0, False)
    # Odd ones get it, but for the one who said STOP and the one who is excluded.
    messages = {"pending": PEOPLE // 2 - 2, "skipped": PEOPLE // 2 + 1}
    whole = (1, messages, PEOPLE - 1, True, 2, True)
    moment, seen = 1, []
    while killed_at(club, accept, moment):
        seen.append(stored(club))
        moment += 1
        if seen[-1] == whole:
            break
    assert seen[:-1] == [nothing] * (len(seen) - 1)
    assert len(seen) > 10
    assert seen[-1] == whole
    assert not killed_at(club, accept, 1000)
    assert stored(club) == whole
