"""The inbox: everything once, whatever is told twice, cannot be read, or is not a number."""

from dataclasses import replace
from datetime import timedelta

import pytest

from raspisms.adapters.answers import Inbound
from raspisms.messaging import conversations, inbox
from raspisms.models import Message, Phone
from raspisms.simulator import Simulator, account
from tests.household import PEER, Household


def _received(household: Household) -> list[str]:
    from raspisms.extensions import db

    db.session.rollback()
    query = db.select(Message.body).where(Message.direction == "in").order_by(Message.id)
    return list(db.session.scalars(query))


def test_what_came_in_is_stored_once_however_often_it_is_listed(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.answer(PEER, account.NUMBER, "OK")
    simulator.answer(PEER, account.NUMBER, "OK")
    for _ in range(3):
        inbox.poll(household.engine, phone.id)
    assert _received(household) == ["OK", "OK"]


def test_one_that_cannot_be_read_does_not_block_the_next_and_is_tried_again(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    first = simulator.answer(PEER, account.NUMBER, "illisible")
    simulator.answer(PEER, account.NUMBER, "lisible")
    simulator.fault("inbox_unreadable", match=f"GET */incoming/{first.id}")
    inbox.poll(household.engine, phone.id)
    assert _received(household) == ["lisible"]
    calls = len(simulator.ledger.calls)
    inbox.poll(household.engine, phone.id)
    assert len(simulator.ledger.calls) == calls + 1, "it is left alone for a while"
    simulator.clear_faults()
    household.engine._set_aside.clear()
    inbox.poll(household.engine, phone.id)
    assert _received(household) == ["lisible", "illisible"]


def test_one_that_vanished_is_no_fault(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    first = simulator.answer(PEER, account.NUMBER, "parti")
    simulator.answer(PEER, account.NUMBER, "là")
    simulator.fault("inbox_vanished", match=f"GET */incoming/{first.id}")
    inbox.poll(household.engine, phone.id)
    assert _received(household) == ["là"]


def test_a_fault_in_the_middle_loses_nothing(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    entries = [simulator.answer(PEER, account.NUMBER, f"n° {n}") for n in range(4)]
    simulator.fault("cut_in_answer", match=f"GET */incoming/{entries[2].id}", count=1)
    inbox.poll(household.engine, phone.id)
    household.engine._set_aside.clear()
    inbox.poll(household.engine, phone.id)
    assert sorted(_received(household)) == ["n° 0", "n° 1", "n° 2", "n° 3"]


@pytest.mark.parametrize(
    ("sender", "peer"),
    [("0033639981111", PEER), ("+33639981111", PEER), ("36111", "36111"), ("INFO SMS", "INFO SMS")],
)
def test_a_sender_is_one_person_however_it_is_written(
    household: Household, phone: Phone, simulator: Simulator, sender: str, peer: str
) -> None:
    inbox.store(household.engine, phone.id, phone.service, Inbound("1", sender, "a\0b\x07", None))
    (summary,) = conversations.recent(household.admin)
    assert summary.conversation.peer == peer
    assert summary.last.body == "ab"


def test_a_paused_phone_is_left_alone(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    from raspisms.messaging import phones

    simulator.answer(PEER, account.NUMBER, "coucou")
    phones.pause(phone.id, True)
    inbox.poll(household.engine, phone.id)
    assert inbox.receiving_phones() == []
    assert _received(household) == []


def test_an_entry_of_another_shape_is_set_aside_and_the_next_is_stored(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    first = simulator.answer(PEER, account.NUMBER, "?")
    simulator.answer(PEER, account.NUMBER, "lisible")
    simulator.fault("json_list", match=f"GET */incoming/{first.id}")
    inbox.poll(household.engine, phone.id)
    assert _received(household) == ["lisible"]


def test_a_newer_message_that_is_known_hides_no_older_one_that_was_never_told(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    """Such as after days in which the phone was paused: then the provider calls before the poll."""
    inbox.poll(household.engine, phone.id)
    household.engine.inbox_listed[phone.id] -= timedelta(days=6)
    _came_days_ago(simulator, "vieux", 5)
    inbox.store(household.engine, phone.id, phone.service, Inbound("1", PEER, "neuf", None))
    inbox.poll(household.engine, phone.id)
    assert _received(household) == ["neuf", "vieux"]


def test_an_old_one_that_could_not_be_read_is_listed_until_it_can(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    old = _came_days_ago(simulator, "vieux", 5)
    simulator.fault("inbox_unreadable", match=f"GET */incoming/{old}")
    simulator.answer(PEER, account.NUMBER, "neuf")
    inbox.poll(household.engine, phone.id)
    simulator.clear_faults()
    household.engine._set_aside.clear()
    inbox.poll(household.engine, phone.id)
    assert _received(household) == ["neuf", "vieux"]


def test_what_was_listed_long_ago_is_not_listed_again(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    inbox.poll(household.engine, phone.id)
    _came_days_ago(simulator, "vieux", 5)
    inbox.poll(household.engine, phone.id)
    assert _received(household) == []


def _came_days_ago(simulator: Simulator, text: str, days: int) -> int:
    """A message that came in so long ago; its id."""
    came = simulator.answer(PEER, account.NUMBER, text)
    with simulator.world.lock:
        old = replace(came, created=came.created - timedelta(days=days))
        simulator.world.incoming[came.id] = old
    return came.id
