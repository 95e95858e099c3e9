"""What a person decides about a message that waits, is held, or is uncertain."""

from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.errors import Conflict, NotFound, say
from raspisms.messaging import phones, signals
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Member, Message, Phone
from raspisms.models import message as messages
from raspisms.sms.lifecycle import Event, Status, allows, next_status

MOST_LISTED = 100


def needing_attention(member: Member) -> dict[Status, list[Message]]:
    """Messages that wait, are held, uncertain or failed, by status; the newest hundred of each."""
    known = [phone.id for phone in phones.visible(member, removed=True)]
    found = {
        status: list(reading().scalars(messages.needing_attention(status, known, MOST_LISTED)))
        for status in messages.ATTENTION
    }
    return {status: rows for status, rows in found.items() if rows}


def find(member: Member, message_id: int) -> Message:
    """A message that ``member`` may see. Raises NotFound for any other."""
    message = reading().get(Message, message_id)
    known = {phone.id for phone in phones.visible(member, removed=True)}
    if message is None or message.phone_id not in known:
        raise NotFound(
            say("There is no such message, or it is not yours to see."),
            say("Go back to the list of messages."),
        )
    return message


def cancel(member: Member, message_id: int) -> None:
    """Stop a message that has not left. Raises Conflict when it is too late."""
    with writing() as session:
        message = _decide(session, member, message_id, Event.CANCEL)
        message.reason, message.final_at = "cancelled", clock.now()


def release(member: Member, message_id: int) -> None:
    """Let a held message go now."""
    with writing() as session:
        message = _decide(session, member, message_id, Event.RELEASE)
        _due_now(message)
    signals.committed.send()


def send_anyway(member: Member, message_id: int) -> None:
    """Send an uncertain message again, at the risk that it arrives twice."""
    with writing() as session:
        message = _decide(session, member, message_id, Event.SEND_AGAIN)
        _refuse_removed_phone(session, message)
        _due_now(message)
        message.ask_at = None
    signals.committed.send()


def give_up(member: Member, message_id: int) -> None:
    """Leave an uncertain message as it is, not to be sent again."""
    with writing() as session:
        message = _decide(session, member, message_id, Event.GIVE_UP)
        message.reason, message.reason_detail = "given_up", None
        message.final_at, message.ask_at = clock.now(), None


def _decide(session: Session, member: Member, message_id: int, event: Event) -> Message:
    message = find(member, message_id)
    status = Status(message.status)
    if not allows(status, event):
        raise Conflict(
            say("This message has moved on meanwhile."),
            say("Look at its state now, then decide again."),
        )
    message.status = next_status(status, event)
    return message


def _refuse_removed_phone(session: Session, message: Message) -> None:
    if session.get_one(Phone, message.phone_id).removed_at is not None:
        raise Conflict(
            say("The phone of this message was removed."),
            say("Write it again with another phone."),
        )


def _due_now(message: Message) -> None:
    """Count the person's word as the new due time, so that it is not held again at once."""
    message.due_at = message.attempt_at = clock.now()
    message.reason = message.reason_detail = None
