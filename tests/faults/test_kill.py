"""A power cut at any moment: afterwards each message was sent once, and we know what became of it.

Nothing in the product helps: the provider stops it at the moment, and the kill comes from outside.
"""

import secrets
from pathlib import Path

import pytest

from raspisms.extensions import db
from raspisms.messaging import opt_outs, receipts
from raspisms.models import Phone, Receipt
from raspisms.simulator import Simulator, account
from raspisms.sms.lifecycle import Status
from tests.faults.kills.plan import moments
from tests.faults.kills.run import run
from tests.household import PEER, Household, eventually
from tests.process import Served

SENDING = "POST */jobs"
KILLS = 20


def test_a_kill_neither_loses_nor_doubles(tmp_path: Path) -> None:
    """Nor leaves a wrong status: at every moment of every call, and at two instants more.

    ``python -m tests.faults.kills`` does the same for longer, or again with the seed told here.
    """
    figures = run(secrets.randbelow(10**6), KILLS, tmp_path / "instance", short=True)
    assert not figures.discrepancies, figures.report()
    assert {(kill.moment, kill.call) for kill, _, _ in figures.kills} >= set(moments())
    assert figures.accepted + figures.received >= 10 * KILLS


def test_an_inbound_message_fetched_but_not_stored_is_stored_once(
    household: Household, served: Served, simulator: Simulator
) -> None:
    phone = household.add_ovh_phone()
    simulator.answer(PEER, account.NUMBER, "Coucou")
    hold = simulator.hold("answer_written", match="GET */incoming/*", count=50)
    served.start()
    hold.wait(30)
    served.kill()
    hold.release("go on")
    served.start()
    thread = eventually(lambda: _thread(household, phone))
    assert [message.body for message in thread] == ["Coucou"]


@pytest.mark.parametrize("moment", ["callback_about_to_go", "callback_answered"])
def test_an_answer_that_is_called_when_the_product_dies_is_stored_once(
    household: Household, served: Served, simulator: Simulator, moment: str
) -> None:
    """Just before the call the poll brings it after the restart, just after it brings no second.

    What it says, STOP, is stored with it or not at all.
    """
    phone = household.add_ovh_phone()
    url = f"{served.url}/callback/{phone.callback_token}/reply"
    response = {"responseType": "cgi", "cgiUrl": url}
    simulator.account.services[account.SERVICE].response = response
    polls = simulator.hold("request_read", match="GET */incoming", count=50)
    call = simulator.hold(moment)
    served.start()
    polls.wait(30)
    simulator.answer(PEER, account.NUMBER, "STOP")
    call.wait(30)
    db.session.rollback()
    stored_before = [message.body for message in _thread(household, phone)]
    assert stored_before == (["STOP"] if moment == "callback_answered" else [])
    assert len(opt_outs.listing().lines) == len(stored_before)
    served.kill()
    call.release("go on")
    polls.release("cut")
    served.start()
    eventually(lambda: "incoming" in simulator.ledger.calls[-1].path and _thread(household, phone))
    polled = len(simulator.ledger.calls)
    eventually(lambda: len(simulator.ledger.calls) > polled + 1)
    db.session.rollback()
    assert [message.body for message in _thread(household, phone)] == ["STOP"]
    assert [line.opt_out.number for line in opt_outs.listing().lines] == [PEER]


def _thread(household: Household, phone: Phone) -> list[object]:
    from raspisms.messaging import conversations

    return [
        message
        for summary in conversations.recent(household.admin)
        for message in conversations.thread(household.admin, summary.conversation.id).messages
    ]


def test_a_receipt_that_came_before_the_answer_was_stored_is_applied(
    household: Household, served: Served, simulator: Simulator
) -> None:
    """The callback overtakes: the product dies before it knows the id that was called about."""
    phone = household.add_ovh_phone()
    simulator.set_callback(account.SERVICE, f"{served.url}/callback/{phone.callback_token}/status")
    hold = simulator.hold("accepted", match=SENDING)
    served.start()
    message_id = household.write(phone.id, "Vite")
    hold.wait(30)
    eventually(lambda: household.message(message_id) and _receipts(household))
    assert household.message(message_id).status == Status.SENDING
    served.kill()
    hold.release("cut")
    served.start()
    eventually(lambda: household.message(message_id).status == Status.DELIVERED, within=60)
    sources = {receipt.source for receipt in _receipts(household)}
    assert receipts.CALLBACK in sources


def _receipts(household: Household) -> list[Receipt]:
    return list(db.session.scalars(db.select(Receipt)))
