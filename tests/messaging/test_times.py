"""A wrong clock, and a clock that is set: nothing early, nothing twice, nothing stuck."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from raspisms import clock
from raspisms.extensions import db
from raspisms.messaging import outbox, phones, receipt_polling, reconciliation, times
from raspisms.messaging.true_time import TrueTime
from raspisms.models import Message, Phone
from raspisms.simulator import Simulator
from raspisms.sms.lifecycle import Status
from tests.household import Household

JUMPS = [
    timedelta(days=90),
    timedelta(hours=7),
    timedelta(seconds=40),
    timedelta(hours=-7),
    timedelta(days=-90),
]
NAMES = ["months ahead", "hours ahead", "a little", "hours back", "months back"]


def _at(moment: datetime) -> time_machine.travel:
    return time_machine.travel(moment)


def _scheduled(household: Household, phone: Phone, **ahead: float) -> int:
    at = (clock.now() + timedelta(**ahead)).isoformat(timespec="minutes")
    return household.write(phone.id, "Plus tard", at=at)


@pytest.mark.parametrize("by", [timedelta(hours=2), timedelta(hours=-2)], ids=["behind", "ahead"])
def test_while_the_clock_is_wrong_scheduled_messages_wait_and_immediate_ones_go(
    household: Household, phone: Phone, simulator: Simulator, by: timedelta
) -> None:
    simulator.change(time_offset=by.total_seconds(), max_skew=10)
    later_id = household.write(phone.id, "Plus tard", at=_soon())
    now_id = household.write(phone.id, "Maintenant")
    with _at(datetime.now(UTC) + timedelta(hours=1)):
        household.engine.time = TrueTime()
        simulator.change(time_offset=(by).total_seconds())
        outbox.send_due(household.engine, phone.id)
        assert household.message(later_id).status == Status.PENDING
        assert household.message(now_id).status == Status.SENT
        assert [job.text for job in simulator.ledger.jobs] == ["Maintenant"]
        assert times.worst_difference() == by
        ready, wanted = outbox.phones_with_work(household.engine, clock.now())
        assert ready == [], "the jobs do not turn in circles over what has to wait"
        assert wanted is not None
        simulator.change(time_offset=0)
        household.engine.time.forget()
        outbox.send_due(household.engine, phone.id)
        assert household.message(later_id).status == Status.SENT
        assert times.worst_difference() is None


def _soon() -> str:
    return (clock.now() + timedelta(minutes=1)).isoformat(timespec="minutes")


def test_a_small_difference_holds_nothing_back(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.change(time_offset=240)
    message_id = household.write(phone.id, "Plus tard", at=_soon())
    with _at(datetime.now(UTC) + timedelta(minutes=2)):
        household.engine.time = TrueTime()
        outbox.send_due(household.engine, phone.id)
    assert household.message(message_id).status == Status.SENT
    assert times.worst_difference() is None


def test_a_phone_s_page_knows_of_the_clock_until_it_is_right(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.change(time_offset=3600)
    household.engine.time.forget()
    times.note(phone.id, household.engine.adapter(phone).clock_difference())
    db.session.rollback()
    assert phones.find(household.admin, phone.id).clock_off == 3600
    times.note(phone.id, timedelta(seconds=20))
    db.session.rollback()
    assert phones.find(household.admin, phone.id).clock_off is None


@pytest.mark.parametrize("by", JUMPS, ids=NAMES)
def test_a_message_that_was_to_go_at_once_goes_whatever_the_clock_does(
    household: Household, phone: Phone, simulator: Simulator, by: timedelta
) -> None:
    message_id = household.write(phone.id, "Maintenant")
    with _at(datetime.now(UTC) + by):
        simulator.change(time_offset=-by.total_seconds())
        outbox.send_due(household.engine, phone.id)
        message = household.message(message_id)
        assert (message.status, message.reason) == (Status.SENT, None)
        assert len(simulator.ledger.jobs) == 1
        assert abs(message.sent_at - (clock.now() - by)) < timedelta(minutes=1), "in true time"


@pytest.mark.parametrize("by", JUMPS, ids=NAMES)
def test_a_clock_that_jumps_fires_no_scheduled_message_early(
    household: Household, phone: Phone, simulator: Simulator, by: timedelta
) -> None:
    message_id = _scheduled(household, phone, hours=1)
    with _at(datetime.now(UTC) + by):
        simulator.change(time_offset=-by.total_seconds())
        outbox.send_due(household.engine, phone.id)
        assert household.message(message_id).status == Status.PENDING
    assert simulator.ledger.jobs == ()


@pytest.mark.parametrize("by", JUMPS, ids=NAMES)
def test_a_doubt_is_asked_about_after_its_pause_whatever_the_clock_does(
    household: Household, phone: Phone, simulator: Simulator, by: timedelta
) -> None:
    simulator.fault("cut_after_acceptance", count=1)
    message_id = household.write(phone.id)
    outbox.send_due(household.engine, phone.id)
    simulator.settle(5)
    with _at(datetime.now(UTC) + by):
        simulator.change(time_offset=-by.total_seconds())
        assert times.catch_up(household.engine)
        assert not times.catch_up(household.engine), "once"
        message = household.message(message_id)
        pause = message.ask_at - clock.now()
        assert timedelta(seconds=20) < pause < timedelta(seconds=46)
        _pass(message_id, minutes=1)
        reconciliation.reconcile(household.engine, phone.id)
        assert household.message(message_id).status == Status.SENT
    assert len(simulator.ledger.jobs) == 1


def _pass(message_id: int, **passed: float) -> None:
    message = db.session.get_one(Message, message_id)
    db.session.execute(
        db.update(Message)
        .where(Message.id == message_id)
        .values(ask_at=message.ask_at - timedelta(**passed))
    )
    db.session.commit()


@pytest.mark.parametrize("by", JUMPS, ids=NAMES)
def test_receipts_are_found_by_asking_whatever_the_clock_did_since(
    household: Household, phone: Phone, simulator: Simulator, by: timedelta
) -> None:
    """Sent while the clock was wrong, asked about when it is right."""
    with _at(datetime.now(UTC) + by):
        household.engine.time = TrueTime()
        simulator.change(time_offset=-by.total_seconds())
        message_id = household.write(phone.id)
        outbox.send_due(household.engine, phone.id)
    simulator.change(time_offset=0)
    simulator.settle(5)
    (plan,) = receipt_polling.plans(household.engine)
    receipt_polling.poll(household.engine, phone.id, plan.group)
    assert household.message(message_id).status == Status.DELIVERED


def test_what_a_wrong_clock_left_far_ahead_is_mended_at_the_start(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    with _at(datetime.now(UTC) + timedelta(days=90)):
        message_id = household.write(phone.id, "Maintenant")
    scheduled_id = _scheduled(household, phone, days=30)
    due = household.message(scheduled_id).attempt_at
    household.engine.time = TrueTime()
    times.mend()
    outbox.send_due(household.engine, phone.id)
    assert household.message(message_id).status == Status.SENT
    assert household.message(scheduled_id).attempt_at == due


def test_what_is_written_right_after_the_clock_was_set_is_not_moved(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    for by in JUMPS:
        household.engine.time = TrueTime()
        with _at(datetime.now(UTC) + by):
            message_id = household.write(phone.id, f"après {by}")
            simulator.change(time_offset=-by.total_seconds())
            outbox.send_due(household.engine, phone.id)
            assert household.message(message_id).status == Status.SENT, by


def _fail_in(keeper: TrueTime) -> None:
    with keeper.jump() as by:
        assert by is not None
        raise OSError("the disk is full")


def test_a_jump_that_could_not_be_stored_is_told_again() -> None:
    keeper = TrueTime()
    with _at(datetime.now(UTC) + timedelta(days=90)):
        with pytest.raises(OSError, match="full"):
            _fail_in(keeper)
        with keeper.jump() as by:
            assert by is not None
        with keeper.jump() as by:
            assert by is None


def test_nobody_goes_on_with_the_new_clock_before_what_follows_is_stored() -> None:
    keeper, seen = TrueTime(), []

    def look() -> None:
        with keeper.jump() as by:
            seen.append(by)

    with _at(datetime.now(UTC) + timedelta(days=90)):
        with keeper.jump():
            other = threading.Thread(target=look)
            other.start()
            other.join(0.2)
            assert seen == []
        other.join(5)
    assert seen == [None]
