"""Accepting: the right person, once, and only what can be sent."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from raspisms.errors import Conflict, InvalidForm
from raspisms.extensions import db
from raspisms.messaging import campaigns, contacts, outbox
from raspisms.models import Message, Phone
from raspisms.simulator import Simulator
from raspisms.sms.lifecycle import Status
from tests.household import PEER, Household


def _count() -> int:
    return db.session.scalar(db.select(db.func.count()).select_from(Message)) or 0


def test_a_number_is_that_number_whatever_a_contact_is_called(
    household: Household, phone: Phone
) -> None:
    contacts.add(household.engine, PEER, "+33639989999")
    contacts.add(household.engine, "36111", "+33639988888")
    assert contacts.resolve(household.engine, PEER) == PEER
    assert contacts.resolve(household.engine, "06 39 98 11 11") == PEER
    assert contacts.resolve(household.engine, "36111") == "36111"


def test_a_phone_that_cannot_send_flash_messages_takes_none(
    household: Household, phone: Phone
) -> None:
    with pytest.raises(InvalidForm) as refused:
        household.write(phone.id, flash=True)
    (problem,) = refused.value.problems
    assert problem.field == "flash"
    assert str(problem.message) == "The phone “Maison” cannot send flash messages."
    assert _count() == 0


def test_the_same_form_with_and_without_flash_are_two_messages(
    household: Household, phone: Phone
) -> None:
    trial = household.add_test_phone()
    wanted = (True, True, False, False)
    ids = [household.write(trial.id, request="r" * 22, flash=flash) for flash in wanted]
    assert ids == [1, 1, 2, 2]
    assert household.message(1).flash
    assert not household.message(2).flash


def test_a_name_is_the_one_contact_called_so(household: Household, phone: Phone) -> None:
    contacts.add(household.engine, "Éloïse Le Goff", PEER)
    assert contacts.resolve(household.engine, " eloise  LE goff ") == PEER
    contacts.add(household.engine, "eloise le goff", "+33639982222")
    for typed, words in (("Éloïse Le Goff", "2 contacts"), ("Personne", "no contact named")):
        with pytest.raises(InvalidForm) as refused:
            household.write(phone.id, number=typed)
        (problem,) = refused.value.problems
        assert problem.field == "number"
        assert words in str(problem)


def test_all_that_is_wrong_is_told_at_once(household: Household, phone: Phone) -> None:
    with pytest.raises(InvalidForm) as refused:
        household.write(999, text=" \n", number="06", at="hier")
    assert {problem.field for problem in refused.value.problems} == {
        "phone",
        "number",
        "text",
        "at",
    }
    assert _count() == 0


def test_the_same_form_sent_twice_is_one_message_and_a_changed_one_is_two(
    household: Household, phone: Phone
) -> None:
    first = household.write(phone.id, "un", request="form")
    assert household.write(phone.id, "un", request="form") == first
    assert household.write(phone.id, "deux", request="form") != first
    assert _count() == 2


def test_the_same_form_sent_again_after_its_time_finds_what_it_made(
    household: Household, phone: Phone
) -> None:
    at = (datetime.now(UTC) + timedelta(hours=1)).isoformat(timespec="minutes")
    first = household.write(phone.id, "un", at=at, request="form")
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=2)):
        assert household.write(phone.id, "un", at=at, request="form") == first


def test_only_what_failed_is_sent_again(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.fault("error_400", count=1)
    failed_id, sent_id = household.write(phone.id, "un"), household.write(phone.id, "deux")
    outbox.send_due(household.engine, phone.id)
    failed, sent = household.message(failed_id), household.message(sent_id)
    again = campaigns.send_again(household.engine, household.admin, failed, "form")
    message = household.message(again.message_id)
    assert (message.status, message.body, message.peer) == (Status.PENDING, "un", PEER)
    with pytest.raises(Conflict):
        campaigns.send_again(household.engine, household.admin, sent, "form")


def test_letters_in_a_search_are_a_name_and_not_a_number(
    household: Household, phone: Phone
) -> None:
    contacts.add(household.engine, "Zoé 1", PEER)
    contacts.add(household.engine, "Ana", "+33639981112")
    assert [c.name for c in contacts.listing("zoe 1").contacts] == ["Zoé 1"]
    assert [c.name for c in contacts.listing("39 98 11 12").contacts] == ["Ana"]
    assert contacts.listing("Zo\0xyz").contacts == []
