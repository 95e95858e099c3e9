"""Calls side by side: how many, in which order, and that nobody waits for a stuck one."""

import threading
import time
from pathlib import Path

import pytest

from raspisms.adapters.ovh.client import OvhClient
from raspisms.extensions import db
from raspisms.messaging import outbox, reconciliation
from raspisms.messaging.slots import SLOW_SECONDS, Slots
from raspisms.models import Message, Phone
from raspisms.simulator import Simulator
from raspisms.sms.lifecycle import Status
from tests.household import PEER, Household, eventually, settings_for
from tests.messaging.conftest import later

OTHER = "+33639982222"


def _count(status: Status) -> int:
    db.session.rollback()
    query = db.select(db.func.count()).select_from(Message).where(Message.status == status)
    return db.session.scalar(query) or 0


def test_no_more_calls_are_under_way_than_set(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    for n in range(6):
        household.write(phone.id, f"n° {n}", number=f"+3363998{n:04}")
    hold = simulator.hold("accepted", count=6)
    with household.jobs():
        hold.wait(10, reached=3)
        time.sleep(0.5)
        assert hold.reached == 3
        hold.release()
        eventually(lambda: _count(Status.PENDING) == 0)
    assert len(simulator.ledger.jobs) == 6


def test_to_one_person_nothing_overtakes(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    texts = [f"n° {n}" for n in range(9)]
    for text in texts:
        household.write(phone.id, text)
        household.write(phone.id, text, number=OTHER)
    with household.jobs():
        eventually(lambda: _count(Status.PENDING) + _count(Status.SENDING) == 0)
    for peer in (PEER, OTHER):
        assert [job.text for job in simulator.ledger.jobs if job.receiver == peer] == texts


def test_a_stuck_phone_keeps_no_other_waiting(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    stuck = [household.write(phone.id, f"n° {n}") for n in range(5)]
    hold = simulator.hold("request_read", count=9)
    with household.jobs():
        hold.wait(10)
        other = household.add_test_phone()
        message_id = household.write(other.id, "Essai")
        eventually(lambda: household.message(message_id).status == Status.DELIVERED, within=12)
        assert {household.message(one).status for one in stuck} <= {
            Status.SENDING,
            Status.PENDING,
        }
        hold.release("cut")


def test_a_row_that_cannot_be_read_is_put_on_hold_and_the_rest_goes(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    bad = household.write(phone.id, "abîmé")
    good = household.write(phone.id, "intact")
    db.session.execute(
        db.text(f"UPDATE message SET body = CAST(x'6162ff' AS TEXT) WHERE id = {bad}")
    )
    db.session.commit()
    outbox.send_due(household.engine, phone.id)
    assert household.message(good).status == Status.SENT
    message = household.message(bad)
    assert (message.status, message.reason) == (Status.HELD, "unreadable")
    assert message.body == "ab\N{REPLACEMENT CHARACTER}", "pages can show what is left of it"


def test_a_text_that_our_own_code_cannot_send_ends_on_hold_and_takes_none_with_it(
    household: Household,
    phone: Phone,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A fault of our own code, met for one number."""
    post = OvhClient.post

    def faulty(self: OvhClient, path: str, body: dict[str, list[str]]) -> object:
        if OTHER in body["receivers"]:
            raise ZeroDivisionError
        return post(self, path, body)

    monkeypatch.setattr(OvhClient, "post", faulty)
    peers = [f"+3363998{n:04}" for n in range(6)]
    for peer in [*peers[:3], OTHER, *peers[3:]]:
        household.write(phone.id, number=peer)
    for _ in range(20):
        later(household.engine, minutes=5)
        outbox.send_due(household.engine, phone.id)
        reconciliation.reconcile(household.engine, phone.id)
    found = dict(db.session.execute(db.select(Message.peer, Message.status)).all())
    assert found.pop(OTHER) == Status.HELD
    assert set(found.values()) == {Status.SENT}
    assert sorted(job.receiver for job in simulator.ledger.jobs) == peers


def test_two_phones_of_the_same_keys_share_one_budget_and_one_set_of_places(
    household: Household, phone: Phone
) -> None:
    other = household.add_ovh_phone("Deuxième", number="+33639980002")
    engine = household.engine
    assert engine.bucket(phone) is engine.bucket(other)
    assert engine.slots(phone) is engine.slots(other)
    test = household.add_test_phone()
    assert engine.bucket(test) is not engine.bucket(phone)


def test_a_slow_provider_gets_fewer_calls_at_once_and_a_quick_one_more_again() -> None:
    slots = Slots(4)
    slots.note(SLOW_SECONDS + 1, answered=True)
    assert slots.limit == 2
    slots.note(0.1, answered=False)
    assert slots.limit == 1
    slots.note(0.1, answered=False)
    assert slots.limit == 1, "one is always left"
    for _ in range(20):
        slots.note(0.1, answered=True)
    assert slots.limit == 4


def test_who_waits_for_a_place_is_served_in_order() -> None:
    slots, served = Slots(1), []
    assert slots.enter(1)
    assert not slots.enter(0.05)

    def wait(name: int) -> None:
        assert slots.enter(5)
        served.append(name)
        slots.leave()

    threads = [threading.Thread(target=wait, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
        time.sleep(0.05)
    slots.leave()
    for thread in threads:
        thread.join()
    assert served == [0, 1, 2]


def test_a_slow_bucket_delays_and_fails_nothing(simulator: Simulator, tmp_path: Path) -> None:
    settings = settings_for(simulator, RASPISMS_OVH_CALLS_PER_MINUTE=60)
    home = Household(tmp_path, **settings)
    with home.app.app_context():
        phone = home.add_ovh_phone()
        for n in range(12):
            home.write(phone.id, f"n° {n}")
        outbox.send_due(home.engine, phone.id)
        assert 0 < _count(Status.PENDING) < 12
        assert home.engine.rests(phone)
        assert home.engine.rest_left(phone).total_seconds() < 3
        assert _count(Status.FAILED) == 0
    home.close()
