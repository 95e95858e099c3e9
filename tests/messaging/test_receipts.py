"""Receipts: in any order, any number of times, early or late, of the right service only."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from raspisms import clock
from raspisms.adapters.answers import ReceiptNews
from raspisms.extensions import db
from raspisms.messaging import outbox, receipt_polling, receipts
from raspisms.models import Phone, Receipt
from raspisms.simulator import Simulator, account
from raspisms.sms.lifecycle import ReceiptState, Status
from tests.household import PEER, Household

D, F, U = ReceiptState.DELIVERED, ReceiptState.FAILED, ReceiptState.UNDER_WAY


@pytest.fixture
def sent_id(household: Household, phone: Phone, simulator: Simulator) -> int:
    """A message that OVH took and of which the network has said nothing."""
    simulator.outcome(PEER, "silent")
    message_id = household.write(phone.id)
    outbox.send_due(household.engine, phone.id)
    return message_id


def _take(phone: Phone, uid: str | None, state: ReceiptState, reason: str = "") -> None:
    news = ReceiptNews(uid or "", state, reason, "raw")
    receipts.take(phone.service, [news], receipts.CALLBACK)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ((U,), Status.SENT),
        ((U, D), Status.DELIVERED),
        ((U, F), Status.FAILED),
        ((U, F, D), Status.DELIVERED),
    ],
)
def test_the_order_and_the_number_of_receipts_change_nothing(
    household: Household,
    phone: Phone,
    sent_id: int,
    said: tuple[ReceiptState, ...],
    expected: Status,
) -> None:
    uid = household.message(sent_id).provider_uid
    for order in itertools.permutations(said):
        db.session.execute(db.delete(Receipt))
        db.session.execute(db.text(f"UPDATE message SET status='sent' WHERE id={sent_id}"))
        db.session.commit()
        for state in order * 2:
            _take(phone, uid, state)
        assert household.message(sent_id).status == expected, order
        assert len(db.session.scalars(db.select(Receipt)).all()) == len(said)


def test_a_failure_keeps_the_network_s_reason(
    household: Household, phone: Phone, sent_id: int
) -> None:
    _take(phone, household.message(sent_id).provider_uid, F, "absent")
    message = household.message(sent_id)
    assert (message.status, message.reason) == (Status.FAILED, "absent")
    assert message.final_at is not None


def test_a_receipt_for_an_unknown_id_waits_for_its_message(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.outcome(PEER, "silent")
    household.write(phone.id, "la première")
    outbox.send_due(household.engine, phone.id)
    next_uid = str(simulator.ledger.jobs[-1].id + 1)
    for uid in range(int(next_uid), int(next_uid) + 30):
        _take(phone, str(uid), D)
    message_id = household.write(phone.id, "la deuxième")
    outbox.send_due(household.engine, phone.id)
    assert household.message(message_id).status == Status.DELIVERED


def test_a_receipt_of_another_service_with_the_same_id_is_not_ours(
    household: Household, phone: Phone, sent_id: int
) -> None:
    other = household.add_ovh_phone(
        "Club", service_name=account.SECOND_SERVICE, number=account.THIRD_NUMBER
    )
    _take(other, household.message(sent_id).provider_uid, D)
    assert household.message(sent_id).status == Status.SENT


def test_a_receipt_by_another_phone_of_the_same_service_is_ours(
    household: Household, phone: Phone, sent_id: int
) -> None:
    other = household.add_ovh_phone("Deuxième", number=account.SECOND_NUMBER)
    _take(other, household.message(sent_id).provider_uid, D)
    assert household.message(sent_id).status == Status.DELIVERED


def test_without_a_receipt_a_message_expires_and_a_late_one_still_counts(
    household: Household, phone: Phone, sent_id: int
) -> None:
    receipts.expire(clock.now() + timedelta(hours=49))
    assert household.message(sent_id).status == Status.SENT
    receipts.expire(clock.now() + timedelta(hours=51))
    message = household.message(sent_id)
    assert (message.status, message.reason) == (Status.EXPIRED, "no_receipt")
    _take(phone, message.provider_uid, D)
    assert household.message(sent_id).status == Status.DELIVERED


def test_asking_settles_delivered_and_failed_ones(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.outcome("+33639982222", "failed", ptt=24)
    good = household.write(phone.id)
    bad = household.write(phone.id, number="+33639982222")
    outbox.send_due(household.engine, phone.id)
    simulator.settle(5)
    receipt_polling.poll(household.engine, phone.id, 0)
    assert household.message(good).status == Status.DELIVERED
    assert (household.message(bad).status, household.message(bad).reason) == (
        Status.FAILED,
        "absent",
    )
    before = len(simulator.ledger.calls)
    receipt_polling.poll(household.engine, phone.id, 0)
    assert len(simulator.ledger.calls) == before, "nothing is left to be asked about"


def test_the_older_the_messages_the_rarer_the_asking(
    household: Household, phone: Phone, sent_id: int
) -> None:
    pauses = []
    for age in (timedelta(0), timedelta(hours=1), timedelta(hours=10), timedelta(hours=40)):
        with time_machine.travel(datetime.now(UTC) + age):
            (plan,) = receipt_polling.plans(household.engine)
        pauses.append(plan.pause)
    assert pauses == sorted(set(pauses))
    assert pauses[1] < timedelta(minutes=1)


def test_receipts_that_never_find_a_message_are_forgotten(
    household: Household, phone: Phone
) -> None:
    _take(phone, "424242", D)
    receipts.expire(clock.now() + timedelta(days=29))
    assert db.session.scalar(db.select(db.func.count()).select_from(Receipt)) == 1
    receipts.expire(clock.now() + timedelta(days=31))
    assert db.session.scalar(db.select(db.func.count()).select_from(Receipt)) == 0
