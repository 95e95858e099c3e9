"""Deleting messages: the text goes for good, the row stays.

The row is needed: the provider may list a message again, which must not come in a second time, and
receipts go on telling what became of one. Only what is over can be deleted; what may still leave
has to be cancelled or decided about first.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.errors import Conflict, say
from raspisms.messaging import conversations, decisions, journal
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Campaign, Conversation, ConversationMark, Member, Message
from raspisms.models import message as messages
from raspisms.models.base import listed
from raspisms.sms.lifecycle import FINAL, Event, Status, next_status, sources

#: Sent counts as over: nothing but a receipt is still expected.
OVER = FINAL | {Status.SENT, Status.RECEIVED}
#: What has not left yet can be cancelled.
WAITING = sources(Event.CANCEL)
#: What may be leaving, or may have left.
OPEN = frozenset(Status) - OVER - WAITING


@dataclass(frozen=True)
class Effects:
    """What deleting a conversation touches, up to its message ``newest``.

    ``waiting`` of its ``messages`` have not left; ``is_open`` where one may be leaving just now,
    or it is not certain whether it left.
    """

    messages: int
    waiting: int
    is_open: bool
    newest: int


def is_over(message: Message) -> bool:
    """Whether a message can be deleted as it stands."""
    return message.status in OVER


def effects(member: Member, conversation_id: int) -> Effects:
    """Raises NotFound for a conversation that ``member`` may not see."""
    conversation = conversations.find(member, conversation_id)
    by_status = (
        select(Message.status, func.count())
        .where(*_all(conversation.id, conversation.last_message_id))
        .group_by(Message.status)
    )
    counts = {Status(status): count for status, count in reading().execute(by_status)}
    return Effects(
        messages=sum(counts.values()),
        waiting=sum(counts.get(status, 0) for status in WAITING),
        is_open=bool(OPEN & counts.keys()),
        newest=conversation.last_message_id,
    )


def delete_message(member: Member, message_id: int) -> int:
    """Delete one message; the id of its conversation.

    Raises NotFound where ``member`` may not see it, Conflict where it is not over.
    """
    with writing() as session:
        message = decisions.find(member, message_id)
        if not is_over(message):
            raise Conflict(
                say("This message is not over yet: it can still leave."),
                say("Cancel it or decide about it first, then delete it."),
            )
        conversation_id = message.conversation_id
        bury(session, [Message.id == message.id])
        look_again(session, conversation_id)
    return conversation_id


def delete_conversation(
    member: Member, conversation_id: int, newest: int, *, cancel_waiting: bool = False
) -> None:
    """Delete the messages of a conversation up to ``newest``, the last that a person knew of.

    Those that have not left are cancelled first where that is wanted. What has come in or was
    written since stays. Raises NotFound where ``member`` may not see it; Conflict, and nothing is
    done, where something is not over.
    """
    with writing() as session:
        conversation = conversations.find(member, conversation_id)
        known = _all(conversation.id, newest)
        if cancel_waiting:
            cancel(session, known)
        _refuse_unfinished(session, known)
        bury(session, known)
        look_again(session, conversation_id)
        name = conversations.names_of([conversation.peer]).get(conversation.peer)
        journal.note(session, member, "conversation.deleted", name or conversation.peer)
        own = session.get(ConversationMark, (member.id, conversation_id))
        if own is not None:
            own.draft = own.draft_at = own.archived_to = None


def _all(conversation_id: int, newest: int) -> list[ColumnElement[bool]]:
    return [
        Message.conversation_id == conversation_id,
        Message.deleted_at.is_(None),
        Message.id <= newest,
    ]


def cancel(session: Session, which: Collection[ColumnElement[bool]]) -> None:
    """Cancel those of some messages that have not left."""
    for status in WAITING:
        session.execute(
            update(Message)
            .where(*which, Message.status == status)
            .values(
                status=next_status(status, Event.CANCEL),
                reason="cancelled",
                final_at=clock.now(),
            )
            .execution_options(synchronize_session=False)
        )


def _refuse_unfinished(session: Session, which: Collection[ColumnElement[bool]]) -> None:
    found = set(session.scalars(select(Message.status).where(*which).distinct()))
    if OPEN & found:
        raise Conflict(
            say("A message of this conversation is just leaving, or may have left."),
            say("Look at it: wait a moment, or decide about it. Then delete the conversation."),
        )
    if WAITING & found:
        raise Conflict(
            say("Messages of this conversation still wait to be sent."),
            say("Say whether they are to be cancelled, then delete the conversation."),
        )


def bury(session: Session, which: Collection[ColumnElement[bool]]) -> None:
    """Empty messages, and the campaigns of which nothing else is left."""
    of = select(Message.campaign_id).where(*which, Message.campaign_id.is_not(None)).distinct()
    campaigns = [one for one in session.scalars(of) if one is not None]
    session.execute(
        update(Message)
        .where(*which)
        .values(body="", reason_detail=None, deleted_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    left = select(Message.id).where(
        Message.campaign_id == Campaign.id, Message.deleted_at.is_(None)
    )
    session.execute(
        update(Campaign)
        .where(Campaign.id.in_(listed(campaigns)), ~left.exists())
        .values(body="")
        .execution_options(synchronize_session=False)
    )


def look_again(session: Session, conversation_id: int) -> None:
    """Note what is now the newest of a conversation, and the first that each member has to read."""
    left = select(func.max(Message.id)).where(
        Message.conversation_id == conversation_id, Message.deleted_at.is_(None)
    )
    inbound = left.where(Message.direction == messages.IN)
    session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(
            last_message_id=func.coalesce(left.scalar_subquery(), 0),
            last_inbound_id=inbound.scalar_subquery(),
        )
        .execution_options(synchronize_session=False)
    )
    first_unread = (
        select(func.min(Message.id))
        .where(
            Message.conversation_id == conversation_id,
            Message.deleted_at.is_(None),
            Message.direction == messages.IN,
            Message.id >= ConversationMark.unread_from,
        )
        .correlate(ConversationMark)
    )
    session.execute(
        update(ConversationMark)
        .where(
            ConversationMark.conversation_id == conversation_id,
            ConversationMark.unread_from.is_not(None),
        )
        .values(unread_from=first_unread.scalar_subquery())
        .execution_options(synchronize_session=False)
    )
