"""Receipts come in another way than hoped for."""

import ovh
import pytest

from raspisms.simulator import Simulator
from raspisms.simulator.account import SECOND_SERVICE, SERVICE

from .conftest import Listener
from .sending import ANNE, BRUNO, send

# name, what is called back: (whether the id is the message's, the receipt)
CALLBACKS = [
    ("callbacks_in_steps", [(True, "8"), (True, "1")]),
    ("callbacks_reordered", [(True, "1"), (True, "8")]),
    ("callbacks_doubled", [(True, "1"), (True, "1")]),
    ("callbacks_each_ptt", [(True, "4"), (True, "4"), (True, "8"), (True, "1")]),
    ("callbacks_other_phone", [(True, "1")]),
    ("callbacks_wrong_id", [(False, "1")]),
    ("callbacks_off", []),
    ("callbacks_before_answer", [(True, "1")]),
]


@pytest.mark.parametrize(("name", "expected"), CALLBACKS)
def test_receipts_come_otherwise(
    sim: Simulator,
    client: ovh.Client,
    listener: Listener,
    name: str,
    expected: list[tuple[bool, str]],
) -> None:
    sim.set_callback(SERVICE, listener.url)
    sim.fault(name, count=1)
    (wanted,) = send(client)["ids"]
    sim.settle()
    got = [(query["id"] == str(wanted), query["description"]) for _, query, _ in listener.got]
    assert got == expected
    assert client.get(f"/sms/{SERVICE}/outgoing", deliveryReceipt=1) == [wanted]


def test_a_receipt_may_be_there_before_the_answer(
    sim: Simulator, client: ovh.Client, listener: Listener
) -> None:
    sim.set_callback(SERVICE, listener.url)
    sim.fault("callbacks_before_answer")
    ids = send(client, ANNE, BRUNO)["ids"]
    assert sorted(int(query["id"]) for _, query, _ in listener.got) == sorted(ids)


def test_receipts_before_the_end_have_each_reason_to_wait(
    sim: Simulator, client: ovh.Client, listener: Listener
) -> None:
    sim.set_callback(SERVICE, listener.url)
    sim.fault("callbacks_each_ptt")
    send(client)
    sim.settle()
    assert [query["ptt"] for _, query, _ in listener.got] == ["1", "2", "3", "4"]


@pytest.mark.parametrize(("kind", "truth", "lie"), [("delivered", "1", "2"), ("failed", "2", "1")])
def test_the_address_of_another_phone_is_told_the_opposite(
    sim: Simulator, client: ovh.Client, listener: Listener, kind: str, truth: str, lie: str
) -> None:
    sim.set_callback(SERVICE, listener.url)
    sim.set_callback(SECOND_SERVICE, listener.url + "&of=another")
    sim.outcome(ANNE, kind)
    sim.fault("callbacks_other_phone")
    (wanted,) = send(client)["ids"]
    sim.settle()
    told = [(query.get("of"), query["id"], query["description"]) for _, query, _ in listener.got]
    assert told == [("another", str(wanted), lie), (None, str(wanted), truth)]


def test_one_address_for_all_services_is_told_the_truth(
    sim: Simulator, client: ovh.Client, listener: Listener
) -> None:
    for service in (SERVICE, SECOND_SERVICE):
        sim.set_callback(service, listener.url)
    sim.fault("callbacks_other_phone")
    send(client)
    sim.settle()
    assert [query["description"] for _, query, _ in listener.got] == ["1"]
