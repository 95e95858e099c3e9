"""A campaign as a new draft: all that is known of it, and nothing of it leaves."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from raspisms.extensions import db
from raspisms.messaging import campaign_copy, campaigns, contacts, groups
from raspisms.messaging.campaign_content import CampaignContent
from raspisms.messaging.campaigns import Draft
from raspisms.models import Message, Phone
from tests.household import Household

ANA, BOB, LEA = (f"+3363998{number}" for number in ("1111", "2222", "3333"))


@pytest.fixture
def phone(household: Household) -> Iterator[Phone]:
    with household.app.app_context():
        phone = household.add_test_phone()
        household.add_test_phone("Autre", "+33639987778")
        ids = [contacts.add(household.engine, name, n).id for name, n in (("A", ANA), ("B", BOB))]
        groups.add_contacts(groups.add(None, "Club").id, ids)
        yield phone


def copied(household: Household, content: CampaignContent) -> CampaignContent:
    accepted = campaigns.accept(household.engine, household.admin, content.as_draft())
    return campaign_copy.copy(household.admin, accepted.campaign.id).content


@pytest.mark.parametrize(
    "content",
    [
        CampaignContent(
            name="Fête",
            tag="été",
            text="Bonjour {{ contact_metas.name }}",
            recipients=LEA,
            groups=(1,),
            phones=(2, 1),
            quiet="marketing",
            pace="2.5",
            validity="60",
        ),
        CampaignContent(
            text="{{ tel quel }}", as_written=True, recipients=f"{ANA}\n{LEA}", phones=(1,)
        ),
        CampaignContent(text="Bonjour", groups=(1,), phones=(1,), quiet="none"),
        CampaignContent(
            text="Bonjour", groups=(1,), phones=(1,), quiet="own", quiet_hours="mon-fri 09:00-12:00"
        ),
    ],
)
def test_what_is_copied_is_what_was_written(
    household: Household, phone: Phone, content: CampaignContent
) -> None:
    made = copied(household, content)
    if content.quiet == "own":
        assert made.as_draft().quiet == content.as_draft().quiet
        content = CampaignContent.of({**content.as_kept(), "quiet_hours": made.quiet_hours})
    assert made == content


def test_a_group_that_is_gone_is_taken_as_those_who_got_it(
    household: Household, phone: Phone
) -> None:
    accepted = campaigns.accept(
        household.engine, household.admin, Draft(1, "", "Ça va", groups=(1,))
    )
    groups.remove(household.admin, 1)
    made = campaign_copy.copy(household.admin, accepted.campaign.id).content
    assert (made.groups, made.recipients) == ((), f"{ANA}\n{BOB}")
    assert db.session.scalar(select(func.count()).select_from(Message)) == 2


def test_who_was_named_and_excluded_puts_nobody_of_a_group_in_their_place(
    household: Household, phone: Phone
) -> None:
    content = CampaignContent(
        text="Bonjour", recipients=f"{LEA}\n{BOB}", exclude=LEA, groups=(1,), phones=(1,)
    )
    made = copied(household, content)
    assert (made.groups, made.recipients) == ((1,), BOB)
