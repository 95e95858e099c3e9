"""New messages join their conversations, which are made when it is the first one."""

from collections.abc import Mapping, Sequence
from typing import cast

from sqlalchemy import ScalarSelect, Table, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.orm import Session

from raspisms.models import Conversation, ConversationMark, Message
from raspisms.models import message as messages
from raspisms.models import phone as phone_rows
from raspisms.models.base import listed

_MESSAGES, _CONVERSATIONS = cast(Table, Message.__table__), cast(Table, Conversation.__table__)


def put(session: Session, message: Message) -> None:
    """Add a new message to its conversation."""
    conversation = session.scalars(
        select(Conversation).where(
            Conversation.phone_id == message.phone_id, Conversation.peer == message.peer
        )
    ).one_or_none()
    if conversation is None:
        conversation = Conversation(
            phone_id=message.phone_id, peer=message.peer, last_message_id=0, last_inbound_id=None
        )
        session.add(conversation)
        session.flush()
    message.conversation_id = conversation.id
    session.add(message)
    session.flush()
    conversation.last_message_id = message.id
    if message.direction == messages.IN:
        conversation.last_inbound_id = message.id
        _mark_as_news(session, message)


def _mark_as_news(session: Session, message: Message) -> None:
    """Note for each member who may see the message that it is not read."""
    values = [
        {
            "member_id": member_id,
            "conversation_id": message.conversation_id,
            "unread_from": message.id,
        }
        for member_id in session.scalars(phone_rows.who_sees(message.phone_id))
    ]
    if not values:
        return
    statement = upsert(ConversationMark).values(values)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["member_id", "conversation_id"],
            set_={
                "unread_from": func.coalesce(
                    ConversationMark.unread_from, statement.excluded.unread_from
                )
            },
        )
    )


def put_each(
    session: Session,
    phone_id: int,
    peers: Sequence[str],
    values: Mapping[str, object],
    own: Sequence[Mapping[str, object]] = (),
) -> None:
    """Add one new message to each of ``peers``, in their order; ``values`` is what all share.

    ``own`` has for each of them, in the same order, what is only theirs: the same columns for all.
    Few statements and no objects, however many there are. Each of ``peers`` is another.
    """
    found = conversations(session, phone_id, peers)
    newest = session.scalar(select(func.max(Message.id))) or 0
    shared = {"phone_id": phone_id, **values}
    rows = [{**shared, "peer": peer, "conversation_id": found[peer]} for peer in peers]
    for row, more in zip(rows, own, strict=bool(own)):
        row.update(more)
    # Into the tables themselves: thousands of rows take half the time that they take as objects'.
    session.execute(insert(_MESSAGES), rows)
    _note_those_after(session, newest)


def conversations(session: Session, phone_id: int, peers: Sequence[str]) -> dict[str, int]:
    """The ids of the conversations of a phone with ``peers``, each another; made where missing."""
    found = _ids(session, phone_id, peers)
    new = [peer for peer in peers if peer not in found]
    if new:
        blank = {"phone_id": phone_id, "last_message_id": 0}
        session.execute(insert(_CONVERSATIONS), [{**blank, "peer": peer} for peer in new])
        found |= _ids(session, phone_id, new)
    return found


def note_newest(session: Session, conversation_ids: Sequence[int]) -> None:
    """Note for some conversations, into or out of which messages were moved, which is the newest
    of each; 0 for none.
    """
    session.execute(
        update(Conversation)
        .where(Conversation.id.in_(listed(conversation_ids)))
        .values(last_message_id=func.coalesce(_its_newest(), 0))
        .execution_options(synchronize_session=False)
    )


def _ids(session: Session, phone_id: int, peers: Sequence[str]) -> dict[str, int]:
    """The ids of the conversations that a phone already has with some of ``peers``."""
    query = select(Conversation.peer, Conversation.id).where(
        Conversation.phone_id == phone_id, Conversation.peer.in_(listed(peers))
    )
    return dict(session.execute(query).all())


def _note_those_after(session: Session, message_id: int) -> None:
    """Note for each conversation that has a newer message which one is its newest.

    None of the newer ones is deleted; the condition leads to the index of those that are not.
    """
    changed = select(Message.conversation_id).where(Message.id > message_id)
    session.execute(
        update(Conversation)
        .where(Conversation.id.in_(changed))
        .values(last_message_id=_its_newest())
        .execution_options(synchronize_session=False)
    )


def _its_newest() -> ScalarSelect[int | None]:
    """The newest message of each conversation that is changed, of those that are not deleted."""
    return (
        select(func.max(Message.id))
        .where(Message.conversation_id == Conversation.id, Message.deleted_at.is_(None))
        .scalar_subquery()
    )
