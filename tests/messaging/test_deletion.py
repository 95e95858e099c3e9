"""Deleting: the text goes, what the row is needed for stays, and what may leave is not touched."""

from collections.abc import Iterator

import pytest

from raspisms.errors import Conflict, NotFound
from raspisms.extensions import db
from raspisms.messaging import (
    conversations,
    decisions,
    deletion,
    inbox,
    listing,
    marks,
    members,
)
from raspisms.models import Campaign, Conversation, JournalEntry, Message, Phone
from raspisms.models.message import ATTENTION
from raspisms.simulator import Simulator, account
from raspisms.sms.lifecycle import Status
from tests.household import PEER, Household
from tests.messaging.stored import came_in, went_out
from tests.web import making
from tests.web.making import in_days


@pytest.fixture
def phone(household: Household) -> Iterator[Phone]:
    with household.app.app_context():
        yield household.add_test_phone()


def bodies(household: Household, conversation_id: int) -> list[str]:
    thread = conversations.thread(household.admin, conversation_id)
    return [one.body for one in thread.messages]


def conversation(conversation_id: int) -> Conversation:
    db.session.rollback()
    return db.session.get_one(Conversation, conversation_id)


def test_a_deleted_message_is_gone_and_the_list_shows_the_one_before(
    household: Household, phone: Phone
) -> None:
    one = came_in(household, phone.id, "Un", PEER)
    went_out(household, phone.id, "Deux", PEER, reason_detail="words")
    came_in(household, phone.id, "Trois", PEER)
    deletion.delete_message(household.admin, 3)
    assert bodies(household, one) == ["Deux", "Un"]
    assert (conversation(one).last_message_id, conversation(one).last_inbound_id) == (2, 1)
    deletion.delete_message(household.admin, 2)
    message = household.message(2)
    assert (message.body, message.reason_detail, message.status) == ("", None, "sent")
    assert message.deleted_at is not None
    with pytest.raises(NotFound):
        decisions.find(household.admin, 2)
    assert [listed.message.id for listed in listing.walk(listing.Wanted())] == [1]


def test_what_is_left_to_read_is_known_after_a_deletion(household: Household, phone: Phone) -> None:
    one = came_in(household, phone.id, "Un", PEER)
    came_in(household, phone.id, "Deux", PEER)
    deletion.delete_message(household.admin, 1)
    assert marks.find(household.admin, one).unread_from == 2
    deletion.delete_message(household.admin, 2)
    assert marks.find(household.admin, one).unread_from is None
    assert conversations.unread_count(household.admin) == 0


@pytest.mark.parametrize("status", list(Status))
def test_only_what_is_over_can_be_deleted(
    household: Household, phone: Phone, status: Status
) -> None:
    if status is Status.RECEIVED:
        one = came_in(household, phone.id, "Texte", PEER)
    else:
        one = went_out(household, phone.id, "Texte", PEER, status)
    can_leave = status in (Status.PENDING, Status.SENDING, Status.UNCERTAIN, Status.HELD)
    if can_leave:
        with pytest.raises(Conflict):
            deletion.delete_message(household.admin, 1)
        with pytest.raises(Conflict):
            deletion.delete_conversation(household.admin, one, newest=1)
        assert household.message(1).body == "Texte"
    else:
        deletion.delete_message(household.admin, 1)
        assert household.message(1).body == ""
        assert conversations.recent(household.admin) == []


def test_a_deleted_failure_needs_nobody_any_more(household: Household, phone: Phone) -> None:
    went_out(household, phone.id, "Raté", PEER, "failed", reason="absent")
    assert Status.FAILED in ATTENTION
    assert decisions.counts(household.admin)[Status.FAILED] == 1
    deletion.delete_message(household.admin, 1)
    assert decisions.counts(household.admin)[Status.FAILED] == 0
    assert decisions.needing_attention(household.admin) == {}


def test_a_conversation_is_deleted_up_to_what_was_seen_and_comes_back(
    household: Household, phone: Phone
) -> None:
    one = came_in(household, phone.id, "Un", PEER)
    newest = deletion.effects(household.admin, one).newest
    came_in(household, phone.id, "Entre-temps", PEER)
    marks.keep_draft(household.admin, one, "Je voulais")
    deletion.delete_conversation(household.admin, one, newest)
    assert bodies(household, one) == ["Entre-temps"]
    assert marks.find(household.admin, one).draft is None
    deletion.delete_conversation(household.admin, one, newest + 1)
    assert conversations.recent(household.admin) == []
    assert (conversation(one).last_message_id, conversation(one).last_inbound_id) == (0, None)
    assert came_in(household, phone.id, "De retour", PEER) == one
    assert bodies(household, one) == ["De retour"]


def test_what_waits_is_cancelled_only_when_that_is_said(household: Household, phone: Phone) -> None:
    waiting = household.write(phone.id, "Demain", at=f"{in_days(300):%Y-%m-%dT10:00}")
    held = went_out(household, phone.id, "Retenu", PEER, "held")
    found = deletion.effects(household.admin, held)
    assert (found.messages, found.waiting, found.is_open) == (2, 2, False)
    with pytest.raises(Conflict, match="wait"):
        deletion.delete_conversation(household.admin, held, found.newest)
    assert household.message(waiting).status == Status.PENDING
    deletion.delete_conversation(household.admin, held, found.newest, cancel_waiting=True)
    message = household.message(waiting)
    assert (message.status, message.reason, message.body) == (Status.CANCELLED, "cancelled", "")


def test_the_text_of_a_campaign_goes_with_its_last_message(
    household: Household, phone: Phone
) -> None:
    household.write(phone.id, "À tous", f"{PEER}, +33639982222")
    for message_id in (1, 2):
        making.change_message(household.app, message_id, status="delivered")
    db.session.rollback()
    deletion.delete_message(household.admin, 1)
    assert db.session.scalar(db.select(Campaign.body)) == "À tous"
    deletion.delete_message(household.admin, 2)
    assert db.session.scalar(db.select(Campaign.body)) == ""


def test_a_deleted_conversation_is_told_in_the_journal_without_its_texts(
    household: Household, phone: Phone
) -> None:
    making.add_contact(household.app, "Léa", PEER)
    one = came_in(household, phone.id, "Un secret", PEER)
    deletion.delete_conversation(household.admin, one, newest=1)
    (entry,) = db.session.scalars(
        db.select(JournalEntry).where(JournalEntry.action == "conversation.deleted")
    )
    assert (entry.subject, entry.details) == ("Léa", {})


def test_a_member_may_delete_what_they_see_and_nothing_else(
    household: Household, phone: Phone
) -> None:
    one = came_in(household, phone.id, "Un", PEER)
    stranger = members.create("Sacha", "trois mots simples", is_admin=False)
    for act in (
        lambda: deletion.effects(stranger, one),
        lambda: deletion.delete_message(stranger, 1),
        lambda: deletion.delete_conversation(stranger, one, newest=1),
    ):
        with pytest.raises(NotFound):
            act()
    assert household.message(1).body == "Un"


def test_what_was_deleted_does_not_come_in_again(
    household: Household, simulator: Simulator
) -> None:
    with household.app.app_context():
        phone_id = household.add_ovh_phone().id
        simulator.answer(PEER, account.NUMBER, "Un secret")
        inbox.poll(household.engine, phone_id)
        deletion.delete_message(household.admin, 1)
        household.engine.inbox_listed.clear()  # all of it is listed again
        inbox.poll(household.engine, phone_id)
        assert [one.body for one in db.session.scalars(db.select(Message))] == [""]
