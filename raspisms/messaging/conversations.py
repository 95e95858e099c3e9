"""Conversations: storing messages in them, listing them, reading them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from raspisms.errors import NotFound, say
from raspisms.messaging import phones
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Conversation, Member, Message, Phone, ReadMark
from raspisms.models import contact as contacts
from raspisms.models import message as messages

PAGE = 50
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
        select(Conversation, Message, ReadMark.message_id)
        .join(Message, Message.id == Conversation.last_message_id)
        .outerjoin(
            ReadMark,
            (ReadMark.conversation_id == Conversation.id) & (ReadMark.member_id == member.id),
        )
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
            unread=(conversation.last_inbound_id or 0) > (read_to or 0),
        )
        for conversation, last, read_to in rows
    ]


def unread_count(member: Member) -> int:
    """How many conversations have something that ``member`` has not read."""
    known = [phone.id for phone in phones.visible(member, removed=True)]
    query = (
        select(func.count())
        .select_from(Conversation)
        .outerjoin(
            ReadMark,
            (ReadMark.conversation_id == Conversation.id) & (ReadMark.member_id == member.id),
        )
        .where(
            Conversation.phone_id.in_(known),
            Conversation.last_inbound_id > func.coalesce(ReadMark.message_id, 0),
        )
    )
    return reading().scalar(query) or 0


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
    mark = reading().get(ReadMark, (member.id, conversation_id))
    if newest <= (mark.message_id if mark else 0):
        return
    _set_mark(member.id, conversation_id, newest)


def mark_unread(member: Member, conversation_id: int) -> None:
    """Let the newest message that came in count as unread again."""
    conversation = find(member, conversation_id)
    if conversation.last_inbound_id is not None:
        _set_mark(member.id, conversation_id, conversation.last_inbound_id - 1)


def names_of(numbers: Sequence[str]) -> dict[str, str]:
    """The contacts' names of those numbers that are in the address book."""
    rows = reading().execute(contacts.names_of(set(numbers)))
    return {row.number: row.name for row in rows}


def _set_mark(member_id: int, conversation_id: int, message_id: int) -> None:
    with writing() as session:
        session.merge(
            ReadMark(member_id=member_id, conversation_id=conversation_id, message_id=message_id)
        )
