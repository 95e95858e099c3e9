"""The last fault of each part of a phone: kept, with OVH's name for the call; rarely written."""

from datetime import timedelta

import pytest
import time_machine

from raspisms import clock
from raspisms.extensions import db
from raspisms.messaging import inbox, outbox, phone_faults, phones, receipt_polling
from raspisms.messaging.transactions import writing
from raspisms.models import Phone
from raspisms.simulator import Simulator
from tests.household import Household
from tests.messaging.conftest import later
from tests.statements import changes, statements


def _fault(phone: Phone, part: str) -> phone_faults.Fault:
    db.session.rollback()
    return phone_faults.of(phone.id)[part]


def test_what_keeps_a_message_from_being_sent_is_kept_when_all_is_well_again(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.fault("error_401")
    household.write(phone.id)
    outbox.send_due(household.engine, phone.id)
    fault = _fault(phone, "send")
    simulator.clear_faults()
    later(household.engine, hours=1)
    outbox.send_due(household.engine, phone.id)
    assert phones.summary(phone).last_sent is not None
    assert _fault(phone, "send") == fault
    assert fault.query_id.startswith("EU.")
    assert fault.query_id not in str(fault.words)
    assert str(fault.words).startswith("The provider refuses the phone's keys.")


def test_each_part_has_its_own(household: Household, phone: Phone, simulator: Simulator) -> None:
    household.write(phone.id)
    outbox.send_due(household.engine, phone.id)
    simulator.fault("error_503", match="*")
    inbox.poll(household.engine, phone.id)
    receipt_polling.poll(household.engine, phone.id, 0)
    phones.check_again(household.engine, phone.id)
    assert set(phone_faults.of(phone.id)) == {"receive", "receipts", "check"}
    for part in ("receive", "receipts", "check"):
        assert str(_fault(phone, part).words).startswith("OVH could not be reached (")
        assert _fault(phone, part).query_id.startswith("EU.")


def test_an_outage_does_not_write_each_minute(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.fault("error_503", match="*")
    with statements(household.app) as first:
        inbox.poll(household.engine, phone.id)
    with statements(household.app) as again:
        for _ in range(3):
            inbox.poll(household.engine, phone.id)
    assert (bool(changes(first)), changes(again)) == (True, [])
    before = _fault(phone, "receive").at
    with time_machine.travel(clock.now() + timedelta(hours=1, minutes=1)):
        inbox.poll(household.engine, phone.id)
        assert _fault(phone, "receive").at > before + timedelta(hours=1)


@pytest.mark.parametrize("words", ["100 % full", "[1, 2]", "x" * 2000, "é" * 499, "(OVH: none"])
def test_any_words_can_be_kept(phone: Phone, words: str) -> None:
    with writing() as session:
        phone_faults.note(session, phone.id, "send", words)
    assert str(_fault(phone, "send").words).rstrip("…")[:400] == words[:400]
