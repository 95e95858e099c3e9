"""Batches: what goes together, and that nobody pays for another."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from raspisms import clock
from raspisms.adapters.answers import ReceiptNews
from raspisms.extensions import db
from raspisms.messaging import lookups, outbox, receipt_polling, receipts, reconciliation
from raspisms.models import Message, Phone, UnmappedId
from raspisms.simulator import Simulator
from raspisms.sms.lifecycle import ReceiptState, Status
from tests.household import PEER, Household, settings_for
from tests.messaging.conftest import later


def _peers(count: int) -> list[str]:
    return [f"+3363998{n:04}" for n in range(5000, 5000 + count)]


def _tomorrow() -> str:
    return (clock.now() + timedelta(days=1)).isoformat(timespec="minutes")


def _write(household: Household, phone: Phone, peers: list[str], text: str = "Bonjour") -> None:
    for peer in peers:
        household.write(phone.id, text, number=peer)


def _calls(simulator: Simulator) -> int:
    """How many calls that send were made."""
    return len([call for call in simulator.ledger.calls if call.method == "POST"])


def _statuses(household: Household) -> dict[str, str]:
    db.session.rollback()
    return {one.peer: one.status for one in db.session.scalars(db.select(Message))}


def _settle(household: Household, phone: Phone, simulator: Simulator) -> None:
    """Everything that the jobs would do, until nothing moves any more."""
    for _ in range(12):
        later(household.engine, minutes=90)
        outbox.send_due(household.engine, phone.id)
        simulator.settle(5)
        reconciliation.reconcile(household.engine, phone.id)
        receipt_polling.poll(household.engine, phone.id, 0)
        household.engine._set_aside.clear()
        lookups.look_up(household.engine, phone.id)


def test_messages_of_one_text_go_in_one_call_and_each_is_known_as_delivered(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    peers = _peers(7)
    _write(household, phone, peers)
    outbox.send_due(household.engine, phone.id)
    assert _calls(simulator) == 1
    assert set(_statuses(household).values()) == {Status.SENT}
    simulator.settle(5)
    before = len(simulator.ledger.calls)
    receipt_polling.poll(household.engine, phone.id, 0)
    assert set(_statuses(household).values()) == {Status.DELIVERED}
    assert len(simulator.ledger.calls) - before == 1, "one list says it of all"


def test_flash_messages_and_others_with_the_same_text_go_in_calls_of_their_own(
    household: Household, phone: Phone
) -> None:
    trial = household.add_test_phone()
    for peer, flash in zip(_peers(4), (True, False, True, False), strict=True):
        household.write(trial.id, number=peer, flash=flash)
    outbox.send_due(household.engine, trial.id)
    (sent,) = household.folder.glob("test_adapter/*/sent.jsonl")
    lines = [json.loads(line) for line in sent.read_text().splitlines()]
    calls: dict[str, list[tuple[str, bool]]] = {}
    for line in lines:
        calls.setdefault(line["tag"], []).append((line["to"], line.get("flash", False)))
    one, two, three, four = _peers(4)
    assert list(calls.values()) == [[(one, True), (three, True)], [(two, False), (four, False)]]


def test_only_the_smaller_group_is_looked_up(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    peers = _peers(12)
    for peer, ptt in ((peers[3], 24), (peers[8], 23)):
        simulator.outcome(peer, "failed", ptt=ptt)
    _write(household, phone, peers)
    outbox.send_due(household.engine, phone.id)
    simulator.settle(5)
    before = len(simulator.ledger.calls)
    receipt_polling.poll(household.engine, phone.id, 0)
    lookups.look_up(household.engine, phone.id)
    found = _statuses(household)
    assert [peer for peer in peers if found[peer] == Status.FAILED] == [peers[3], peers[8]]
    assert list(found.values()).count(Status.DELIVERED) == 10
    reasons = dict(db.session.execute(db.select(Message.peer, Message.reason)).all())
    assert (reasons[peers[3]], reasons[peers[8]]) == ("absent", "bad_number")
    # Two lists, and the two that failed, looked up for their cause, which tells whose they are.
    assert len(simulator.ledger.calls) - before <= 5


def test_who_never_answers_does_not_hide_that_the_others_have_it(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    peers = _peers(10)
    simulator.outcome(peers[4], "silent")
    _write(household, phone, peers)
    outbox.send_due(household.engine, phone.id)
    simulator.settle(5)
    receipt_polling.poll(household.engine, phone.id, 0)
    assert set(_statuses(household).values()) == {Status.SENT}, "it is waited for quiet"
    db.session.execute(
        db.update(UnmappedId).values(said_at=db.func.datetime(UnmappedId.said_at, "-10 minutes"))
    )
    db.session.commit()
    lookups.look_up(household.engine, phone.id)
    found = _statuses(household)
    assert found.pop(peers[4]) == Status.SENT
    assert set(found.values()) == {Status.DELIVERED}


def test_an_invalid_number_fails_alone(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    peers = _peers(5)
    simulator.outcome(peers[1], "invalid")
    _write(household, phone, peers)
    outbox.send_due(household.engine, phone.id)
    _settle(household, phone, simulator)
    found = _statuses(household)
    assert found.pop(peers[1]) == Status.FAILED
    assert set(found.values()) == {Status.DELIVERED}
    assert _calls(simulator) == 1


def test_a_batch_refused_whole_goes_again_in_smaller_ones_until_the_cause_is_alone(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    """A provider that answers 400 for one number among many, as long as that is among them."""
    peers = _peers(9)
    simulator.outcome(peers[6], "poison")
    _write(household, phone, peers)
    _settle(household, phone, simulator)
    found = _statuses(household)
    assert found.pop(peers[6]) == Status.FAILED
    assert set(found.values()) == {Status.DELIVERED}
    assert sorted(job.receiver for job in simulator.ledger.jobs) == sorted(set(peers) - {peers[6]})


def test_different_texts_and_times_do_not_go_together(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    peers = _peers(3)
    _write(household, phone, peers, "un")
    _write(household, phone, peers, "deux")
    household.write(phone.id, "un", number=PEER, at=_tomorrow())
    outbox.send_due(household.engine, phone.id)
    assert _calls(simulator) == 2
    assert len(simulator.ledger.jobs) == 6


def test_the_same_text_twice_to_one_person_is_two_messages_in_their_order(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    for _ in range(3):
        household.write(phone.id, "OK")
    household.write(phone.id, "OK", number=_peers(1)[0])
    outbox.send_due(household.engine, phone.id)
    assert [job.receiver for job in simulator.ledger.jobs].count(PEER) == 3
    assert _calls(simulator) == 3
    _settle(household, phone, simulator)
    uids = set(db.session.scalars(db.select(Message.provider_uid).where(Message.peer == PEER)))
    assert len(uids - {None}) >= 2
    assert set(_statuses(household).values()) == {Status.DELIVERED}


@pytest.mark.parametrize("size", [1, 4])
def test_a_batch_is_no_larger_than_set(simulator: Simulator, tmp_path: Path, size: int) -> None:
    home = Household(tmp_path, **settings_for(simulator, RASPISMS_BATCH_SIZE=size))
    with home.app.app_context():
        phone = home.add_ovh_phone()
        _write(home, phone, _peers(8))
        outbox.send_due(home.engine, phone.id)
        assert _calls(simulator) == 8 // size
    home.close()


@pytest.mark.parametrize("dropped", [False, True], ids=["marks kept", "marks dropped"])
@pytest.mark.parametrize("fault", ["cut_after_acceptance", "error_500_after", "fewer_ids"])
def test_of_a_lost_answer_every_message_is_found_and_none_goes_twice(
    household: Household, phone: Phone, simulator: Simulator, fault: str, dropped: bool
) -> None:
    peers = _peers(12)
    simulator.outcome(peers[2], "failed", ptt=24)
    if dropped:
        simulator.fault("tags_dropped")
    simulator.fault(fault, count=1)
    _write(household, phone, peers)
    outbox.send_due(household.engine, phone.id)
    assert Status.DELIVERED not in _statuses(household).values()
    _settle(household, phone, simulator)
    found = _statuses(household)
    assert sorted(job.receiver for job in simulator.ledger.jobs) == sorted(peers)
    assert found.pop(peers[2]) == Status.FAILED
    assert set(found.values()) == {Status.DELIVERED}


def test_of_a_lost_answer_with_invalid_numbers_only_what_was_taken_counts_as_sent(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    peers = _peers(6)
    for peer in peers[:2]:
        simulator.outcome(peer, "invalid")
    simulator.fault("cut_after_acceptance", count=1)
    _write(household, phone, peers)
    _settle(household, phone, simulator)
    found = _statuses(household)
    assert {found.pop(peer) for peer in peers[:2]} == {Status.FAILED}
    assert set(found.values()) == {Status.DELIVERED}
    assert len(simulator.ledger.jobs) == 4


def test_an_uncertain_batch_costs_few_calls_to_be_found(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.fault("cut_after_acceptance", count=1)
    _write(household, phone, _peers(60))
    outbox.send_due(household.engine, phone.id)
    simulator.settle(5)
    later(household.engine, minutes=2)
    before = len(simulator.ledger.calls)
    reconciliation.reconcile(household.engine, phone.id)
    assert set(_statuses(household).values()) == {Status.SENT}
    assert len(simulator.ledger.calls) - before == 2


def test_an_id_that_is_another_message_s_is_not_believed(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    first = household.write(phone.id, "un")
    outbox.send_due(household.engine, phone.id)
    db.session.execute(
        db.update(Message)
        .where(Message.id == first)
        .values(provider_uid=str(int(household.message(first).provider_uid or 0) + 1))
    )
    db.session.commit()
    household.write(phone.id, "deux")
    outbox.send_due(household.engine, phone.id)
    assert [one.status for one in db.session.scalars(db.select(Message))] == [
        Status.SENT,
        Status.UNCERTAIN,
    ]


def test_callbacks_in_any_order_pin_no_status_on_the_wrong_person(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    peers = _peers(5)
    for peer in peers:
        simulator.outcome(peer, "silent")
    _write(household, phone, peers)
    outbox.send_due(household.engine, phone.id)
    truth = {str(job.id): job.receiver for job in simulator.ledger.jobs}
    bad = peers[2]
    for uid, receiver in truth.items():
        state = ReceiptState.FAILED if receiver == bad else ReceiptState.DELIVERED
        receipts.take(phone.service, [ReceiptNews(uid, state, "")], receipts.CALLBACK)
        found = _statuses(household)
        assert found[bad] in (Status.SENT, Status.FAILED)
        assert Status.FAILED not in {found[peer] for peer in peers if peer != bad}
    lookups.look_up(household.engine, phone.id)
    found = _statuses(household)
    assert found.pop(bad) == Status.FAILED
    assert set(found.values()) == {Status.DELIVERED}
