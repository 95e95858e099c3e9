"""Conversations: storing messages in them, listing them, reading them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.orm import Session

from raspisms.errors import NotFound, say
from raspisms.messaging import phones
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Conversation, ConversationMark, Member, Message, Phone
from raspisms.models import contact as contacts
from raspisms.models import message as messages
from raspisms.models import phone as phone_rows

PAGE = 50
#: More unread conversations than that are told as so many "and more".
MOST_COUNTED = 100
#: Numbers asked for in one query.
_PORTION = 500


@dataclass(frozen=True)
class ConversationSummary:
    """One line of the list of conversations. ``name`` is the contact's, where there is one."""

    conversation: Conversation
    phone: Phone
    name: str | None
    last: Message
    unread: bool


@dataclass(frozen=True)
class Thread:
    """A conversation with a page of its messages, newest first. ``older`` leads to the next."""

    conversation: Conversation
    phone: Phone
    name: str | None
    messages: Sequence[Message]
    older: int | None


def put(session: Session, message: Message) -> None:
    """Add a new message to its conversation, which is made when it is the first."""
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
    session: Session, phone_id: int, peers: Sequence[str], values: Mapping[str, object]
) -> None:
    """Add one new message to each of ``peers``, in their order; ``values`` is what all share.

    Few statements and no objects, however many there are. Each of ``peers`` is another.
    """
    found = _ids(session, phone_id, peers)
    new = [peer for peer in peers if peer not in found]
    if new:
        blank = {"phone_id": phone_id, "last_message_id": 0}
        session.execute(insert(Conversation), [{**blank, "peer": peer} for peer in new])
        found |= _ids(session, phone_id, new)
    newest = session.scalar(select(func.max(Message.id))) or 0
    shared = {"phone_id": phone_id, **values}
    rows = [{**shared, "peer": peer, "conversation_id": found[peer]} for peer in peers]
    session.execute(insert(Message), rows)
    _note_those_after(session, newest)


def _ids(session: Session, phone_id: int, peers: Sequence[str]) -> dict[str, int]:
    """The ids of the conversations that a phone already has with some of ``peers``."""
    found: dict[str, int] = {}
    for start in range(0, len(peers), _PORTION):
        query = select(Conversation.peer, Conversation.id).where(
            Conversation.phone_id == phone_id,
            Conversation.peer.in_(peers[start : start + _PORTION]),
        )
        found.update((peer, one) for peer, one in session.execute(query))
    return found


def _note_those_after(session: Session, message_id: int) -> None:
    """Note for each conversation that has a newer message which one is its newest."""
    changed = select(Message.conversation_id).where(Message.id > message_id)
    its_newest = (
        select(func.max(Message.id))
        .where(Message.conversation_id == Conversation.id)
        .scalar_subquery()
    )
    session.execute(
        update(Conversation)
        .where(Conversation.id.in_(changed))
        .values(last_message_id=its_newest)
        .execution_options(synchronize_session=False)
    )


def recent(member: Member, before: int | None = None) -> list[ConversationSummary]:
    """Conversations of the phones that ``member`` may see, the newest message first.

    ``before`` is the ``last_message_id`` below which the page starts.
    """
    known = {phone.id: phone for phone in phones.visible(member, removed=True)}
    query = (
        select(Conversation, Message, ConversationMark)
        .join(Message, Message.id == Conversation.last_message_id)
        .outerjoin(ConversationMark, _mark_of(member))
        # "+ 0" keeps SQLite from taking the index of phones, by which it would sort all of them.
        .where((Conversation.phone_id + 0).in_(known))
        .order_by(Conversation.last_message_id.desc())
        .limit(PAGE)
    )
    if before is not None:
        query = query.where(Conversation.last_message_id < before)
    rows = reading().execute(query).all()
    names = names_of([conversation.peer for conversation, _, _ in rows])
    return [
        ConversationSummary(
            conversation,
            known[conversation.phone_id],
            names.get(conversation.peer),
            last,
            unread=mark is not None and mark.unread_from is not None,
        )
        for conversation, last, mark in rows
    ]


def unread_count(member: Member) -> int:
    """How many conversations have something that ``member`` has not read, up to MOST_COUNTED."""
    known = [phone.id for phone in phones.visible(member, removed=True)]
    unread = (
        select(ConversationMark.conversation_id)
        .join(Conversation, Conversation.id == ConversationMark.conversation_id)
        .where(
            ConversationMark.member_id == member.id,
            ConversationMark.unread_from.is_not(None),
            ConversationMark.muted.is_(False),
            Conversation.phone_id.in_(known),
        )
        .limit(MOST_COUNTED)
    )
    return reading().scalar(select(func.count()).select_from(unread.subquery())) or 0


def _mark_of(member: Member) -> ColumnElement[bool]:
    return (ConversationMark.conversation_id == Conversation.id) & (
        ConversationMark.member_id == member.id
    )


def find(member: Member, conversation_id: int) -> Conversation:
    """A conversation that ``member`` may see. Raises NotFound for any other."""
    conversation = reading().get(Conversation, conversation_id)
    known = {phone.id for phone in phones.visible(member, removed=True)}
    if conversation is None or conversation.phone_id not in known:
        raise NotFound(
            say("There is no such conversation, or it is not yours to see."),
            say("Go back to the list of conversations."),
        )
    return conversation


def thread(member: Member, conversation_id: int, before: int | None = None) -> Thread:
    """A page of a conversation. Raises NotFound where ``member`` may not see it."""
    conversation = find(member, conversation_id)
    rows = list(reading().scalars(messages.thread(conversation.id, PAGE + 1, before)))
    page = rows[:PAGE]
    return Thread(
        conversation,
        reading().get_one(Phone, conversation.phone_id),
        names_of([conversation.peer]).get(conversation.peer),
        page,
        older=page[-1].id if len(rows) > PAGE else None,
    )


def mark_read(member: Member, conversation_id: int) -> None:
    """Note that ``member`` has seen all of a conversation; writes only when that is news."""
    conversation = find(member, conversation_id)
    newest = conversation.last_inbound_id or 0
    mark = reading().get(ConversationMark, (member.id, conversation_id))
    if mark is None or mark.unread_from is None:
        return
    _set_unread_from(member.id, conversation_id, newest)


def mark_unread(member: Member, conversation_id: int) -> None:
    """Let the newest message that came in count as unread again."""
    conversation = find(member, conversation_id)
    if conversation.last_inbound_id is not None:
        _set_unread_from(member.id, conversation_id, conversation.last_inbound_id - 1)


def names_of(numbers: Sequence[str]) -> dict[str, str]:
    """The contacts' names of those numbers that are in the address book."""
    rows = reading().execute(contacts.names_of(set(numbers)))
    return {row.number: row.name for row in rows}


def _set_unread_from(member_id: int, conversation_id: int, read_to: int) -> None:
    """What came in after the message ``read_to`` is unread, all up to it is read."""
    first = select(func.min(Message.id)).where(
        Message.conversation_id == conversation_id,
        Message.id > read_to,
        Message.direction == messages.IN,
        Message.deleted_at.is_(None),
    )
    with writing() as session:
        mark = session.get(ConversationMark, (member_id, conversation_id))
        if mark is None:
            mark = ConversationMark(member_id=member_id, conversation_id=conversation_id)
            session.add(mark)
        mark.unread_from = session.scalar(first)
