"""A power cut at each moment of a send: afterwards the message was sent once, and we know it.

Nothing in the product helps: the provider stops it at the moment, and the kill comes from outside.
"""

import pytest

from raspisms.messaging import receipts
from raspisms.models import Phone, Receipt
from raspisms.simulator import Simulator, account
from raspisms.sms.lifecycle import Status
from tests.household import PEER, Household, eventually
from tests.process import Served

SENDING = "POST */jobs"

#: (name, moment, call, what the provider does once the product is dead)
MOMENTS = [
    ("before the claim", "request_read", "GET /auth/time", "cut"),
    ("during the call, before OVH takes it", "request_read", SENDING, "cut"),
    ("after OVH took it, before the answer", "accepted", SENDING, "cut"),
    ("in the middle of the answer", "answer_half_written", SENDING, "cut"),
    ("after the answer", "answer_written", SENDING, "go on"),
    ("as the callback is about to come", "callback_about_to_go", "*", "go on"),
    ("after the callback", "callback_answered", "*", "go on"),
]


@pytest.mark.parametrize(
    ("moment", "call", "afterwards"),
    [case[1:] for case in MOMENTS],
    ids=[case[0] for case in MOMENTS],
)
def test_a_kill_neither_loses_nor_doubles(
    household: Household,
    served: Served,
    simulator: Simulator,
    moment: str,
    call: str,
    afterwards: str,
) -> None:
    phone = household.add_ovh_phone()
    simulator.set_callback(account.SERVICE, f"{served.url}/callback/{phone.callback_token}/status")
    hold = simulator.hold(moment, match=call, count=50)
    served.start()
    message_id = household.write(phone.id, "Une fois, pas deux")
    hold.wait(30)
    served.kill()
    hold.release(afterwards)

    served.start()
    eventually(
        lambda: household.message(message_id).status == Status.DELIVERED,
        within=60,
        what=f"{household.message(message_id).status}\n{served.output}",
    )
    (job,) = simulator.ledger.jobs
    assert (job.receiver, job.text) == (PEER, "Une fois, pas deux")
    assert household.message(message_id).provider_uid == str(job.id)


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
    from raspisms.extensions import db

    return list(db.session.scalars(db.select(Receipt)))
