"""The whole path, in one process: out, delivered, and an answer in."""

from raspisms.messaging import conversations, marks, outbox
from raspisms.simulator import Simulator, account
from raspisms.sms.lifecycle import Status
from tests.household import PEER, Household, eventually


def test_a_message_is_sent_and_found_delivered_by_asking(
    household: Household, simulator: Simulator
) -> None:
    """The jobs ask as they start, and then every ten seconds: so it is sent just before."""
    with household.app.app_context():
        phone = household.add_ovh_phone()
        message_id = household.write(phone.id, "Bonjour à tous")
        outbox.send_due(household.engine, phone.id)
        assert household.message(message_id).status == Status.SENT
        simulator.settle()
        with household.jobs():
            eventually(lambda: household.message(message_id).status == Status.DELIVERED)
        (job,) = simulator.ledger.jobs
        assert (job.receiver, job.text) == (PEER, "Bonjour à tous")


def test_an_answer_comes_in_once_and_counts_as_unread(
    household: Household, simulator: Simulator
) -> None:
    with household.app.app_context(), household.jobs():
        household.add_ovh_phone()
        simulator.answer(PEER, account.NUMBER, "Bien reçu")
        eventually(lambda: conversations.unread_count(household.admin) == 1)
        (summary,) = conversations.recent(household.admin)
        assert (summary.last.body, summary.conversation.peer) == ("Bien reçu", PEER)
        marks.mark_read(household.admin, summary.conversation.id)
        assert conversations.unread_count(household.admin) == 0
