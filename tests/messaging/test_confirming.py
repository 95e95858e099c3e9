"""A draft that is confirmed: once, by whoever is first, and as it was seen."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from raspisms.errors import Conflict, InvalidForm, NotFound
from raspisms.extensions import db
from raspisms.messaging import (
    campaign_drafts,
    confirming,
    contacts,
    exclusions,
    groups,
    members,
    opt_outs,
    phone_removal,
    review,
)
from raspisms.messaging.campaign_drafts import CampaignContent
from raspisms.messaging.confirming import Confirmed, Seen
from raspisms.models import Campaign, Message, Phone
from tests.household import Household

ANA, BOB, LEA = (f"+3363998100{n}" for n in range(3))
CONTENT = CampaignContent(text="Bonjour", groups=(1,), phones=(1,), name="Reprise")


@pytest.fixture
def draft_id(household: Household, phone: Phone) -> int:
    """A draft to a group of three."""
    named = (("Ana", ANA), ("Bob", BOB), ("Léa", LEA))
    people = [contacts.add(household.engine, name, number).id for name, number in named]
    groups.add_contacts(groups.add(None, "U13").id, people)
    return campaign_drafts.save(household.admin, CONTENT).id


def look(household: Household, draft_id: int) -> Seen:
    """What a person sees who looks at a draft now."""
    kept = campaign_drafts.get(household.admin, draft_id)
    found = review.of(household.engine, household.admin, kept.content.as_draft())
    return Seen(kept.version, found.count, found.people)


def confirm(household: Household, draft_id: int, seen: Seen) -> Confirmed:
    return confirming.confirm(household.engine, household.admin, draft_id, seen)


def stored() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Message)) or 0


def test_it_becomes_a_campaign_to_those_who_were_seen(household: Household, draft_id: int) -> None:
    confirmed = confirm(household, draft_id, look(household, draft_id))
    assert confirmed.accepted is not None
    assert (confirmed.accepted.count, confirmed.accepted.campaign.name) == (3, "Reprise")
    assert stored() == 3


def test_confirming_again_makes_nothing_more(household: Household, draft_id: int) -> None:
    seen = look(household, draft_id)
    first = confirm(household, draft_id, seen)
    assert confirm(household, draft_id, seen) == Confirmed(first.campaign_id)
    assert stored() == 3


def test_two_who_confirm_at_once_make_one_campaign(household: Household, draft_id: int) -> None:
    seen = look(household, draft_id)
    db.session.rollback()
    ready, found = threading.Barrier(2), []

    def press() -> None:
        with household.app.app_context():
            ready.wait()
            found.append(confirm(household, draft_id, seen).campaign_id)
            db.session.remove()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    db.session.rollback()
    assert found == [db.session.scalars(select(Campaign.id)).one()] * 2
    assert stored() == 3


def test_a_draft_that_was_changed_is_looked_at_anew(household: Household, draft_id: int) -> None:
    seen = look(household, draft_id)
    changed = replace(CONTENT, text="Bonsoir")
    campaign_drafts.save(household.admin, changed, draft_id, seen.version)
    with pytest.raises(Conflict, match="changed meanwhile"):
        confirm(household, draft_id, seen)
    assert stored() == 0


def test_where_others_are_in_the_group_by_now_nothing_is_sent(
    household: Household, draft_id: int
) -> None:
    seen = look(household, draft_id)
    new = contacts.add(household.engine, "Tom", "+33639981009").id
    groups.add_contacts(1, [new])
    with pytest.raises(Conflict, match="4 people now, and not to 3"):
        confirm(household, draft_id, seen)
    opt_outs.add(household.engine, household.admin, "Ana", "STOP")
    with pytest.raises(Conflict, match="other people now"):
        confirm(household, draft_id, seen)
    assert stored() == 0
    assert confirm(household, draft_id, look(household, draft_id)).accepted is not None


def test_a_group_or_a_phone_that_is_gone_is_told(household: Household, draft_id: int) -> None:
    seen = look(household, draft_id)
    groups.remove(household.admin, 1)
    with pytest.raises(InvalidForm, match="group that you chose was removed"):
        confirm(household, draft_id, seen)
    phone_removal.remove(1, household.admin)
    with pytest.raises(InvalidForm, match="No phone is chosen"):
        confirm(household, draft_id, seen)
    assert stored() == 0


def test_who_may_not_use_the_phone_finds_no_draft(household: Household, draft_id: int) -> None:
    seen = look(household, draft_id)
    other = members.create("Noé", "trois mots simples", is_admin=False)
    with pytest.raises(NotFound):
        confirming.confirm(household.engine, other, draft_id, seen)


def test_a_fingerprint_is_of_people_and_not_of_their_order() -> None:
    assert exclusions.fingerprint([ANA, BOB]) == exclusions.fingerprint([BOB, ANA])
    assert exclusions.fingerprint([ANA]) != exclusions.fingerprint([ANA, BOB])
