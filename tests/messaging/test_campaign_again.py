"""Sending a campaign again to those whom it did not reach: to each once, and to nobody else."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select, update

from raspisms.errors import Conflict, Invalid
from raspisms.extensions import db
from raspisms.messaging import campaign_again, campaign_control, campaigns, contacts, outbox
from raspisms.messaging.campaigns import Acceptance, Draft
from raspisms.messaging.transactions import writing
from raspisms.models import Campaign, JournalEntry, Message, Phone
from raspisms.sms.lifecycle import Status
from tests.household import Household

ANA, BOB, LEA, TOM = (f"+3363998{number}" for number in ("1111", "2222", "3333", "4444"))


@pytest.fixture
def phone(household: Household) -> Iterator[Phone]:
    with household.app.app_context():
        phone = household.add_test_phone()
        for name, number in (("Ana", ANA), ("Bob", BOB), ("Léa", LEA), ("Tom", TOM)):
            contacts.add(household.engine, name, number)
        yield phone


def sent(
    household: Household, text: str = "Bonjour {{ contact_metas.name }}", **more: object
) -> int:
    """A campaign that reached Ana alone."""
    draft = Draft(1, f"{ANA}\n{BOB}\n{LEA}\n{TOM}", text, name="Fête", tag="été", **more)
    campaign = campaigns.accept(household.engine, household.admin, draft).campaign.id
    outbox.send_due(household.engine, 1)
    for number, reason in ((BOB, "absent"), (LEA, "bad_number"), (TOM, "absent")):
        fail(campaign, number, reason)
    return campaign


def fail(campaign_id: int, number: str, reason: str) -> None:
    with writing() as session:
        session.execute(
            update(Message)
            .where(Message.campaign_id == campaign_id, Message.peer == number)
            .values(status=Status.FAILED, reason=reason)
        )


def again(
    household: Household, campaign: int, *reasons: str, seen: int = 0, request: str = ""
) -> Acceptance:
    return campaign_again.send_again_failed(
        household.engine, household.admin, campaign, reasons or ("absent",), seen, request
    )


def rows(campaign_id: int) -> list[tuple[str, str, str]]:
    db.session.rollback()
    query = select(Message.peer, Message.body, Message.status).order_by(Message.id)
    return list(map(tuple, db.session.execute(query.where(Message.campaign_id == campaign_id))))


def test_it_is_told_why_some_failed_and_which_may_be_in_vain(
    household: Household, phone: Phone
) -> None:
    found = campaign_again.failed(household.admin, sent(household))
    assert [(one.reason, one.count, one.is_doubtful) for one in found.causes] == [
        ("absent", 2, False),
        ("bad_number", 1, True),
    ]
    assert (found.count, found.times) == (3, 0)


def test_only_those_who_failed_for_what_was_chosen_get_it_again(
    household: Household, phone: Phone
) -> None:
    first = sent(household, validity=60, pace=0.5)
    new = again(household, first).campaign
    assert rows(new.id) == [(BOB, "Bonjour Bob", "pending"), (TOM, "Bonjour Tom", "pending")]
    assert (new.name, new.tag, new.again_of, new.pace) == ("Fête", "été", first, 0.5)
    assert not new.direct
    assert set(db.session.scalars(select(Message.validity))) == {60}
    entry = db.session.scalars(select(JournalEntry)).all()[-1]
    assert (entry.action, entry.subject, entry.details["count"]) == (
        "campaign.sent_again",
        "Fête",
        2,
    )


def test_nobody_gets_it_twice_however_often_it_is_sent_again(
    household: Household, phone: Phone
) -> None:
    first = sent(household)
    second = again(household, first).campaign.id
    with pytest.raises(Conflict, match="meanwhile"):  # as of two at once
        again(household, first, "absent", "bad_number")
    with pytest.raises(Invalid, match="Nobody is left"):
        again(household, first, seen=1)
    assert campaign_again.failed(household.admin, first).causes == [
        campaign_again.Cause("bad_number", 1)
    ]
    # Those who get nothing of what was sent again can be tried once more.
    campaign_control.cancel(household.admin, second)
    assert [peer for peer, _, _ in rows(again(household, first, seen=1).campaign.id)] == [BOB, TOM]


def test_who_was_written_to_one_by_one_since_does_not_get_it_again(
    household: Household, phone: Phone
) -> None:
    first = sent(household)
    failed = select(Message).where(Message.peer == BOB)
    message = db.session.scalars(failed).one()
    campaigns.send_again(household.engine, household.admin, message, "")
    assert [peer for peer, _, _ in rows(again(household, first, seen=1).campaign.id)] == [TOM]


def test_what_columns_of_a_file_said_is_not_made_up(household: Household, phone: Phone) -> None:
    draft = Draft(1, BOB, "Bonjour {{ contact.x }}", data={1: {"x": "toi"}}, campaign=True)
    first = campaigns.accept(household.engine, household.admin, draft).campaign.id
    outbox.send_due(household.engine, 1)
    fail(first, BOB, "absent")
    with pytest.raises(Invalid, match="Columns of a file are not kept"):
        again(household, first)
    assert len(db.session.scalars(select(Campaign)).all()) == 1


def test_a_phone_that_is_gone_is_said(household: Household, phone: Phone) -> None:
    first = sent(household)
    with writing() as session:
        session.get_one(Phone, 1).removed_at = phone.created_at
    with pytest.raises(Conflict, match="phone"):
        again(household, first)


def test_it_goes_by_the_phones_that_are_left(household: Household, phone: Phone) -> None:
    other = household.add_test_phone("Bureau", "+33639987778").id
    first = sent(household, phones=(1, other))
    with writing() as session:
        session.get_one(Phone, 1).removed_at = phone.created_at
    made = again(household, first)
    assert (made.count, made.campaign.phone_id) == (2, other)
