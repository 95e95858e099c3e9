import time

import ovh
import pytest

from raspisms.simulator import Simulator
from raspisms.simulator.account import NUMBER, SENDER, SERVICE
from raspisms.simulator.routes_tables import PTT

from .conftest import Listener

ANNE = "+33639980010"


def send(client: ovh.Client, *receivers: str) -> list[int]:
    job = {"message": "m", "sender": SENDER, "noStopClause": True}
    ids: list[int] = client.post(f"/sms/{SERVICE}/jobs", receivers=list(receivers), **job)["ids"]
    return ids


@pytest.fixture
def wired(sim: Simulator, listener: Listener) -> Simulator:
    sim.set_callback(SERVICE, listener.url)
    return sim


def test_a_receipt_comes_by_get_with_the_five_documented_parameters(
    wired: Simulator, client: ovh.Client, listener: Listener
) -> None:
    (wanted,) = send(client, ANNE)
    wired.settle()
    ((method, query, form),) = listener.got
    date = query.pop("date")
    assert (method, form) == ("GET", {})
    assert query == {
        "token": "abc",
        "id": str(wanted),
        "ptt": "4",
        "description": "1",
        "descriptionDlr": "Success",
    }
    assert len(date) == len("2026-07-15 12:24:10")


def test_a_receipt_may_come_by_post_and_with_dlr(
    wired: Simulator, client: ovh.Client, listener: Listener
) -> None:
    wired.change(callback_method="POST", callback_dlr=True)
    wired.outcome(ANNE, "failed", ptt=24, receipt=16)
    send(client, ANNE)
    wired.settle()
    ((method, query, form),) = listener.got
    assert (method, query) == ("POST", {"token": "abc"})
    assert (form["ptt"], form["description"], form["dlr"]) == ("24", "16", "16")


def test_a_callback_set_over_the_api_is_used(
    sim: Simulator, client: ovh.Client, listener: Listener
) -> None:
    client.put(f"/sms/{SERVICE}", callBack=listener.url)
    send(client, ANNE)
    sim.settle()
    assert len(listener.got) == 1


def test_each_receiver_has_its_own_outcome(
    wired: Simulator, client: ovh.Client, listener: Listener
) -> None:
    failed, silent, invalid = "+33639980011", "+33639980012", "+33639980013"
    wired.outcome(failed, "failed")
    wired.outcome(silent, "silent")
    wired.outcome(invalid, "invalid")
    assert len(send(client, ANNE, failed, silent, invalid)) == 3
    wired.settle()
    receivers = {entry.id: entry.receiver for entry in wired.ledger.jobs}
    told = {receivers[int(q["id"])]: (q["description"], q["ptt"]) for _, q, _ in listener.got}
    assert told == {ANNE: ("1", "4"), failed: ("2", "23")}
    (pending,) = client.get(f"/sms/{SERVICE}/outgoing", receiver=silent)
    shown = client.get(f"/sms/{SERVICE}/outgoing/{pending}")
    assert (shown["deliveryReceipt"], shown["deliveredAt"]) == (4, None)


def test_a_message_can_fail_for_each_reason_that_ovh_tells(
    wired: Simulator, client: ovh.Client, listener: Listener
) -> None:
    reasons = {f"+33639982{ptt:03}": ptt for ptt in PTT}
    for receiver, ptt in reasons.items():
        wired.outcome(receiver, "failed", ptt=ptt)
    send(client, *reasons)
    wired.settle()
    receivers = {entry.id: entry.receiver for entry in wired.ledger.jobs}
    told = {receivers[int(q["id"])]: (q["description"], int(q["ptt"])) for _, q, _ in listener.got}
    assert told == {receiver: ("2", ptt) for receiver, ptt in reasons.items()}


def test_callbacks_can_be_switched_off(
    wired: Simulator, client: ovh.Client, listener: Listener
) -> None:
    wired.change(callbacks=False)
    send(client, ANNE)
    wired.settle()
    assert not listener.got
    assert client.get(f"/sms/{SERVICE}/outgoing", deliveryReceipt=1)


def test_the_ledger_tells_how_a_callback_went(
    wired: Simulator, client: ovh.Client, listener: Listener
) -> None:
    listener.status = 503
    send(client, ANNE)
    wired.settle()
    (entry,) = wired.ledger.callbacks
    assert (entry.status, entry.result) == (503, "answered")


def test_a_callback_to_nobody_is_recorded_and_not_tried_again(
    sim: Simulator, client: ovh.Client
) -> None:
    sim.set_callback(SERVICE, "http://127.0.0.1:9/")
    send(client, ANNE)
    sim.settle()
    (entry,) = sim.ledger.callbacks
    assert entry.status is None
    assert "refused" in entry.result


def test_a_callback_that_is_not_answered_blocks_nothing_and_times_out(
    wired: Simulator, client: ovh.Client, listener: Listener
) -> None:
    wired.change(callback_timeout=60)
    listener.answering.clear()
    send(client, ANNE)
    while not listener.got:
        time.sleep(0.005)
    assert client.get("/sms")
    assert not wired.ledger.callbacks[0].result
    listener.answering.set()
    wired.settle()
    wired.change(callback_timeout=0.2)
    listener.answering.clear()
    send(client, ANNE)
    wired.settle()
    assert wired.ledger.callbacks[0].result == "answered"
    assert "timed out" in wired.ledger.callbacks[1].result


def test_an_answer_is_posted_to_the_cgi_url_of_the_service(
    sim: Simulator, client: ovh.Client, listener: Listener
) -> None:
    client.put(f"/sms/{SERVICE}", smsResponse={"responseType": "cgi", "cgiUrl": listener.url})
    wanted = sim.answer(ANNE, NUMBER, "Oui").id
    sim.settle()
    ((method, query, form),) = listener.got
    assert (method, query) == ("POST", {"token": "abc"})
    assert form == {
        "token": "abc",
        "id": str(wanted),
        "senderid": ANNE,
        "message": "Oui",
        "keyword": "",
        "shortcode": NUMBER,
        "tag": "",
    }


@pytest.mark.parametrize(("fault", "times"), [("callbacks_doubled", 2), ("callbacks_off", 0)])
def test_answers_are_called_back_as_receipts_are(
    sim: Simulator, listener: Listener, fault: str, times: int
) -> None:
    response = {"responseType": "cgi", "cgiUrl": listener.url}
    sim.account.services[SERVICE].response = response
    sim.fault(fault)
    wanted = sim.answer(ANNE, "38100", "Oui").id
    sim.settle()
    told = [(form["id"], form["shortcode"]) for _, _, form in listener.got]
    assert told == [(str(wanted), "38100")] * times


def test_stopping_does_not_wait_for_a_callback(listener: Listener) -> None:
    listener.answering.clear()
    with Simulator(delivery_delay=0, callback_timeout=30) as sim:
        url = listener.url
        sim.account.services[SERVICE].response = {"responseType": "cgi", "cgiUrl": url}
        sim.answer(ANNE, NUMBER, "Oui")
        while not listener.got:
            time.sleep(0.005)
        began = time.perf_counter()
    assert time.perf_counter() - began < 10
