"""The outbox, one step at a time: what is stored at each, and what is never done twice."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from raspisms import clock
from raspisms.extensions import db
from raspisms.messaging import decisions, outbox, phone_removal, phones, reconciliation
from raspisms.messaging.true_time import TrueTime
from raspisms.models import Message, Phone
from raspisms.simulator import Simulator, account
from raspisms.sms.lifecycle import Status
from tests.household import PEER, Household


def _later(household: Household, **passed: float) -> None:
    """Let time pass for what is stored, and let rests end."""
    by = timedelta(**passed)
    for message in db.session.scalars(db.select(Message)).all():
        for name in ("attempt_at", "ask_at"):
            value = getattr(message, name)
            if value is not None:
                db.session.execute(
                    db.update(Message).where(Message.id == message.id).values({name: value - by})
                )
    db.session.commit()
    household.engine.worked(1)
    household.engine._buckets.clear()  # the budget is measured by a clock that no test can move


def test_what_is_due_is_sent_once_and_the_rest_waits(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    now_id = household.write(phone.id, "Maintenant")
    later_id = household.write(phone.id, "Demain", at=_tomorrow())
    outbox.send_due(household.engine, phone.id)
    outbox.send_due(household.engine, phone.id)
    assert [job.text for job in simulator.ledger.jobs] == ["Maintenant"]
    assert household.message(now_id).status == Status.SENT
    assert household.message(later_id).status == Status.PENDING


def _tomorrow() -> str:
    return (clock.now() + timedelta(days=1)).isoformat(timespec="minutes")


def test_the_planner_says_who_has_work_and_when_the_next_has(
    household: Household, phone: Phone
) -> None:
    at = _tomorrow()
    household.write(phone.id, at=at)
    assert outbox.phones_with_work(household.engine, clock.now()) == (
        [],
        datetime.fromisoformat(at).astimezone(UTC),
    )
    household.write(phone.id)
    ready, _ = outbox.phones_with_work(household.engine, clock.now())
    assert ready == [phone.id]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("error_429", "throttled"),
        ("error_401", "keys_refused"),
        ("error_403", "not_granted"),
        ("no_credit", "no_credit"),
        ("service_disabled", "service_disabled"),
    ],
)
def test_what_a_person_or_time_can_mend_delays_a_message_and_never_fails_it(
    household: Household, phone: Phone, simulator: Simulator, fault: str, reason: str
) -> None:
    simulator.fault(fault, count=1)
    message_id = household.write(phone.id)
    outbox.send_due(household.engine, phone.id)
    message = household.message(message_id)
    assert (message.status, message.reason) == (Status.PENDING, reason)
    assert household.engine.rests(_again(phone))
    _later(household, minutes=20)
    outbox.send_due(household.engine, phone.id)
    assert household.message(message_id).status == Status.SENT
    assert len(simulator.ledger.jobs) == 1


def test_a_phone_whose_keys_are_refused_says_so_until_it_works_again(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.fault("error_401", count=1)
    household.write(phone.id)
    outbox.send_due(household.engine, phone.id)
    assert phones.summary(_again(phone)).level == "error"
    _later(household, minutes=20)
    outbox.send_due(household.engine, phone.id)
    assert phones.summary(_again(phone)).level == "ok"


def _again(phone: Phone) -> Phone:
    db.session.rollback()
    return db.session.get_one(Phone, phone.id)


def test_while_the_provider_cannot_take_more_the_other_messages_are_not_tried(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    for n in range(5):
        household.write(phone.id, f"n° {n}")
    simulator.fault("error_401")
    outbox.send_due(household.engine, phone.id)
    tries = [call for call in simulator.ledger.calls if call.method == "POST"]
    assert len(tries) == 1
    ready, later = outbox.phones_with_work(household.engine, clock.now())
    assert ready == []
    assert later is not None


def test_an_unreachable_ovh_delays_before_anything_is_claimed(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    message_id = household.write(phone.id)
    simulator.stop()
    outbox.send_due(household.engine, phone.id)
    message = household.message(message_id)
    assert (message.status, message.reason) == (Status.PENDING, "unreachable")


def test_what_is_overdue_for_hours_is_held_for_a_person(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    message_id = household.write(phone.id)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=7)):
        household.engine.time = TrueTime()  # it passed, the clock was not set
        outbox.send_due(household.engine, phone.id)
    assert household.message(message_id).status == Status.HELD
    assert simulator.ledger.jobs == ()
    decisions.release(household.admin, message_id)
    outbox.send_due(household.engine, phone.id)
    assert household.message(message_id).status == Status.SENT


def test_messages_keep_their_order_when_the_first_had_to_wait(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.fault("error_401", count=1)
    for text in ("un", "deux", "trois"):
        household.write(phone.id, text)
    outbox.send_due(household.engine, phone.id)
    household.engine.worked(phone.id)
    outbox.send_due(household.engine, phone.id)
    assert [job.text for job in simulator.ledger.jobs] == ["un", "deux", "trois"]


def test_a_message_that_alone_cannot_be_taken_does_not_hold_up_the_others(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.fault("error_409", count=1)
    first_id, next_id = household.write(phone.id, "un"), household.write(phone.id, "deux")
    outbox.send_due(household.engine, phone.id)
    first = household.message(first_id)
    assert (first.status, first.reason) == (Status.PENDING, "provider_down")
    assert first.attempt_at is not None
    assert first.attempt_at > clock.now()
    assert household.message(next_id).status == Status.SENT


def test_what_came_back_to_a_removed_phone_is_cancelled(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    message_id = household.write(phone.id)
    phone_removal.remove(phone.id)
    db.session.execute(db.update(Message).values(status=Status.PENDING))
    db.session.commit()
    phone_removal.cancel_orphans(clock.now())
    message = household.message(message_id)
    assert (message.status, message.reason) == (Status.CANCELLED, "phone_removed")


def test_a_refused_message_fails_with_the_provider_s_own_words(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.fault("error_400", count=1)
    message_id, next_id = household.write(phone.id, "un"), household.write(phone.id, "deux")
    outbox.send_due(household.engine, phone.id)
    message = household.message(message_id)
    assert (message.status, message.reason) == (Status.FAILED, "refused")
    assert message.reason_detail
    assert message.final_at is not None
    assert household.message(next_id).status == Status.SENT


def test_a_lost_answer_is_asked_about_and_found(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.fault("cut_after_acceptance", count=1)
    message_id = household.write(phone.id)
    outbox.send_due(household.engine, phone.id)
    message = household.message(message_id)
    assert (message.status, message.reason) == (Status.UNCERTAIN, "no_answer")
    reconciliation.reconcile(household.engine, phone.id)
    assert household.message(message_id).status == Status.UNCERTAIN, "asked too early"
    _later(household, minutes=5)
    reconciliation.reconcile(household.engine, phone.id)
    message = household.message(message_id)
    (job,) = simulator.ledger.jobs
    assert (message.status, message.provider_uid) == (Status.SENT, str(job.id))


def test_nothing_is_sent_again_before_ovh_said_twice_that_it_does_not_have_it(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.fault("cut_before_reading", match="POST */jobs", count=1)
    message_id = household.write(phone.id)
    outbox.send_due(household.engine, phone.id)
    for expected in (Status.UNCERTAIN, Status.PENDING):
        _later(household, minutes=5)
        reconciliation.reconcile(household.engine, phone.id)
        assert household.message(message_id).status == expected
    outbox.send_due(household.engine, phone.id)
    assert household.message(message_id).status == Status.SENT
    assert len(simulator.ledger.jobs) == 1


def test_an_ovh_that_cannot_be_asked_leaves_the_doubt(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.fault("cut_after_acceptance", count=1)
    message_id = household.write(phone.id)
    outbox.send_due(household.engine, phone.id)
    simulator.fault("error_502", match="GET /sms/*")
    for _ in range(3):
        _later(household, minutes=90)
        reconciliation.reconcile(household.engine, phone.id)
        assert household.message(message_id).status == Status.UNCERTAIN
    simulator.clear_faults()
    _later(household, minutes=90)
    reconciliation.reconcile(household.engine, phone.id)
    assert household.message(message_id).status == Status.SENT


def test_two_alike_without_marks_are_never_taken_for_each_other(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.fault("tags_dropped")
    sent_id = household.write(phone.id, "OK")
    outbox.send_due(household.engine, phone.id)
    simulator.fault("cut_before_reading", match="POST */jobs", count=1)
    lost_id = household.write(phone.id, "OK")
    outbox.send_due(household.engine, phone.id)
    simulator.clear_faults()
    for _ in range(2):
        _later(household, minutes=5)
        reconciliation.reconcile(household.engine, phone.id)
    assert household.message(lost_id).status == Status.PENDING
    outbox.send_due(household.engine, phone.id)
    uids = {household.message(one).provider_uid for one in (sent_id, lost_id)}
    assert uids == {str(job.id) for job in simulator.ledger.jobs}
    assert len(uids) == 2


def test_a_claim_of_a_dead_process_is_uncertain_and_one_of_this_process_is_not(
    household: Household, phone: Phone
) -> None:
    dead_id, live_id = household.write(phone.id, "un"), household.write(phone.id, "deux")
    db.session.execute(
        db.update(Message).values(status=Status.SENDING, claimed_at=clock.now(), claimed_by="x")
    )
    db.session.commit()
    with household.engine.flights.carrying(phone.id, {live_id: PEER}):
        outbox.recover(household.engine)
    dead = household.message(dead_id)
    assert (dead.status, dead.reason) == (Status.UNCERTAIN, "stopped_while_sending")
    assert household.message(live_id).status == Status.SENDING


def test_a_cancelled_message_does_not_leave(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    message_id = household.write(phone.id)
    decisions.cancel(household.admin, message_id)
    outbox.send_due(household.engine, phone.id)
    assert household.message(message_id).status == Status.CANCELLED
    assert simulator.ledger.jobs == ()


@pytest.mark.parametrize("way", ["pause", "remove"])
def test_a_phone_out_of_use_sends_nothing(
    household: Household, phone: Phone, simulator: Simulator, way: str
) -> None:
    message_id = household.write(phone.id)
    phones.pause(phone.id, True) if way == "pause" else phone_removal.remove(phone.id)
    outbox.send_due(household.engine, phone.id)
    assert simulator.ledger.jobs == ()
    expected = Status.PENDING if way == "pause" else Status.CANCELLED
    assert household.message(message_id).status == expected


def test_new_settings_let_what_waits_go_at_once(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.fault("error_401", count=1)
    message_id = household.write(phone.id)
    outbox.send_due(household.engine, phone.id)
    stored = _again(phone)
    draft = phones.PhoneDraft("Maison", stored.adapter, {**stored.settings, "app_secret": ""})
    phones.edit(household.engine, phone.id, stored.version, draft)
    outbox.send_due(household.engine, phone.id)
    assert household.message(message_id).status == Status.SENT


def test_ten_thousand_messages_far_ahead_delay_none_that_is_due(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    household.write(phone.id, at=_tomorrow())
    far = household.message(1)
    columns = {c.key: getattr(far, c.key) for c in Message.__table__.columns if c.key != "id"}
    db.session.execute(db.insert(Message), [columns] * 10_000)
    db.session.commit()
    plan = db.session.execute(
        db.text(
            "EXPLAIN QUERY PLAN SELECT * FROM message WHERE phone_id = 1 AND status = 'pending' "
            "AND attempt_at <= '2026-01-01' ORDER BY attempt_at, id LIMIT 50"
        )
    ).all()
    assert "ix_message_due" in str(plan)
    message_id = household.write(phone.id, "Maintenant")
    outbox.send_due(household.engine, phone.id)
    assert household.message(message_id).status == Status.SENT
    assert [job.receiver for job in simulator.ledger.jobs] == [PEER]
    assert simulator.ledger.jobs[0].service == account.SERVICE


def test_what_became_overdue_while_running_is_held_too(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    message_id = household.write(phone.id)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=3)):
        household.engine.time = TrueTime()
        outbox.send_due(household.engine, phone.id)
    message = household.message(message_id)
    assert (message.status, message.reason) == (Status.HELD, "overdue")
    assert simulator.ledger.jobs == ()


def test_after_some_claims_in_vain_a_person_is_asked(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.fault("cut_before_reading", match="POST */jobs")
    message_id = household.write(phone.id)
    for _ in range(20):
        _later(household, minutes=5)
        outbox.send_due(household.engine, phone.id)
        reconciliation.reconcile(household.engine, phone.id)
    assert household.message(message_id).status == Status.HELD
    tries = [call for call in simulator.ledger.calls if call.method == "POST"]
    assert len(tries) == 5


def test_a_message_in_doubt_is_not_looked_for_under_another_number(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.fault("cut_after_acceptance", count=1)
    message_id = household.write(phone.id)
    outbox.send_due(household.engine, phone.id)
    stored = _again(phone)
    values = {**stored.settings, "number": account.SECOND_NUMBER}
    draft = phones.PhoneDraft("Maison", stored.adapter, values)
    phones.edit(household.engine, phone.id, stored.version, draft)
    for _ in range(3):
        _later(household, minutes=90)
        reconciliation.reconcile(household.engine, phone.id)
        outbox.send_due(household.engine, phone.id)
    message = household.message(message_id)
    assert (message.status, message.reason) == (Status.UNCERTAIN, "cannot_tell")
    assert len(simulator.ledger.jobs) == 1
