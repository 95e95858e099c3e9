"""Stopping a campaign and letting it go on: each act as a whole, and nobody is written to twice."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from raspisms import clock
from raspisms.errors import Conflict, NotFound, RaspismsError
from raspisms.extensions import db
from raspisms.messaging import campaign_control, campaigns, claims, decisions, members, outbox
from raspisms.messaging.campaigns import Draft
from raspisms.messaging.transactions import writing
from raspisms.models import Campaign, JournalEntry, Message, Phone
from raspisms.sms.lifecycle import Status
from tests.household import Household

ANA, BOB, LEA = (f"+3363998{number}" for number in ("1111", "2222", "3333"))


def wrote(household: Household, *numbers: str, text: str = "Bonjour", **more: object) -> int:
    """A campaign to some numbers; its id."""
    draft = Draft(1, "\n".join(numbers or (ANA, BOB, LEA)), text, **more)  # type: ignore[arg-type]
    return campaigns.accept(household.engine, household.admin, draft).campaign.id


def states() -> Counter[tuple[str, str | None]]:
    """How many messages there are with each status and reason."""
    db.session.rollback()
    return Counter(map(tuple, db.session.execute(select(Message.status, Message.reason))))


def stored(campaign_id: int) -> Campaign:
    db.session.rollback()
    return db.session.get_one(Campaign, campaign_id)


def acts() -> list[str]:
    return list(db.session.scalars(select(JournalEntry.action).order_by(JournalEntry.id)))


def send(household: Household) -> None:
    outbox.send_due(household.engine, 1)


def sent_to(household: Household) -> list[str]:
    """Whom the provider got a message for."""
    db.session.rollback()
    taken = select(Message.peer).where(Message.sent_at.is_not(None))
    return sorted(db.session.scalars(taken))


@pytest.fixture
def phone(household: Household) -> Phone:
    with household.app.app_context():
        yield household.add_test_phone()


def test_what_is_paused_waits_until_somebody_lets_it_go_on(
    household: Household, phone: Phone
) -> None:
    one, other = wrote(household), wrote(household, "+33639984444", "+33639985555")
    assert campaign_control.pause(household.admin, one) == 3
    assert states() == {("pending", "campaign_paused"): 3, ("pending", None): 2}
    assert outbox.phones_with_work(household.engine, clock.now())[0] == [1]
    send(household)
    assert sent_to(household) == ["+33639984444", "+33639985555"]
    assert outbox.phones_with_work(household.engine, clock.now()) == ([], None)
    campaign = stored(one)
    assert campaign.paused_at is not None
    assert (campaign.paused_by, campaign.pause_reason) == (household.admin_id, "person")
    assert stored(other).paused_at is None

    assert campaign_control.resume(household.admin, one) == 3
    assert stored(one).paused_at is None
    send(household)
    assert len(sent_to(household)) == 5
    assert acts()[-2:] == ["campaign.paused", "campaign.resumed"]


def test_after_a_long_pause_nothing_is_overdue(household: Household, phone: Phone) -> None:
    campaign = wrote(household)
    campaign_control.pause(household.admin, campaign)
    with writing() as session:
        session.execute(update(Message).values(due_at=clock.now() - timedelta(days=9)))
    campaign_control.resume(household.admin, campaign)
    send(household)
    assert sent_to(household) == [ANA, BOB, LEA]


def test_what_is_planned_for_later_keeps_its_time_over_a_pause(
    household: Household, phone: Phone
) -> None:
    at = (clock.now() + timedelta(days=3)).replace(microsecond=0)
    campaign = wrote(household, at=at.isoformat())
    campaign_control.pause(household.admin, campaign)
    campaign_control.resume(household.admin, campaign)
    found = db.session.execute(select(Message.due_at, Message.attempt_at).distinct()).all()
    assert found == [(at, at)]


def test_nothing_chosen_before_a_pause_is_claimed_after_it(
    household: Household, phone: Phone
) -> None:
    campaign = wrote(household)
    batch = claims.choose(household.engine, phone)
    assert len(batch) == 3
    db.session.rollback()
    campaign_control.pause(household.admin, campaign)
    assert claims.claim(household.engine, db.session.get_one(Phone, 1), batch) is None


def test_what_comes_back_from_a_call_stays_while_its_campaign_is_paused(
    household: Household, phone: Phone
) -> None:
    campaign = wrote(household)
    batch = claims.choose(household.engine, phone)
    claims.claim(household.engine, phone, batch[:1])
    assert campaign_control.pause(household.admin, campaign) == 2
    with writing() as session:  # as after a call that surely did not arrive
        session.get_one(Message, batch[0].id).status = Status.PENDING
    assert claims.choose(household.engine, db.session.get_one(Phone, 1)) == []
    assert states() == {("pending", "campaign_paused"): 3}
    campaign_control.resume(household.admin, campaign)
    send(household)
    assert sent_to(household) == [ANA, BOB, LEA]


def test_what_comes_back_from_a_call_of_a_cancelled_campaign_is_cancelled(
    household: Household, phone: Phone
) -> None:
    campaign = wrote(household)
    batch = claims.choose(household.engine, phone)
    claims.claim(household.engine, phone, batch[:1])
    assert campaign_control.cancel(household.admin, campaign) == 2
    with writing() as session:
        session.get_one(Message, batch[0].id).status = Status.PENDING
    send(household)
    assert states() == {("cancelled", "cancelled"): 3}
    assert None not in db.session.scalars(select(Message.final_at)).all()


def test_one_that_somebody_lets_go_by_itself_waits_with_its_campaign(
    household: Household, phone: Phone
) -> None:
    campaign = wrote(household)
    first = db.session.scalars(select(Message.id)).first()
    with writing() as session:
        message = session.get_one(Message, first)
        message.status, message.reason = Status.HELD, "overdue"
    campaign_control.pause(household.admin, campaign)
    decisions.release(household.admin, first)
    send(household)
    assert states() == {("pending", "campaign_paused"): 3}


def test_a_cancelled_campaign_takes_with_it_what_waits_for_a_person(
    household: Household, phone: Phone
) -> None:
    campaign = wrote(household)
    with writing() as session:
        session.execute(
            update(Message).where(Message.peer == ANA).values(status=Status.HELD, reason="overdue")
        )
    campaign_control.pause(household.admin, campaign)
    assert campaign_control.cancel(household.admin, campaign) == 3
    assert states() == {("cancelled", "cancelled"): 3}
    assert stored(campaign).cancelled_at is not None
    with pytest.raises(Conflict, match="not paused any more"):
        campaign_control.resume(household.admin, campaign)


@pytest.mark.parametrize(
    ("before", "act", "said"),
    [
        (("pause",), "pause", "paused already"),
        (("cancel",), "pause", "cancelled meanwhile"),
        (("cancel",), "cancel", "cancelled meanwhile"),
        ((), "resume", "not paused any more"),
        (("pause", "resume"), "resume", "not paused any more"),
    ],
)
def test_who_comes_second_is_told_so(
    household: Household, phone: Phone, before: tuple[str, ...], act: str, said: str
) -> None:
    campaign = wrote(household)
    for one in before:
        getattr(campaign_control, one)(household.admin, campaign)
    seen, entries = states(), len(acts())
    with pytest.raises(Conflict, match=said):
        getattr(campaign_control, act)(household.admin, campaign)
    assert (states(), len(acts())) == (seen, entries)


@pytest.mark.parametrize("act", ["pause", "cancel"])
def test_what_has_left_cannot_be_stopped(household: Household, phone: Phone, act: str) -> None:
    campaign = wrote(household)
    send(household)
    with pytest.raises(Conflict, match="has left already"):
        getattr(campaign_control, act)(household.admin, campaign)
    assert stored(campaign).paused_at is stored(campaign).cancelled_at is None


@pytest.mark.parametrize("act", ["pause", "resume", "cancel", "control"])
def test_only_who_may_use_all_its_phones_decides(
    household: Household, phone: Phone, act: str
) -> None:
    household.add_test_phone("Autre", "+33639987778")
    campaign = wrote(household, phones=(2,))
    noe = members.create("Noé", "trois mots simples", phones=[1])
    with pytest.raises(NotFound):
        getattr(campaign_control, act)(noe, campaign)
    both = members.create("Zoé", "trois mots simples", phones=[1, 2])
    assert campaign_control.control(both, campaign).can_pause


def test_a_message_to_one_person_is_no_campaign_to_pause(
    household: Household, phone: Phone
) -> None:
    household.write(phone.id)
    with pytest.raises(RaspismsError, match="no such campaign"):
        campaign_control.pause(household.admin, 1)
